using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Ingress.Inbound;

namespace Sms.Ingress.Views;

/// <summary>
/// What became of texts that were sent, as their gateways reported it. Monotonic: of all reports on a text the weightiest counts,
/// in whatever order they come.
/// </summary>
public sealed class ReportedTexts : IView
{
    /// <summary>A text that was sent.</summary>
    /// <param name="Endpoint">The endpoint its reports came by.</param>
    /// <param name="GatewayMessageId">The gateway's id of it.</param>
    /// <param name="Ref">Our reference of it.</param>
    /// <param name="Status"><c>sent</c>, <c>expired</c>, <c>failed</c> or <c>delivered</c>: the weightiest of all reports.</param>
    /// <param name="StatusAt">When that happened.</param>
    /// <param name="Sent">How many reports said so; of a text of several parts there may be one for each.</param>
    /// <param name="Delivered">How many said so.</param>
    /// <param name="Failed">How many said so.</param>
    /// <param name="Expired">How many said so.</param>
    /// <param name="Parts">How many parts it was sent in, where a report says.</param>
    /// <param name="ErrorCode">The gateway's code of the last failure.</param>
    /// <param name="LastReportAt">When the last report came.</param>
    public sealed record Row(
        string Endpoint, string? GatewayMessageId, string? Ref, string Status, DateTimeOffset StatusAt, int Sent, int Delivered, int Failed, int Expired,
        int? Parts, string? ErrorCode, DateTimeOffset LastReportAt);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["reported_texts"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var stored in happened)
            if (stored.Data is InboundEvent.DeliveryReported e)
                write.Add(
                    $"""
                    insert into reported_texts as t (slug, text_key, gateway_message_id, ref, status, status_rank, status_at, sent, delivered, failed, expired,
                                                     parts, error_code, last_report_at)
                    values ({e.Endpoint}, {KeyOf(e)}, {e.GatewayMessageId}::varchar, {e.Ref}::varchar, {e.Status}, {DeliveryStatuses.WeightOf(e.Status)},
                            {e.OccurredAt}, {One(e, "sent")}, {One(e, "delivered")}, {One(e, "failed")}, {One(e, "expired")}, {e.Parts}::int,
                            {e.ErrorCode}::varchar, {e.ReceivedAt})
                    on conflict (slug, text_key) do update set
                        status = case when excluded.status_rank > t.status_rank then excluded.status else t.status end,
                        status_at = case when excluded.status_rank > t.status_rank then excluded.status_at else t.status_at end,
                        status_rank = greatest(excluded.status_rank, t.status_rank),
                        sent = t.sent + excluded.sent, delivered = t.delivered + excluded.delivered, failed = t.failed + excluded.failed,
                        expired = t.expired + excluded.expired, ref = coalesce(t.ref, excluded.ref), parts = coalesce(excluded.parts, t.parts),
                        error_code = coalesce(excluded.error_code, t.error_code), last_report_at = greatest(excluded.last_report_at, t.last_report_at)
                    """);

        static int One(InboundEvent.DeliveryReported report, string status) => report.Status == status ? 1 : 0;
    }

    private static string KeyOf(InboundEvent.DeliveryReported report) =>
        report.GatewayMessageId is { } id ? $"id:{id}" : report.Ref is { } reference ? $"ref:{reference}" : $"report:{report.ReportId}";

    /// <summary>Maps <c>GET /reports/{endpoint}/{gatewayMessageId}</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/reports/{endpoint}/{gatewayMessageId}", One)
        .WithName("GetReportedText").WithSummary("What became of a text that was sent, as its gateway reported it");

    private static async Task<Results<Ok<Row>, NotFound>> One(string endpoint, string gatewayMessageId, NpgsqlDataSource database, CancellationToken ct) =>
        (await database.Query(
            $"""
            select slug, gateway_message_id, ref, status, status_at, sent, delivered, failed, expired, parts, error_code, last_report_at
            from reported_texts where slug = {endpoint} and text_key = {"id:" + gatewayMessageId}
            """,
            r => new Row(
                r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetString(3), r.GetFieldValue<DateTimeOffset>(4),
                r.GetInt32(5), r.GetInt32(6), r.GetInt32(7), r.GetInt32(8), r.IsDBNull(9) ? null : r.GetInt32(9), r.IsDBNull(10) ? null : r.GetString(10),
                r.GetFieldValue<DateTimeOffset>(11)), ct)).SingleOrDefault() is { } row ? TypedResults.Ok(row) : TypedResults.NotFound();
}
