using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Tickets;
using Sms.ServiceHost;

namespace Sms.Helpdesk.Views;

/// <summary>The agents' list of tickets, the one something happened on last first.</summary>
public static class TicketList
{
    /// <summary>One ticket in a list.</summary>
    /// <param name="Id">The ticket's identity.</param>
    /// <param name="Number">The number people know it by.</param>
    /// <param name="Customer">The number, short code or name the customer writes from.</param>
    /// <param name="CustomerName">What Contacts knows them as.</param>
    /// <param name="OurNumber">Our number they write to.</param>
    /// <param name="Endpoint">The endpoint whose policy it follows.</param>
    /// <param name="Status">One of <see cref="Tickets.Status"/>.</param>
    /// <param name="Priority">One of <see cref="Priorities"/>.</param>
    /// <param name="Assignee">The agent it is with, as an actor.</param>
    /// <param name="Team">The team it is with.</param>
    /// <param name="Tags">Its tags.</param>
    /// <param name="MergedInto">The ticket in which it goes on.</param>
    /// <param name="OpenedAt">When it was opened here.</param>
    /// <param name="LastActivityAt">When something last happened on it here.</param>
    /// <param name="LastTextAt">When the latest of the customer's texts was sent; null where there is none.</param>
    /// <param name="LastText">What it said.</param>
    /// <param name="Texts">How many texts the customer has sent.</param>
    /// <param name="Waiting">Whether the customer waits for us.</param>
    /// <param name="WakesAt">When it becomes open by itself.</param>
    /// <param name="DueAt">When the next target is due, of those whose clock runs.</param>
    /// <param name="Missed">The targets that were missed.</param>
    /// <param name="Version">The version of the ticket's stream: its ETag.</param>
    public sealed record Row(
        Guid Id, long? Number, string Customer, string? CustomerName, string OurNumber, string Endpoint, string Status, string Priority, string? Assignee,
        string? Team, IReadOnlyList<string> Tags, Guid? MergedInto, DateTimeOffset OpenedAt, DateTimeOffset LastActivityAt, DateTimeOffset? LastTextAt,
        string LastText, int Texts, bool Waiting, DateTimeOffset? WakesAt, DateTimeOffset? DueAt, IReadOnlyList<string> Missed,
        long Version);

    /// <summary>A part of the tickets that a filter lets through.</summary>
    /// <param name="database">The service's database.</param>
    /// <param name="filter">Which tickets.</param>
    /// <param name="me">Whoever asks, as an actor.</param>
    /// <param name="asOf">As they stood then; null for now.</param>
    /// <param name="after">Where to go on.</param>
    /// <param name="size">How many.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<Page<Row>> Part(
        NpgsqlDataSource database, TicketFilter filter, string me, DateTimeOffset? asOf, Cursor? after, int size, CancellationToken ct)
    {
        var (at, id) = after ?? Cursor.Latest;
        // Nothing had happened after that moment, so there is no need to look there.
        if (asOf?.ToUniversalTime() is { } moment && moment < at)
            (at, id) = (moment, Guid.AllBitsSet);
        var rows = await database.Query($"""
            select t.*, c.name as customer_name, least(t.first_reply_due, t.next_reply_due, t.resolution_due) as due_at
            from (select * from {Source(asOf).AsPart} where {Where(filter, me).AsPart} and (last_activity_at, id) < ({at}, {id})
                  order by last_activity_at desc, id desc limit {size + 1}) t
            left join customers c on c.number = t.customer
            order by t.last_activity_at desc, t.id desc
            """, Read, ct);
        return rows.ToPage(size, row => new Cursor(row.LastActivityAt, row.Id).ToString());
    }

    /// <summary>How many tickets a filter lets through.</summary>
    public static async Task<long> Count(NpgsqlDataSource database, TicketFilter filter, string me, DateTimeOffset? asOf, CancellationToken ct) =>
        (await database.Query($"select count(*) from {Source(asOf).AsPart} where {Where(filter, me).AsPart}", r => r.GetInt64(0), ct)).Single();

    /// <summary>The tickets as they stand, or stood.</summary>
    internal static Sql Source(DateTimeOffset? asOf) => asOf?.ToUniversalTime() is { } moment
        ? (Sql)$"(select * from ticket_history where since <= {moment} and until > {moment}) tickets"
        : $"tickets";

    internal static Sql Where(TicketFilter filter, string me)
    {
        Sql where = $"true";
        if (filter.Status is { Count: > 0 } status)
            where = status.Any(Status.IsOver)
                ? (Sql)$"{where.AsPart} and status = any({status.ToArray()})"
                : $"{where.AsPart} and status = any({status.ToArray()}) and status not in ('solved', 'closed')";
        if (filter.Agent is { } agent)
            where = agent == "nobody" ? (Sql)$"{where.AsPart} and assignee is null" : $"{where.AsPart} and assignee = {(agent == "me" ? me : agent)}";
        if (filter.Team is { } team)
            where = team == "none" ? (Sql)$"{where.AsPart} and team is null" : $"{where.AsPart} and team = {team}";
        if (filter.Priority is { Count: > 0 } priority)
            where = $"{where.AsPart} and priority = any({priority.ToArray()})";
        if (filter.Tag is { } tag)
            where = $"{where.AsPart} and tags @> {new[] { tag }}";
        if (filter.Customer is { } customer)
            where = $"{where.AsPart} and customer = {customer}";
        if (filter.OurNumber is { } ourNumber)
            where = $"{where.AsPart} and our_number = {ourNumber}";
        if (filter.Waiting is { } waiting)
            where = $"{where.AsPart} and waiting = {waiting}";
        if (filter.Missed is { } missed)
            where = $"{where.AsPart} and (cardinality(missed) > 0) = {missed}";
        return where;
    }

    internal static Row Read(NpgsqlDataReader r) => new(
        r.Get<Guid>("id"), r.Get<long?>("number"), r.Get<string>("customer"), r.Get<string?>("customer_name"), r.Get<string>("our_number"),
        r.Get<string>("endpoint"), r.Get<string>("status"), r.Get<string>("priority"), r.Get<string?>("assignee"), r.Get<string?>("team"),
        r.Get<string[]>("tags"), r.Get<Guid?>("merged_into"), r.Get<DateTimeOffset>("opened_at"), r.Get<DateTimeOffset>("last_activity_at"),
        r.Get<int>("texts") > 0 ? r.Get<DateTimeOffset>("last_text_at") : null, r.Get<string>("last_text"), r.Get<int>("texts"), r.Get<bool>("waiting"),
        r.Get<DateTimeOffset?>("wakes_at"), r.Get<DateTimeOffset?>("due_at"), r.Get<string[]>("missed"), r.Get<long>("version"));
}
