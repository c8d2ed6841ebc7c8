using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Tickets;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Helpdesk.Views;

/// <summary>Lists of tickets, counts, and the search through what was written.</summary>
public static class TicketLists
{
    /// <summary>How many tickets there are.</summary>
    /// <param name="ByStatus">Of each status.</param>
    /// <param name="ByAgent">Open ones of each agent; of nobody under the empty name.</param>
    /// <param name="ByTeam">Open ones of each team; of none under the empty name.</param>
    /// <param name="Waiting">Open ones whose customer waits for us.</param>
    /// <param name="Missed">Open ones of which a target was missed.</param>
    /// <param name="Views">Of each saved view, by its name.</param>
    public sealed record Counts(
        IReadOnlyDictionary<string, long> ByStatus, IReadOnlyDictionary<string, long> ByAgent, IReadOnlyDictionary<string, long> ByTeam, long Waiting, long Missed,
        IReadOnlyDictionary<string, long> Views);

    /// <summary>Something that was written, and the ticket it is on; <c>SmsId</c> of a customer's text.</summary>
    public sealed record Hit(
        Guid TicketId, long? Number, string Status, string Customer, string Kind, DateTimeOffset At, string? Actor, string Text, long Position, int No, Guid? SmsId);

    /// <summary>The parts of a filter, as they stand in an address.</summary>
    public sealed record Narrowing(string[]? Status, string? Agent, string? Team, string[]? Priority, string? Tag, string? Customer, string? OurNumber, bool? Waiting, bool? Missed);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tickets", List).WithName("ListTickets").WithSummary("Tickets, the one something happened on last first; by a saved view or a filter; asOf a time");
        api.MapGet("/counts", Count).WithName("CountTickets").WithSummary("How many tickets there are, of each status, agent, team and saved view; asOf a time");
        api.MapGet("/search", Search).WithName("SearchTickets")
            .WithSummary("What was written, on any ticket, the latest first; all the words of q; asOf a time, what was there then, and on which ticket");
    }

    private static async Task<Results<Ok<Page<TicketList.Row>>, ValidationProblem>> List(
        [AsParameters] Narrowing narrowing, string? view, DateTimeOffset? asOf, Cursor? after, int? limit, HttpContext http, IEventStore store,
        NpgsqlDataSource database, CancellationToken ct)
    {
        var filter = Filter(narrowing);
        if (Fault(filter) is var (field, reason))
            return Problems.Invalid(field, reason);
        if (view is not null)
        {
            if ((await store.Load(DeskState.Stream, DeskState.Id, ct)).State.Find<SavedView>(SettingKind.Views, view) is not { } saved)
                return Problems.Invalid("view", "is not known");
            filter = saved.Filter;
        }
        return TypedResults.Ok(await TicketList.Part(database, filter, http.Cause().Actor, asOf, after, Paging.Size(limit), ct));
    }

    /// <summary>What is wrong with a filter; null when it can be used.</summary>
    internal static (string Field, string Reason)? Fault(TicketFilter filter) =>
        filter.Status?.Any(status => !Status.All.Contains(status)) == true ? ("status", $"must be of {string.Join(", ", Status.All)}")
        : filter.Priority?.Any(priority => !Priorities.All.Contains(priority)) == true ? ("priority", $"must be of {string.Join(", ", Priorities.All)}")
        : null;

    private static TicketFilter Filter(Narrowing by) => new(
        by.Status, by.Agent, by.Team, by.Priority, by.Tag, by.Customer is { } customer ? AsStored(customer) : null, by.OurNumber is { } our ? AsStored(our) : null,
        by.Waiting, by.Missed);

    private static string AsStored(string number) => PhoneNumber.TryParse(number, out var known) ? known.Value : number;

    private static async Task<Counts> Count(DateTimeOffset? asOf, HttpContext http, IEventStore store, NpgsqlDataSource database, CancellationToken ct)
    {
        var rows = await database.Query($"""
            select status, assignee, team, waiting, cardinality(missed) > 0, count(*) from {TicketList.Source(asOf).AsPart}
            where status not in ('solved', 'closed') group by 1, 2, 3, 4, 5
            """,
            r => (Status: r.GetString(0), Agent: r.IsDBNull(1) ? "" : r.GetString(1), Team: r.IsDBNull(2) ? "" : r.GetString(2), Waiting: r.GetBoolean(3), Missed: r.GetBoolean(4), Count: r.GetInt64(5)), ct);
        var over = await database.Query(
            $"select status, count(*) from {TicketList.Source(asOf).AsPart} where status in ('solved', 'closed') group by status", r => (r.GetString(0), r.GetInt64(1)), ct);
        var desk = (await store.Load(DeskState.Stream, DeskState.Id, ct)).State;
        var views = new Dictionary<string, long>();
        foreach (var (name, setting) in desk.Of(SettingKind.Views))
            if (setting.Value is SavedView saved)
                views[name] = await TicketList.Count(database, saved.Filter, http.Cause().Actor, asOf, ct);
        var byStatus = By(row => row.Status);
        foreach (var (status, count) in over)
            byStatus[status] = count;
        return new Counts(byStatus, By(row => row.Agent), By(row => row.Team), rows.Where(row => row.Waiting).Sum(row => row.Count), rows.Where(row => row.Missed).Sum(row => row.Count), views);

        Dictionary<string, long> By(Func<(string Status, string Agent, string Team, bool Waiting, bool Missed, long Count), string> key) =>
            rows.GroupBy(key).ToDictionary(group => group.Key, group => group.Sum(row => row.Count));
    }

    private static async Task<Results<Ok<Page<Hit>>, ValidationProblem>> Search(
        string? q, DateTimeOffset? asOf, TicketConversation.Place? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(q) || q.Length > 200 || q.Contains('\0'))
            return Problems.Invalid("q", "must be 1 to 200 characters: words, \"a phrase\", -without, this or that");
        var size = Paging.Size(limit);
        var (at, ticketId, position, no) = after ?? TicketConversation.Place.Last;
        var rows = await database.Query($"""
            select e.ticket_id, tickets.number, tickets.status, tickets.customer, e.kind, e.at, e.actor, e.text, e.position, e.no, e.sms_id
            from (select * from ticket_entries
                  where search @@ websearch_to_tsquery('simple', {q}) and text is not null and {There(asOf).AsPart}
                    and (at, ticket_id, position, no) < ({at}, {ticketId}, {position}, {no})
                  order by at desc, ticket_id desc, position desc, no desc limit {size + 1}) e
            join {TicketList.Source(asOf).AsPart} on tickets.id = e.ticket_id
            order by e.at desc, e.ticket_id desc, e.position desc, e.no desc
            """,
            r => new Hit(
                r.Get<Guid>("ticket_id"), r.Get<long?>("number"), r.Get<string>("status"), r.Get<string>("customer"), r.Get<string>("kind"), r.Get<DateTimeOffset>("at"),
                r.Get<string?>("actor"), r.Get<string>("text"), r.Get<long>("position"), r.Get<int>("no"), r.Get<Guid?>("sms_id")), ct);
        return TypedResults.Ok(rows.ToPage(size, row => new TicketConversation.Place(row.At, row.TicketId, row.Position, row.No).ToString()));
    }

    /// <summary>That an entry is on its ticket, or was.</summary>
    private static Sql There(DateTimeOffset? asOf) => asOf?.ToUniversalTime() is { } moment
        ? (Sql)$"""
            recorded_at <= {moment} and (moved_out is null
                or moved_out > (select h.version from ticket_history h where h.id = ticket_id and h.since <= {moment} and h.until > {moment}))
            """
        : $"moved_out is null";
}
