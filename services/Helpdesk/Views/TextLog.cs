using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Texts;
using Sms.ServiceHost;

namespace Sms.Helpdesk.Views;

/// <summary>Every text of a customer's and what was decided about it, also those that opened no ticket.</summary>
public sealed class TextLog : IView
{
    /// <summary>One text.</summary>
    /// <param name="SmsId">Its identity.</param>
    /// <param name="Endpoint">The endpoint it came in by.</param>
    /// <param name="Customer">Who wrote.</param>
    /// <param name="OurNumber">Our number they wrote to.</param>
    /// <param name="Text">What they wrote.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    /// <param name="ReceivedAt">When it came in here.</param>
    /// <param name="TicketId">The ticket it is on now; null for none.</param>
    /// <param name="Rule">Which rule decided, one of <see cref="RouteRule"/>; null while it waits for what its decision needs to know.</param>
    /// <param name="Reason">Why, in words.</param>
    /// <param name="Policy">Whose policy held.</param>
    /// <param name="PolicyVersion">Which version of it.</param>
    public sealed record Row(
        Guid SmsId, string Endpoint, string Customer, string OurNumber, string Text, DateTimeOffset SentAt, DateTimeOffset ReceivedAt, Guid? TicketId,
        string? Rule, string? Reason, string? Policy, int? PolicyVersion);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables { get; } = ["texts"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var text in happened.Where(e => e.Data is TextEvent).GroupBy(e => e.StreamId))
        {
            var id = Text.IdOf(text.Key);
            // Nearly always both at once: one row instead of a row and its change.
            var (received, decided) = (text.Select(e => e.Data).OfType<TextEvent.TextReceived>().SingleOrDefault(), text.Select(e => e.Data).OfType<TextEvent.TextDecided>().LastOrDefault());
            if (received is not null)
                write.Add($"""
                    insert into texts (sms_id, endpoint, customer, our_number, text, sent_at, received_at, decide_by, ticket_id, rule, reason, policy, policy_version)
                    values ({id}, {received.Endpoint}, {received.Customer}, {received.OurNumber}, {received.Text}, {received.SentAt}, {received.At},
                        {(decided is null ? received.DecideBy : (DateTimeOffset?)null)}::timestamptz, {decided?.TicketId}::uuid, {decided?.Rule}::text, {decided?.Reason}::text,
                        {decided?.Policy}::text, {decided?.PolicyVersion}::int)
                    """);
            else if (decided is not null)
                write.Add($"""
                    update texts set decide_by = null, ticket_id = {decided.TicketId}::uuid, rule = {decided.Rule}, reason = {decided.Reason}, policy = {decided.Policy},
                        policy_version = {decided.PolicyVersion}
                    where sms_id = {id}
                    """);
            foreach (var moved in text.Select(e => e.Data).OfType<TextEvent.TextMoved>())
                write.Add($"update texts set ticket_id = {moved.TicketId} where sms_id = {id}");
        }
    }

    /// <summary><c>GET /texts</c>: texts on no ticket; <c>GET /texts/{smsId}</c>: any text and why it is where it is.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/texts", Logged).WithName("ListLoggedTexts").WithSummary("Texts that opened no ticket, the latest first");
        api.MapGet("/texts/{smsId:guid}", One).WithName("GetText").WithSummary("A text, the ticket it is on, and which rule of which policy decided so");
    }

    private static async Task<Page<Row>> Logged(DateTimeOffset? asOf, Cursor? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        var (size, (at, id)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var rows = await database.Query($"""
            select * from texts where ticket_id is null and rule is not null and (received_at, sms_id) < ({at}, {id})
                and received_at <= {asOf?.ToUniversalTime() ?? DateTimeOffset.MaxValue}
            order by received_at desc, sms_id desc limit {size + 1}
            """, Read, ct);
        return rows.ToPage(size, row => new Cursor(row.ReceivedAt, row.SmsId).ToString());
    }

    private static async Task<Results<Ok<Row>, NotFound>> One(Guid smsId, NpgsqlDataSource database, CancellationToken ct) =>
        await database.Query($"select * from texts where sms_id = {smsId}", Read, ct) is [var text] ? TypedResults.Ok(text) : TypedResults.NotFound();

    private static Row Read(NpgsqlDataReader r) => new(
        r.Get<Guid>("sms_id"), r.Get<string>("endpoint"), r.Get<string>("customer"), r.Get<string>("our_number"), r.Get<string>("text"),
        r.Get<DateTimeOffset>("sent_at"), r.Get<DateTimeOffset>("received_at"), r.Get<Guid?>("ticket_id"), r.Get<string?>("rule"), r.Get<string?>("reason"),
        r.Get<string?>("policy"), r.Get<int?>("policy_version"));
}
