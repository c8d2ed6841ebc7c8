using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Outbound.Recipients;
using Sms.Outbound.Sends;
using Sms.ServiceHost;

namespace Sms.Outbound.Views;

/// <summary>Every text anybody asked for, where it stands and how it got there.</summary>
public sealed class SentLog : IView
{
    private static readonly string[] States =
    [
        "held", "cleared", "dispatching", "waiting", "accepted", "sent", "delivered", "failed", "suppressed", "expired", "cancelled", "unknown",
    ];

    /// <summary>One text.</summary>
    /// <param name="SendId">Its identity.</param>
    /// <param name="SmsId">The inbound text it answers; null where it answers none.</param>
    /// <param name="Conversation">The person and our number, under an id that shows neither.</param>
    /// <param name="Purpose">One of <see cref="SendPurpose"/>.</param>
    /// <param name="Endpoint">The endpoint it leaves through.</param>
    /// <param name="OurNumber">Our number it leaves from.</param>
    /// <param name="Customer">The number it goes to.</param>
    /// <param name="Text">What it says.</param>
    /// <param name="Segments">How many short messages it is sent as.</param>
    /// <param name="RequestedBy">Who asked for it.</param>
    /// <param name="RequestedAt">When they did.</param>
    /// <param name="ExpiresAt">No attempt starts at or after this time.</param>
    /// <param name="State">
    /// <c>held</c> until consent's word, <c>cleared</c>, <c>dispatching</c>, <c>waiting</c> for the next attempt, <c>accepted</c> by
    /// the gateway, <c>sent</c> and <c>delivered</c> by its report, <c>failed</c>, <c>suppressed</c>, <c>expired</c>,
    /// <c>cancelled</c>, or <c>unknown</c>: a person has to look.
    /// </param>
    /// <param name="Reason">Why it is in that state, as a short code.</param>
    /// <param name="Consent">What consent said last, and the fact that says so.</param>
    /// <param name="GatewayId">The gateway's id of it.</param>
    /// <param name="Attempts">How many attempts have been started.</param>
    /// <param name="ResendOf">The text that a person had said again by this one.</param>
    /// <param name="ResentAs">The text by which a person had this one said again.</param>
    /// <param name="ChangedAt">When the state last changed.</param>
    public sealed record Row(
        Guid SendId, Guid? SmsId, Guid Conversation, string Purpose, string Endpoint, string OurNumber, string Customer, string Text,
        Segments Segments, string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt, string State, string? Reason,
        ConsentProof? Consent, string? GatewayId, int Attempts, Guid? ResendOf, Guid? ResentAs, DateTimeOffset ChangedAt);

    /// <summary>What a text rests on, or was stopped by.</summary>
    /// <param name="Said">The verdict, or the reason of the ruling.</param>
    /// <param name="At">When it was given; of a suppressed text null.</param>
    /// <param name="FactId">The fact in the consent ledger; null where there is none about the person.</param>
    /// <param name="FactHash">Its hash in the chain.</param>
    public sealed record ConsentProof(string Said, DateTimeOffset? At, Guid? FactId, string? FactHash);

    /// <summary>One change of state.</summary>
    /// <param name="State">The state it entered; or <c>resent</c>, which is none.</param>
    /// <param name="Reason">Why, as a short code or in a person's words.</param>
    /// <param name="Attempt">The attempt it belongs to.</param>
    /// <param name="GatewayId">The gateway's id.</param>
    /// <param name="RetryAt">When the next attempt is to be.</param>
    /// <param name="At">When it happened.</param>
    /// <param name="Actor">Who acted.</param>
    public sealed record Change(
        string State, string? Reason, int? Attempt, string? GatewayId, DateTimeOffset? RetryAt, DateTimeOffset At, string Actor);

