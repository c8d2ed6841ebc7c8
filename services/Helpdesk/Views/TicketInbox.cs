using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.ServiceHost;

namespace Sms.Helpdesk.Views;

/// <summary>The agents' list of tickets, the one something happened on last first.</summary>
public sealed class TicketInbox : IView
{
    private const string Open = "open";
    private const string Solved = "solved";

    /// <summary>One ticket.</summary>
    /// <param name="Id">The ticket's identity.</param>
    /// <param name="Customer">The number, short code or name the customer writes from.</param>
    /// <param name="OurNumber">Our number they write to.</param>
    /// <param name="Status"><c>open</c> or <c>solved</c>.</param>
    /// <param name="OpenedAt">When it was opened here.</param>
    /// <param name="LastActivityAt">When something last happened on it here.</param>
    /// <param name="LastTextAt">When the latest of the customer's texts was sent.</param>
    /// <param name="LastText">What it said.</param>
    /// <param name="Texts">How many texts the customer has sent.</param>
    /// <param name="Version">The version of the ticket's stream.</param>
    public sealed record Row(
        Guid Id, string Customer, string OurNumber, string Status, DateTimeOffset OpenedAt, DateTimeOffset LastActivityAt,
        DateTimeOffset LastTextAt, string LastText, int Texts, long Version);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["tickets"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            var id = Ticket.IdOf(e.StreamId);
            switch (e.Data)
            {
                case TicketEvent.TicketOpened opened:
                    write.Add($"""
                        insert into tickets (id, customer, our_number, status, opened_at, last_activity_at, last_text_at, last_text, texts, version)
                        values ({id}, {opened.Customer}, {opened.OurNumber}, {Open}, {e.At}, {e.At}, '-infinity', '', 0, {e.Version})
                        """);
                    break;
                case TicketEvent.CustomerWrote sms:
                    write.Add($"""
                        update tickets
                        set last_text = case when {sms.SentAt} >= last_text_at then {sms.Text} else last_text end,
                            last_text_at = greatest(last_text_at, {sms.SentAt}), texts = texts + 1,
                            last_activity_at = {e.At}, version = {e.Version}
                        where id = {id}
                        """);
                    break;
                case TicketEvent.TicketSolved:
                    write.Add($"update tickets set status = {Solved}, last_activity_at = {e.At}, version = {e.Version} where id = {id}");
                    break;
                case TicketEvent.TicketReopened:
                    write.Add($"update tickets set status = {Open}, last_activity_at = {e.At}, version = {e.Version} where id = {id}");
                    break;
            }
        }
    }

    /// <summary><c>GET /tickets</c> and <c>GET /tickets/{id}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tickets", List);
        api.MapGet("/tickets/{id:guid}", One);
    }

    private static async Task<Results<Ok<Page<Row>>, ValidationProblem>> List(
        string? status, Cursor? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        if (status is not (null or Open or Solved))
            return Problems.Invalid("status", $"must be {Open} or {Solved}");

        var (size, (at, id)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var rows = await database.Query($"""
            select * from tickets where (last_activity_at, id) < ({at}, {id}) and status = coalesce({status}, status)
            order by last_activity_at desc, id desc limit {size + 1}
            """, Read, ct);
        return TypedResults.Ok(rows.ToPage(size, row => new Cursor(row.LastActivityAt, row.Id).ToString()));
    }

    private static async Task<Results<Ok<Row>, NotFound>> One(
        Guid id, HttpContext http, NpgsqlDataSource database, CancellationToken ct)
    {
        if (await database.Query($"select * from tickets where id = {id}", Read, ct) is not [var ticket])
            return TypedResults.NotFound();
        http.SetETag(ticket.Version);
        return TypedResults.Ok(ticket);
    }

    private static Row Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetFieldValue<DateTimeOffset>(4),
        r.GetFieldValue<DateTimeOffset>(5), r.GetFieldValue<DateTimeOffset>(6), r.GetString(7), r.GetInt32(8), r.GetInt64(9));
}
