using Npgsql;
using Sms.AutoReply.Breakers;
using Sms.AutoReply.Rules;
using Sms.EventStore;

namespace Sms.AutoReply.Views;

/// <summary>Breakers that have ever opened, and what they count.</summary>
public sealed class BreakerList : IView
{
    /// <summary>A breaker.</summary>
    /// <param name="Scope">The endpoint, or <c>*</c> for all replies.</param>
    /// <param name="IsOpen">Whether it keeps replies back.</param>
    /// <param name="OpenedAt">When it last opened.</param>
    /// <param name="Most">Because of more than so many replies …</param>
    /// <param name="Minutes">… in so many minutes.</param>
    /// <param name="ClosedAt">When somebody last closed it.</param>
    /// <param name="ClosedBy">Who did.</param>
    public sealed record Row(string Scope, bool IsOpen, DateTimeOffset OpenedAt, int Most, int Minutes, DateTimeOffset? ClosedAt, string? ClosedBy);

    /// <summary><c>GET /breakers</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/breakers", (NpgsqlDataSource database, CancellationToken ct) => database.Query(
            $"select scope, is_open, opened_at, most, minutes, closed_at, closed_by from breakers order by is_open desc, scope",
            r => new Row(r.GetString(0), r.GetBoolean(1), r.GetFieldValue<DateTimeOffset>(2), r.GetInt32(3), r.GetInt32(4), r.MomentOf(5), r.TextOf(6)), ct))
        .WithName("ListBreakers").WithSummary("The breakers that have ever opened, those that are open first");

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["breakers"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
        {
            if (fact.Data is BreakerEvent.Opened o)
                write.Add($"""
                    insert into breakers (scope, is_open, opened_at, most, minutes) values ({o.Scope}, true, {fact.At}, {o.Most}, {o.Minutes})
                    on conflict (scope) do update set is_open = true, opened_at = excluded.opened_at, most = excluded.most, minutes = excluded.minutes
                    """);
            if (fact.Data is BreakerEvent.Closed c)
                write.Add($"update breakers set is_open = false, closed_at = {fact.At}, closed_by = {c.By} where scope = {c.Scope}");
        }
    }

    /// <summary>What the breakers say about a text's replies, and whether its sender is a number of our own.</summary>
    /// <param name="database">The service's database.</param>
    /// <param name="limits">The limits in force.</param>
    /// <param name="sms">The text: replies are counted to texts of the time before it.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<(BreakerReading Reading, bool FromOurNumber)> Read(NpgsqlDataSource database, Limits limits, ReceivedSms sms, CancellationToken ct)
    {
        var (atEndpoint, inAll) = (Windows(limits.PerEndpoint), Windows(limits.InAll));
        return (await database.Query($"""
            with mine as (select coalesce(bool_or(is_open), false) as is_open, coalesce(max(closed_at), '-infinity') as closed_at from breakers where scope = {sms.Endpoint}),
                 alls as (select coalesce(bool_or(is_open), false) as is_open, coalesce(max(closed_at), '-infinity') as closed_at from breakers where scope = {Breaker.All})
            select mine.is_open, alls.is_open,
                array(select (select coalesce(sum(replies), 0) from answers where replies > 0 and endpoint = {sms.Endpoint} and answers.at > mine.closed_at
                        and received_at <= {sms.At} and received_at > {sms.At} - make_interval(mins => w.m)) from unnest({atEndpoint}) with ordinality as w (m, no) order by no),
                array(select (select coalesce(sum(replies), 0) from answers where replies > 0 and answers.at > alls.closed_at
                        and received_at <= {sms.At} and received_at > {sms.At} - make_interval(mins => w.m)) from unnest({inAll}) with ordinality as w (m, no) order by no),
                exists (select from our_numbers where number = {sms.From.Value})
            from mine, alls
            """,
            r => (new BreakerReading(r.GetBoolean(0), r.GetBoolean(1), r.GetFieldValue<long[]>(2), r.GetFieldValue<long[]>(3)), r.GetBoolean(4)), ct))[0];
    }

    private static int[] Windows(IReadOnlyList<Cap> caps) => [.. caps.Select(cap => cap.Minutes)];
}