    /// <summary>One text and how it got where it stands.</summary>
    public sealed record WithHistory(Row Message, IReadOnlyList<Change> History);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["messages", "message_history"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            if (e.Data is not SendEvent about || Entered(about, e) is not { } change)
                continue;
            switch (about)
            {
                case SendEvent.SmsRequested asked:
                    write.Add($"""
                        insert into messages (
                            send_id, stream_id, sms_id, purpose, endpoint, our_number, customer, text, requested_by, requested_at,
                            expires_at, state, attempts, resend_of, changed_at)
                        values (
                            {asked.SendId}, {e.StreamId}, {Occasion.AnsweredIn(e.StreamId)}::uuid, {asked.Purpose}, {asked.Endpoint},
                            {asked.From}, {asked.To}, {asked.Text}, {asked.RequestedBy}, {asked.RequestedAt}, {asked.ExpiresAt},
                            {change.State}, 0, {asked.ResendOf}::uuid, {e.At})
                        """);
                    break;
                case SendEvent.SmsResent resent:
                    write.Add($"update messages set resent_as = {resent.As} where send_id = {resent.SendId}");
                    break;
                default:
                    write.Add($"""
                        update messages
                        set state = case when {change.State} = 'accepted' and state in ('sent', 'delivered', 'failed') then state else {change.State} end,
                            reason = {change.Reason}, gateway_id = coalesce({change.GatewayId}, gateway_id),
                            attempts = coalesce({change.Attempt}::int, attempts), changed_at = {e.At}
                        where send_id = {about.SendId}
                        """);
                    break;
            }
            if (Said(about) is { } consent)
                write.Add($"""
                    update messages
                    set consent = {consent.Said}, consent_at = {consent.At}::timestamptz, consent_fact = {consent.FactId}::uuid,
                        consent_hash = {consent.FactHash}
                    where send_id = {about.SendId}
                    """);
            write.Add($"""
                insert into message_history (send_id, position, state, reason, attempt, gateway_id, retry_at, at, actor)
                values (
                    {about.SendId}, {e.Version}, {change.State}, {change.Reason}, {change.Attempt}, {change.GatewayId},
                    {change.RetryAt}, {change.At}, {change.Actor})
                """);
        }
    }

    private static Change? Entered(SendEvent happened, StoredEvent e)
    {
        return happened switch
        {
            SendEvent.SmsRequested => To("held"),
            SendEvent.ConsentSought => To("held", "consent-asked"),
            SendEvent.SmsCleared c => To("cleared", c.Verdict),
            SendEvent.SmsDeferred d => To("waiting", d.Reason) with { RetryAt = d.Until },
            SendEvent.SmsSuppressed s => To("suppressed", s.Reason),
            SendEvent.SmsExpired => To("expired"),
            SendEvent.SmsCancelled c => To("cancelled", c.Reason),
            SendEvent.DispatchStarted d => To("dispatching") with { Attempt = d.Attempt },
            SendEvent.SmsAccepted a => To("accepted") with { Attempt = a.Attempt, GatewayId = a.GatewayId },
            SendEvent.DispatchFailed { RetryAt: null } f => To("failed", f.Reason) with { Attempt = f.Attempt },
            SendEvent.DispatchFailed f => To("waiting", f.Reason) with { Attempt = f.Attempt, RetryAt = f.RetryAt },
            SendEvent.BlockedByGateway b => To("failed", $"blocked-by-gateway {b.Code}") with { Attempt = b.Attempt },
            SendEvent.OutcomeUnknown { RepeatAt: null } u => To("unknown", u.Reason) with { Attempt = u.Attempt },
            SendEvent.OutcomeUnknown u => To("waiting", u.Reason) with { Attempt = u.Attempt, RetryAt = u.RepeatAt },
            SendEvent.OutcomeResolved r => To(r.Left ? "sent" : "failed", r.Reason),
            SendEvent.SmsResent r => To("resent", r.Reason),
            SendEvent.SmsSent => To("sent"),
            SendEvent.SmsDelivered => To("delivered"),
            SendEvent.DeliveryFailed f => To("failed", f.Reason),
            _ => null,
        };

        Change To(string state, string? reason = null) => new(state, reason, null, null, null, e.At, e.Actor);
    }

    private static ConsentProof? Said(SendEvent happened) => happened switch
    {
        SendEvent.SmsCleared c => new(c.Verdict, c.ScreenedAt, c.FactId, c.FactHash),
        SendEvent.SmsSuppressed s => new(s.Reason, null, s.FactId, s.FactHash),
        _ => null,
    };

    /// <summary><c>GET /messages</c> and <c>GET /messages/{sendId}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/messages", List);
        api.MapGet("/messages/{sendId:guid}", One);
    }

    private static async Task<Results<Ok<Page<Row>>, ValidationProblem>> List(
        string? state, Guid? conversation, Cursor? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        if (state is not null && !States.Contains(state))
            return Problems.Invalid("state", $"must be one of {string.Join(", ", States)}");

        var (size, (at, id)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var rows = conversation is { } with
            ? await database.Query($"""
                select m.* from messages m join conversations c on c.our_number = m.our_number and c.customer = m.customer
                where c.id = {with} and (m.requested_at, m.send_id) < ({at}, {id}) and m.state = coalesce({state}, m.state)
                order by m.requested_at desc, m.send_id desc limit {size + 1}
                """, Read, ct)
            : await database.Query($"""
                select * from messages where (requested_at, send_id) < ({at}, {id}) and state = coalesce({state}, state)
                order by requested_at desc, send_id desc limit {size + 1}
                """, Read, ct);
        return TypedResults.Ok(rows.ToPage(size, row => new Cursor(row.RequestedAt, row.SendId).ToString()));
    }

    private static async Task<Results<Ok<WithHistory>, NotFound>> One(Guid sendId, NpgsqlDataSource database, CancellationToken ct)
    {
        if (await Find(database, sendId, ct) is not { } message)
            return TypedResults.NotFound();
        var history = await database.Query($"""
            select state, reason, attempt, gateway_id, retry_at, at, actor from message_history
            where send_id = {sendId} order by position
            """,
            r => new Change(
                r.GetString(0), r.Get<string?>("reason"), r.Get<int?>("attempt"), r.Get<string?>("gateway_id"),
                r.Get<DateTimeOffset?>("retry_at"), r.GetFieldValue<DateTimeOffset>(5), r.GetString(6)), ct);
        return TypedResults.Ok(new WithHistory(message, history));
    }

    /// <summary>One text, or null.</summary>
    public static async Task<Row?> Find(NpgsqlDataSource database, Guid sendId, CancellationToken ct) =>
        (await database.Query($"select * from messages where send_id = {sendId}", Read, ct)).SingleOrDefault();

    /// <summary>The stream of a text, or null.</summary>
    public static async Task<string?> StreamOf(NpgsqlDataSource database, Guid sendId, CancellationToken ct) =>
        (await database.Query($"select stream_id from messages where send_id = {sendId}", r => r.GetString(0), ct)).SingleOrDefault();

    /// <summary>The stream of a text, if it leaves through this endpoint; or null.</summary>
    public static async Task<string?> StreamOf(NpgsqlDataSource database, Guid sendId, string endpoint, CancellationToken ct) =>
        (await database.Query(
            $"select stream_id from messages where send_id = {sendId} and endpoint = {endpoint}", r => r.GetString(0), ct)).SingleOrDefault();

    private static Row Read(NpgsqlDataReader r)
    {
        var (ourNumber, customer, text) = (r.Get<string>("our_number"), r.Get<string>("customer"), r.Get<string>("text"));
        return new Row(
            r.Get<Guid>("send_id"), r.Get<Guid?>("sms_id"), Recipient.IdFor(ourNumber, customer), r.Get<string>("purpose"),
            r.Get<string>("endpoint"), ourNumber, customer, text, Segments.Of(text), r.Get<string>("requested_by"),
            r.Get<DateTimeOffset>("requested_at"), r.Get<DateTimeOffset>("expires_at"), r.Get<string>("state"), r.Get<string?>("reason"),
            r.Get<string?>("consent") is { } said
                ? new ConsentProof(said, r.Get<DateTimeOffset?>("consent_at"), r.Get<Guid?>("consent_fact"), r.Get<string?>("consent_hash"))
                : null,
            r.Get<string?>("gateway_id"), r.Get<int>("attempts"), r.Get<Guid?>("resend_of"), r.Get<Guid?>("resent_as"),
            r.Get<DateTimeOffset>("changed_at"));
    }
}
