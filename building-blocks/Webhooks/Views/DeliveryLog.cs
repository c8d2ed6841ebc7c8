using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Webhooks.Deliveries;

namespace Sms.Webhooks.Views;

/// <summary>What a webhook's receiver was told, and what it answered.</summary>
internal static class DeliveryLog
{
    /// <summary>One delivery.</summary>
    /// <param name="MessageId">Its identity; <c>webhook-id</c> is <c>msg_</c> and this without dashes.</param>
    /// <param name="EventType">The type of event.</param>
    /// <param name="Subject">What it is about.</param>
    /// <param name="StreamId">The stream of the fact it tells of.</param>
    /// <param name="StreamVersion">Which fact of that stream.</param>
    /// <param name="State"><c>waiting</c>, <c>delivered</c>, <c>failed</c> or <c>dropped</c>.</param>
    /// <param name="CreatedAt">When it happened.</param>
    /// <param name="DueAt">While it waits, when it is tried next, or could be if nothing about the same subject stood before it.</param>
    /// <param name="Attempts">How often it has been tried.</param>
    /// <param name="LastOutcome">What came of the last attempt.</param>
    /// <param name="LastStatus">The HTTP status it was answered with.</param>
    /// <param name="FinishedAt">When it was over.</param>
    public sealed record Row(
        Guid MessageId, string EventType, Guid Subject, string StreamId, long StreamVersion, string State, DateTimeOffset CreatedAt, DateTimeOffset? DueAt,
        int Attempts, string? LastOutcome, int? LastStatus, DateTimeOffset? FinishedAt);

    /// <summary>One attempt.</summary>
    /// <param name="Number">Counted from 1.</param>
    /// <param name="At">When it began.</param>
    /// <param name="TookMs">How long it took, in milliseconds.</param>
    /// <param name="Outcome">What came of it.</param>
    /// <param name="Status">The HTTP status of the last answer.</param>
    /// <param name="Answer">How that answer began.</param>
    public sealed record Attempt(int Number, DateTimeOffset At, int TookMs, string Outcome, int? Status, string? Answer);

    /// <summary>A delivery with its attempts.</summary>
    public sealed record Detail(Row Delivery, IReadOnlyList<Attempt> Attempts);

    public static void Map(RouteGroupBuilder webhooks)
    {
        webhooks.MapGet("/{id:guid}/deliveries", List).WithName("ListWebhookDeliveries").WithSummary("What a receiver was told or is to be told, the latest first");
        webhooks.MapGet("/{id:guid}/deliveries/{messageId:guid}", One).WithName("GetWebhookDelivery").WithSummary("One delivery with its attempts and answers");
    }

    private static async Task<Results<Ok<Page<Row>>, ValidationProblem>> List(
        Guid id, string? state, Cursor? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        if (state is not null && !DeliveryState.All.Contains(state))
            return Problems.Invalid("state", $"must be one of {string.Join(", ", DeliveryState.All)}");
        var (size, (at, message)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var rows = await database.Query(
            $"""
            select d.message_id, d.type, d.subject, d.stream_id, d.version, d.state, d.created_at, d.due_at, d.attempts, a.outcome, a.status, d.finished_at
            from webhook_deliveries d
            left join lateral (
                select outcome, status from webhook_attempts a where (a.webhook_id, a.message_id) = (d.webhook_id, d.message_id) order by attempt desc limit 1) a on true
            where d.webhook_id = {id} and (d.created_at, d.message_id) < ({at}, {message}) and d.state = coalesce({state}::text, d.state)
            order by d.created_at desc, d.message_id desc limit {size + 1}
            """, Read, ct);
        return TypedResults.Ok(rows.ToPage(size, row => new Cursor(row.CreatedAt, row.MessageId).ToString()));
    }

    private static async Task<Results<Ok<Detail>, NotFound>> One(Guid id, Guid messageId, NpgsqlDataSource database, CancellationToken ct)
    {
        var attempts = await database.Query(
            $"select attempt, at, took_ms, outcome, status, answer from webhook_attempts where webhook_id = {id} and message_id = {messageId} order by attempt",
            r => new Attempt(
                r.GetInt32(0), r.GetFieldValue<DateTimeOffset>(1), r.GetInt32(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetInt32(4), r.IsDBNull(5) ? null : r.GetString(5)), ct);
        var last = attempts.LastOrDefault();
        var rows = await database.Query(
            $"""
            select message_id, type, subject, stream_id, version, state, created_at, due_at, attempts, {last?.Outcome}::text, {last?.Status}::int, finished_at
            from webhook_deliveries where webhook_id = {id} and message_id = {messageId}
            """, Read, ct);
        return rows is [var row] ? TypedResults.Ok(new Detail(row, attempts)) : TypedResults.NotFound();
    }

    private static Row Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetGuid(2), r.GetString(3), r.GetInt64(4), r.GetString(5), r.GetFieldValue<DateTimeOffset>(6),
        r.GetString(5) == DeliveryState.Waiting ? r.GetFieldValue<DateTimeOffset>(7) : null, r.GetInt32(8), r.IsDBNull(9) ? null : r.GetString(9),
        r.IsDBNull(10) ? null : r.GetInt32(10), r.IsDBNull(11) ? null : r.GetFieldValue<DateTimeOffset>(11));
}
