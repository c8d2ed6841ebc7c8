using System.Globalization;
using Npgsql;
using Sms.EventStore;

namespace Sms.Outbound.UseCases;

/// <summary>
/// How fast texts are handed to a gateway. A phone sends one in a second or two, and a carrier takes a number that floods for
/// spam. <c>Gateways:{endpoint}:IntervalPerNumber</c> (two seconds where it is not set) is kept between two texts of one of our
/// numbers, <c>Gateways:{endpoint}:IntervalPerEndpoint</c> (none) between two of the endpoint; zero is no limit. The turns are
/// taken in the database, by its clock, so that all instances together keep them.
/// </summary>
public sealed class Turns(NpgsqlDataSource database, IConfiguration configuration)
{
    private static readonly TimeSpan UsualPerNumber = TimeSpan.FromSeconds(2);

    /// <summary>Whether the endpoint's texts take turns at all.</summary>
    /// <exception cref="InvalidOperationException">A setting of the endpoint is no time span.</exception>
    public bool AreTaken(string endpoint) => Of(endpoint) != (TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Takes the turn of one of our numbers, if it is free.</summary>
    /// <returns>Whether a text may leave now.</returns>
    public async Task<bool> Take(string endpoint, string ourNumber, CancellationToken ct)
    {
        var (perNumber, perEndpoint) = Of(endpoint);
        return (perNumber, perEndpoint) == (TimeSpan.Zero, TimeSpan.Zero)
            || (await database.Query($"select take_turn({endpoint}, {ourNumber}, {perNumber}, {perEndpoint})", r => r.GetBoolean(0), ct)).Single();
    }

    /// <summary>How long until a turn is free that is taken now; very long when none is.</summary>
    public async Task<TimeSpan> UntilNext(CancellationToken ct) =>
        (await database.Query(
            $"select coalesce(min(free_at) - clock_timestamp(), interval '1 day') from turns where free_at > clock_timestamp()",
            r => r.GetTimeSpan(0), ct)).Single();

    private (TimeSpan PerNumber, TimeSpan PerEndpoint) Of(string endpoint)
    {
        var gateway = configuration.GetSection("Gateways").GetSection(endpoint);
        return (Interval("IntervalPerNumber", UsualPerNumber), Interval("IntervalPerEndpoint", TimeSpan.Zero));

        TimeSpan Interval(string name, TimeSpan otherwise) => gateway[name] switch
        {
            null or "" => otherwise,
            var text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval >= TimeSpan.Zero => interval,
            _ => throw new InvalidOperationException($"Gateways:{endpoint}:{name} must be a time span such as 00:00:02."),
        };
    }
}
