using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.ServiceHost;

namespace Sms.Helpdesk.Views;

/// <summary>What was said and done on one ticket and on those merged into it, in the order of time.</summary>
public static class TicketConversation
{
    /// <summary>One entry.</summary>
    /// <param name="TicketId">The ticket it was recorded on: this one, or one that was merged into it.</param>
    /// <param name="Position">Its place in the order in which it was recorded there.</param>
    /// <param name="No">Tells entries of the same place apart.</param>
    /// <param name="Kind">
    /// <c>customer-wrote</c>, <c>replied</c>, <c>sent</c> (by a rule or consent), <c>note</c>, <c>solved</c>, <c>status</c>, <c>reopened</c>, <c>assigned</c>,
    /// <c>priority</c>, <c>tags</c>, <c>reply-failed</c>, <c>missed</c> (a target), <c>opened</c> (after another), <c>merged</c>, <c>absorbed</c>, <c>unmerged</c>,
    /// <c>released</c>, <c>texts-moved-in</c> or <c>texts-moved-out</c>.
    /// </param>
    /// <param name="At">For a text when it was sent, by the gateway's clock; otherwise when it was done here.</param>
    /// <param name="Actor">Who did it; null for what the customer wrote.</param>
    /// <param name="SmsId">The customer's text it is, or was done because of.</param>
    /// <param name="SendId">Our text it is, or is about.</param>
    /// <param name="Endpoint">The webhook endpoint the text came in by.</param>
    /// <param name="OurNumber">Our number, where it is not the ticket's.</param>
    /// <param name="Text">What was written.</param>
    /// <param name="Detail">What was done, in a few words.</param>
    /// <param name="Delivery">What became of our text, as in <c>SmsChanged</c>.</param>
    /// <param name="DeliveryReason">Why.</param>
    public sealed record Row(
        Guid TicketId, long Position, int No, string Kind, DateTimeOffset At, string? Actor, Guid? SmsId, Guid? SendId, string? Endpoint, string? OurNumber,
        string? Text, string? Detail, string? Delivery, string? DeliveryReason);

    /// <summary>A place in the conversation.</summary>
    public sealed record Place(DateTimeOffset At, Guid TicketId, long Position, int No)
    {
        internal static readonly Place First = new(DateTimeOffset.MinValue, Guid.Empty, 0, 0);

        internal static readonly Place Last = new(DateTimeOffset.MaxValue, Guid.AllBitsSet, long.MaxValue, int.MaxValue);

        /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
        public static bool TryParse(string? written, [NotNullWhen(true)] out Place? place)
        {
            place = written?.Split('_') is [var at, var ticket, var position, var no] && Cursor.TryParse($"{at}_{ticket}", out var cursor)
                && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var recorded)
                && int.TryParse(no, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new Place(cursor.At, cursor.Id, recorded, number) : null;
            return place is not null;
        }

        /// <inheritdoc/>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{new Cursor(At, TicketId)}_{Position}_{No}");
    }

    /// <summary><c>GET /tickets/{id}/entries</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/tickets/{id:guid}/entries", List)
        .WithName("ListEntries").WithSummary("What was said and done, in the order of time, oldest or latest first; asOf a version of the ticket or a time, as it was then");

    private static async Task<Results<Ok<Page<Row>>, NotFound, ValidationProblem>> List(
        Guid id, AsOf? asOf, string? order, Place? after, int? limit, EventLog log, NpgsqlDataSource database, CancellationToken ct)
    {
        if (order is not (null or "oldest" or "latest"))
            return Problems.Invalid("order", "must be oldest or latest");
        var stream = Ticket.Stream.StreamId(id.ToString());
        var version = asOf is null ? long.MaxValue : await asOf.On(log, stream, ct);
        var moment = asOf is null ? DateTimeOffset.MaxValue : asOf.Time ?? (await log.Events(stream, version - 1, 1, ct)).FirstOrDefault()?.At ?? DateTimeOffset.MinValue;
        if (version == 0 || await log.Stream(stream, ct) is null)
            return TypedResults.NotFound();
        var (size, latest) = (Paging.Size(limit), order == "latest");
        var (at, ticketId, position, no) = after ?? (latest ? Place.Last : Place.First);
        var beyond = latest
            ? (Sql)$"(e.at, e.ticket_id, e.position, e.no) < ({at}, {ticketId}, {position}, {no})"
            : $"(e.at, e.ticket_id, e.position, e.no) > ({at}, {ticketId}, {position}, {no})";
        var ordered = latest ? (Sql)$"e.at desc, e.ticket_id desc, e.position desc, e.no desc" : $"e.at, e.ticket_id, e.position, e.no";
        var rows = await database.Query($"""
            with recursive family as (
                select {id}::uuid as id
                union
                select {Merged(moment, asOf is null).AsPart})
            select e.*, d.status as delivery, d.reason as delivery_reason
            from ticket_entries e
            left join lateral (select status, reason from deliveries where send_id = e.send_id and at <= {moment} order by version desc limit 1) d on e.kind in ('replied', 'sent')
            where e.ticket_id in (select id from family) and {beyond.AsPart}
              and (e.moved_out is null or e.ticket_id = {id} and e.moved_out > {version})
              and case when e.ticket_id = {id} then e.position <= {version} else e.recorded_at <= {moment} end
            order by {ordered.AsPart} limit {size + 1}
            """,
            r => new Row(
                r.Get<Guid>("ticket_id"), r.Get<long>("position"), r.Get<int>("no"), r.Get<string>("kind"), r.Get<DateTimeOffset>("at"), r.Get<string?>("actor"),
                r.Get<Guid?>("sms_id"), r.Get<Guid?>("send_id"), r.Get<string?>("endpoint"), r.Get<string?>("our_number"), r.Get<string?>("text"),
                r.Get<string?>("detail"), r.Get<string?>("delivery"), r.Get<string?>("delivery_reason")), ct);
        return TypedResults.Ok(rows.ToPage(size, row => new Place(row.At, row.TicketId, row.Position, row.No).ToString()));
    }

    private static Sql Merged(DateTimeOffset moment, bool now) => now
        ? (Sql)$"t.id from tickets t join family f on t.merged_into = f.id"
        : $"t.id from ticket_history t join family f on t.merged_into = f.id where t.since <= {moment} and t.until > {moment}";
}
