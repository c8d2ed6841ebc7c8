using System.Reflection;
using System.Runtime.CompilerServices;

namespace Sms.BusMessages.Tests;

/// <summary>The messages are promises to services that are deployed at other times: what is there stays, what is added is optional.</summary>
public sealed class PublicSurfaceTests
{
    private static readonly Type[] Messages = typeof(InboundSmsReceived).Assembly.GetExportedTypes();

    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        const string file = "PublicSurface.approved.txt";
        var (approved, received) = (File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, file)), Surface());
        if (approved.SequenceEqual(received))
            return;

        var path = Path.Combine(AppContext.BaseDirectory, "PublicSurface.received.txt");
        File.WriteAllLines(path, received);
        Assert.Fail(
            $"""
            The messages have changed:

            {string.Join('\n', approved.Except(received).Select(line => "- " + line.Trim()).Concat(received.Except(approved).Select(line => "+ " + line.Trim())))}

            Services of yesterday's and today's version run beside each other, and a replay publishes old messages again. So nothing
            may be removed, renamed, retyped or newly required; new properties are nullable and not required. If that is so, approve it:

                cp {path} tests/BusMessages.Tests/{file}
            """);
    }

    [Fact]
    public void The_namespace_is_flat_because_it_is_on_the_wire() =>
        Messages.Select(message => message.Namespace).Distinct().ShouldBe(["Sms.BusMessages"]);

    [Fact]
    public void Every_message_is_a_sealed_record_of_its_own_without_behaviour()
    {
        Messages.ShouldAllBe(message => message.IsSealed && message.BaseType == typeof(object) && message.GetMethod("<Clone>$") != null && !message.IsNested);
        Messages.SelectMany(message => message.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            .Where(method => !method.IsSpecialName && !method.IsDefined(typeof(CompilerGeneratedAttribute), false))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_property_is_a_plain_value_that_any_language_reads() =>
        Messages.SelectMany(message => message.GetProperties())
            .Select(property => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
            .ShouldAllBe(type => type == typeof(string) || type == typeof(Guid) || type == typeof(DateTimeOffset)
                || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(decimal));

    private static string[] Surface()
    {
        var nullability = new NullabilityInfoContext();
        return [.. Messages.OrderBy(message => message.Name, StringComparer.Ordinal).SelectMany(message => message.GetProperties()
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property =>
            {
                var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                var optional = type != property.PropertyType || nullability.Create(property).ReadState == NullabilityState.Nullable;
                var required = property.IsDefined(typeof(RequiredMemberAttribute), false) ? "required " : "";
                return $"    {required}{type.Name}{(optional ? "?" : "")} {message.Name}.{property.Name}";
            })
            .Prepend(message.FullName!))];
    }
}
