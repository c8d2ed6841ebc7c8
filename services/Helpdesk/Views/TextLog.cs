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
        string? Rule, string? Reason, string? Policy, int? PolicyVersion)
    {
        /// <summary>A text as its facts up to a version have it; null before it came in.</summary>
        public static Row? Of(Guid smsId, Text text) => text is { Received: { } received, Decided: var decided }
            ? new(
                smsId, received.Endpoint, received.Customer, received.OurNumber, received.Text, received.SentAt, received.At, text.TicketId, decided?.Rule, decided?.Reason,
                decided?.Policy, decided?.PolicyVersion)
            : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables { get; } = ["texts"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var text in happened.Where(e => e.Data is TextEvent).GroupBy(e => e.StreamId))
        {
            var id = Text.IdOf(text.Key);
            var (received, decided) = (text.Select(e => e.Data).OfType<TextEvent.TextReceived>().SingleOrDefault(), text.Select(e => e.Data).OfType<TextEvent.TextDecided>().LastOrDefault());
            // A text on no ticket comes to one at most once, and never back.
            var logged = text.FirstOrDefault(e => e.Data is TextEvent.TextDecided { TicketId: null })?.At;
            var placed = text.FirstOrDefault(e => e.Data is TextEvent.TextDecided { TicketId: not null } or TextEvent.TextMoved)?.At;
            // Nearly always both at once: one row instead of a row and its change.
            if (received is not null)
                write.Add($"""
                    insert into texts (sms_id, endpoint, customer, our_number, text, sent_at, received_at, decide_by, ticket_id, rule, reason, policy, policy_version, logged_at, placed_at)
                    values ({id}, {received.Endpoint}, {received.Customer}, {received.OurNumber}, {received.Text}, {received.SentAt}, {received.At},
                        {(decided is null ? received.DecideBy : (DateTimeOffset?)null)}::timestamptz, {decided?.TicketId}::uuid, {decided?.Rule}::text, {decided?.Reason}::text,
                        {decided?.Policy}::text, {decided?.PolicyVersion}::int, {logged}::timestamptz, {placed}::timestamptz)
                    """);
            else if (decided is not null)
                write.Add($"""
                    update texts set decide_by = null, ticket_id = {decided.TicketId}::uuid, rule = {decided.Rule}, reason = {decided.Reason}, policy = {decided.Policy},
                        policy_version = {decided.PolicyVersion}, logged_at = coalesce(logged_at, {logged}::timestamptz), placed_at = coalesce(placed_at, {placed}::timestamptz)
                    where sms_id = {id}
                    """);
            foreach (var moved in text.Select(e => e.Data).OfType<TextEvent.TextMoved>())
                write.Add($"update texts set ticket_id = {moved.TicketId}, placed_at = coalesce(placed_at, {placed}::timestamptz) where sms_id = {id}");
        }
    }

    /// <summary><c>GET /texts</c>: texts on no ticket; <c>GET /texts/{smsId}</c>: any text and why it is where it is.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/texts", Logged).WithName("ListLoggedTexts").WithSummary("Texts that opened no ticket, the latest first; asOf a time, those of which that was so then");
        api.MapGet("/texts/{smsId:guid}", One).WithName("GetText")
            .WithSummary("A text, the ticket it is on, and which rule of which policy decided so; asOf a version or a time, as it stood then");
    }

    private static async Task<Page<Row>> Logged(DateTimeOffset? asOf, Cursor? after, int? limit, EventLog log, NpgsqlDataSource database, CancellationToken ct)
    {
        var (size, (at, id)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var then = asOf?.ToUniversalTime();
        var logged = then is null ? (Sql)$"logged_at is not null and placed_at is null" : $"logged_at <= {then} and (placed_at is null or placed_at > {then})";
        var page = (await database.Query($"""
            select * from texts where {logged.AsPart} and (received_at, sms_id) < ({at}, {id}) order by received_at desc, sms_id desc limit {size + 1}
            """, Read, ct)).ToPage(size, row => new Cursor(row.ReceivedAt, row.SmsId).ToString());
        var rows = new List<Row>();
        foreach (var row in page.Items)
            rows.Add(row.TicketId is null ? row : (await Then(row.SmsId, new AsOf(null, then), log, ct))!);
        return page with { Items = rows };
    }

    private static async Task<Results<Ok<Row>, NotFound>> One(Guid smsId, AsOf? asOf, EventLog log, NpgsqlDataSource database, CancellationToken ct)
    {
        var row = asOf is null ? (await database.Query($"select * from texts where sms_id = {smsId}", Read, ct)).SingleOrDefault() : await Then(smsId, asOf, log, ct);
        return row is null ? TypedResults.NotFound() : TypedResults.Ok(row);
    }

    private static async Task<Row?> Then(Guid smsId, AsOf asOf, EventLog log, CancellationToken ct)
    {
        var stream = Text.Stream.StreamId(smsId.ToString());
        return await log.StateAt(stream, Text.Stream.Name, await asOf.On(log, stream, ct), ct) is Text text ? Row.Of(smsId, text) : null;
    }

    private static Row Read(NpgsqlDataReader r) => new(
        r.Get<Guid>("sms_id"), r.Get<string>("endpoint"), r.Get<string>("customer"), r.Get<string>("our_number"), r.Get<string>("text"),
        r.Get<DateTimeOffset>("sent_at"), r.Get<DateTimeOffset>("received_at"), r.Get<Guid?>("ticket_id"), r.Get<string?>("rule"), r.Get<string?>("reason"),
        r.Get<string?>("policy"), r.Get<int?>("policy_version"));
}
