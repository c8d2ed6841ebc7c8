using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.ServiceHost;

namespace Sms.Helpdesk.Views;

/// <summary>What was said and done on one ticket. Texts stand where they were sent, everything else where it was done.</summary>
public sealed class TicketConversation : IView
{
    /// <summary>One entry.</summary>
    /// <param name="Position">Its place in the order in which it was recorded.</param>
    /// <param name="Kind"><c>customer-wrote</c>, <c>solved</c> or <c>reopened</c>.</param>
    /// <param name="At">For a text when it was sent, by the gateway's clock; otherwise when it was done here.</param>
    /// <param name="Actor">Who did it; null for what the customer did.</param>
    /// <param name="SmsId">The text it is, or the text it was done because of.</param>
    /// <param name="Endpoint">The webhook endpoint the text came in by.</param>
    /// <param name="Text">What the customer wrote.</param>
    public sealed record Row(long Position, string Kind, DateTimeOffset At, string? Actor, Guid? SmsId, string? Endpoint, string? Text);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["ticket_entries"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            var id = Ticket.IdOf(e.StreamId);
            switch (e.Data)
            {
                case TicketEvent.CustomerWrote sms:
                    write.Add($"""
                        insert into ticket_entries (ticket_id, position, kind, at, sms_id, endpoint, text)
                        values ({id}, {e.Version}, 'customer-wrote', {sms.SentAt}, {sms.SmsId}, {sms.Endpoint}, {sms.Text})
                        """);
                    break;
                case TicketEvent.TicketSolved:
                    write.Add($"""
                        insert into ticket_entries (ticket_id, position, kind, at, actor)
                        values ({id}, {e.Version}, 'solved', {e.At}, {e.Actor})
                        """);
                    break;
                case TicketEvent.TicketReopened reopened:
                    write.Add($"""
                        insert into ticket_entries (ticket_id, position, kind, at, actor, sms_id)
                        values ({id}, {e.Version}, 'reopened', {e.At}, {e.Actor}, {reopened.SmsId})
                        """);
                    break;
            }
        }
    }

    /// <summary><c>GET /tickets/{id}/entries</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/tickets/{id:guid}/entries", List);

    private static async Task<Results<Ok<Page<Row>>, NotFound>> List(
        Guid id, long? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        var size = Paging.Size(limit);
        var rows = await database.Query($"""
            select position, kind, at, actor, sms_id, endpoint, text from ticket_entries
            where ticket_id = {id} and ({after}::bigint is null or (at, position) >
                (select at, position from ticket_entries where ticket_id = {id} and position = {after}))
            order by at, position limit {size + 1}
            """,
            r => new Row(
                r.GetInt64(0), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.IsDBNull(3) ? null : r.GetString(3),
                r.IsDBNull(4) ? null : r.GetGuid(4), r.IsDBNull(5) ? null : r.GetString(5), r.IsDBNull(6) ? null : r.GetString(6)), ct);
        // Every ticket begins with a text.
        return rows.Count == 0 && after is null
            ? TypedResults.NotFound()
            : TypedResults.Ok(rows.ToPage(size, row => row.Position.ToString(CultureInfo.InvariantCulture)));
    }
}
