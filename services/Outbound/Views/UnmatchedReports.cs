using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Sends;
using Sms.ServiceHost;

namespace Sms.Outbound.Views;

/// <summary>Reports that fit none of our texts: of a gateway that others send through too, say, or by an id that was lost in a crash.</summary>
public sealed class UnmatchedReports : IView
{
    /// <summary>One report.</summary>
    public sealed record Row(Guid ReportId, string Endpoint, string Status, string? Reason, DateTimeOffset OccurredAt);

    /// <summary>Some of them, and how many there are of each endpoint.</summary>
    public sealed record List(IReadOnlyDictionary<string, long> Counts, Page<Row> Reports);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["unmatched_reports"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            if (e.Data is GatewayTextEvent.ReportKept kept)
                write.Add($"""
                    insert into unmatched_reports (report_id, stream_id, endpoint, status, reason, occurred_at)
                    values ({kept.ReportId}, {e.StreamId}, {kept.Endpoint}, {kept.Status}, {kept.Reason}, {kept.OccurredAt}) on conflict do nothing
                    """);
            if (e.Data is GatewayTextEvent.IdAssigned)
                write.Add($"delete from unmatched_reports where stream_id = {e.StreamId}");
        }
    }

    /// <summary><c>GET /reports/unmatched-deliveries</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/reports/unmatched-deliveries", Find);

    private static async Task<List> Find(Cursor? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        var (size, (at, id)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var counts = await database.Query(
            $"select endpoint, count(*) from unmatched_reports group by endpoint", r => KeyValuePair.Create(r.GetString(0), r.GetInt64(1)), ct);
        var rows = await database.Query($"""
            select report_id, endpoint, status, reason, occurred_at from unmatched_reports
            where (occurred_at, report_id) < ({at}, {id}) order by occurred_at desc, report_id desc limit {size + 1}
            """,
            r => new Row(r.GetGuid(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetFieldValue<DateTimeOffset>(4)), ct);
        return new List(counts.ToDictionary(), rows.ToPage(size, row => new Cursor(row.OccurredAt, row.ReportId).ToString()));
    }
}
