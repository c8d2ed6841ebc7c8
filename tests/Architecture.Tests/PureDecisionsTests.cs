using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;

namespace Sms.Architecture.Tests;

/// <summary>
/// What a service knows and decides lies in folders of its own (<c>Tickets</c>, <c>Consent</c>, <c>Rules</c> …) and depends on
/// nothing but its input: no bus, no database, no web, no clock, no chance. What it does lies in <c>UseCases</c>, what it shows
/// in <c>Views</c>, and on screens in <c>Pages</c>.
/// </summary>
public sealed class PureDecisionsTests
{
    private static readonly string[] Doing = ["UseCases", "Views", "Pages"];

    /// <summary>What lies beside the decisions it serves and is no decision.</summary>
    private static readonly string[] NoDecisions =
    [
        "Sms.Ingress.Endpoints.EndpointDirectory", // the endpoints in memory, read from the database
        "Sms.OptOut.Consent.ConsentAnswers", // the words of the answers, read from the settings
        "Sms.Outbound.Gateway.GatewayAccounts", // read from the settings
        "Sms.Outbound.Gateway.GatewayClient", // the way out
    ];

    private static readonly string[] Outside =
    [
        "MassTransit", "RabbitMQ", "Npgsql", "Microsoft.AspNetCore", "Microsoft.Extensions", "System.Net.Http", "System.Net.Sockets", "System.IO",
        "Sms.ServiceHost", "Sms.BusMessages",
    ];

    private static readonly Type[] ClockAndChance = [typeof(TimeProvider), typeof(Stopwatch), typeof(Random), typeof(RandomNumberGenerator)];

    private static readonly string[] Now =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow", "System.Guid.NewGuid", "System.Guid.CreateVersion7", "System.Environment.GetEnvironmentVariable",
    ];

    private static IEnumerable<Type> Decisions =>
        from service in Tree.Services
        from type in service.Assembly.GetTypes()
        let folder = type.Namespace?.StartsWith(service.Assembly.GetName().Name + ".", StringComparison.Ordinal) == true ? type.Namespace.Split('.')[2] : null
        where folder is not null && !Doing.Contains(folder) && !NoDecisions.Contains(Outermost(type).FullName)
        select type;

    [Fact]
    public void Decisions_depend_on_nothing_but_their_input() =>
        Decisions.SelectMany(type => Used.By(type).Where(IsOutside).Select(used => $"{Outermost(type).FullName} uses {Name(used)}"))
            .Distinct().ShouldBeEmpty();

    [Fact]
    public void Every_service_that_keeps_streams_has_decisions() =>
        Decisions.Select(type => type.Assembly.GetName().Name).Distinct().Count().ShouldBeGreaterThanOrEqualTo(6);

    [Fact]
    public void What_is_excepted_is_still_there() =>
        NoDecisions.Except(Tree.Services.SelectMany(service => service.Assembly.GetTypes()).Select(type => type.FullName)).ShouldBeEmpty();

    private static bool IsOutside(MemberInfo used)
    {
        var type = used as Type ?? used.DeclaringType!;
        return Outside.Any(name => type.Namespace == name || type.Namespace?.StartsWith(name + ".", StringComparison.Ordinal) == true)
            || ClockAndChance.Contains(type) || Now.Contains(Name(used));
    }

    private static string Name(MemberInfo used) => used is Type type ? type.FullName ?? type.Name : $"{used.DeclaringType!.FullName}.{used.Name}";

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
