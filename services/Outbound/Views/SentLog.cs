using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Replies;
using Sms.ServiceHost;

namespace Sms.Outbound.Views;

/// <summary>Every text anybody asked for, where it stands and how it got there.</summary>
public sealed class SentLog : IView
{
    private static readonly string[] States =
        ["held", "cleared", "dispatching", "waiting", "accepted", "failed", "suppressed", "expired", "unknown"];

    /// <summary>One text.</summary>
    /// <param name="SendId">Its identity.</param>
    /// <param name="SmsId">The inbound text it answers.</param>
    /// <param name="Purpose">One of <see cref="SendPurpose"/>.</param>
    /// <param name="Endpoint">The endpoint it leaves through.</param>
    /// <param name="OurNumber">Our number it leaves from.</param>
    /// <param name="Customer">The number it goes to.</param>
    /// <param name="Text">What it says.</param>
    /// <param name="RequestedBy">Who asked for it.</param>
    /// <param name="RequestedAt">When they did.</param>
    /// <param name="ExpiresAt">No attempt starts at or after this time.</param>
    /// <param name="State">
    /// <c>held</c> until the verdict, <c>cleared</c>, <c>dispatching</c>, <c>waiting</c> for the next attempt, <c>accepted</c> by
    /// the gateway, <c>failed</c>, <c>suppressed</c>, <c>expired</c>, or <c>unknown</c>: a person has to look.
    /// </param>
    /// <param name="Reason">Why it is in that state, as a short code.</param>
    /// <param name="GatewayId">The gateway's id of it.</param>
    /// <param name="Attempts">How many attempts have been started.</param>
    /// <param name="ChangedAt">When the state last changed.</param>
    public sealed record Row(
        Guid SendId, Guid SmsId, string Purpose, string Endpoint, string OurNumber, string Customer, string Text,
        string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt, string State, string? Reason, string? GatewayId,
        int Attempts, DateTimeOffset ChangedAt);

    /// <summary>One change of state.</summary>
    /// <param name="State">The state it entered.</param>
    /// <param name="Reason">Why, as a short code.</param>
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
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            if (e.Data is not SendEvent about || Entered(about, e) is not { } change)
                continue;
            if (about is SendEvent.SmsRequested asked)
                write.Add($"""
                    insert into messages (
                        send_id, sms_id, purpose, endpoint, our_number, customer, text, requested_by, requested_at, expires_at,
                        state, attempts, changed_at)
                    values (
                        {asked.SendId}, {Reply.SmsIdOf(e.StreamId)}, {asked.Purpose}, {asked.Endpoint}, {asked.From}, {asked.To},
                        {asked.Text}, {asked.RequestedBy}, {asked.RequestedAt}, {asked.ExpiresAt}, {change.State}, 0, {e.At})
                    """);
            else
                write.Add($"""
                    update messages
                    set state = {change.State}, reason = {change.Reason}, gateway_id = coalesce({change.GatewayId}, gateway_id),
                        attempts = coalesce({change.Attempt}::int, attempts), changed_at = {e.At}
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
            SendEvent.SmsCleared c => To("cleared", c.Verdict),
            SendEvent.SmsSuppressed s => To("suppressed", s.Reason),
            SendEvent.SmsExpired => To("expired"),
            SendEvent.DispatchStarted d => To("dispatching") with { Attempt = d.Attempt },
            SendEvent.SmsAccepted a => To("accepted") with { Attempt = a.Attempt, GatewayId = a.GatewayId },
            SendEvent.DispatchFailed { RetryAt: null } f => To("failed", f.Reason) with { Attempt = f.Attempt },
            SendEvent.DispatchFailed f => To("waiting", f.Reason) with { Attempt = f.Attempt, RetryAt = f.RetryAt },
            SendEvent.OutcomeUnknown u => To("unknown", u.Reason) with { Attempt = u.Attempt },
            _ => null,
        };

        Change To(string state, string? reason = null) => new(state, reason, null, null, null, e.At, e.Actor);
    }

    /// <summary><c>GET /messages</c> and <c>GET /messages/{sendId}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/messages", List);
        api.MapGet("/messages/{sendId:guid}", One);
    }

    private static async Task<Results<Ok<Page<Row>>, ValidationProblem>> List(
        string? state, Cursor? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        if (state is not null && !States.Contains(state))
            return Problems.Invalid("state", $"must be one of {string.Join(", ", States)}");

        var (size, (at, id)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var rows = await database.Query($"""
            select * from messages where (requested_at, send_id) < ({at}, {id}) and state = coalesce({state}, state)
            order by requested_at desc, send_id desc limit {size + 1}
            """, Read, ct);
        return TypedResults.Ok(rows.ToPage(size, row => new Cursor(row.RequestedAt, row.SendId).ToString()));
    }

    private static async Task<Results<Ok<WithHistory>, NotFound>> One(Guid sendId, NpgsqlDataSource database, CancellationToken ct)
    {
        if (await database.Query($"select * from messages where send_id = {sendId}", Read, ct) is not [var message])
            return TypedResults.NotFound();
        var history = await database.Query($"""
            select state, reason, attempt, gateway_id, retry_at, at, actor from message_history
            where send_id = {sendId} order by position
            """,
            r => new Change(
                r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.IsDBNull(2) ? null : r.GetInt32(2), r.IsDBNull(3) ? null : r.GetString(3),
                r.IsDBNull(4) ? null : r.GetFieldValue<DateTimeOffset>(4), r.GetFieldValue<DateTimeOffset>(5), r.GetString(6)), ct);
        return TypedResults.Ok(new WithHistory(message, history));
    }

    private static Row Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6),
        r.GetString(7), r.GetFieldValue<DateTimeOffset>(8), r.GetFieldValue<DateTimeOffset>(9), r.GetString(10),
        r.IsDBNull(11) ? null : r.GetString(11), r.IsDBNull(12) ? null : r.GetString(12), r.GetInt32(13), r.GetFieldValue<DateTimeOffset>(14));
}
