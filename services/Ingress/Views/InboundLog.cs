using System.Globalization;
using Npgsql;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Ingress.Views;

/// <summary>What came in, newest first, read straight from the log: a table of its own would double what a text costs.</summary>
public static class InboundLog
{
    /// <summary>One text.</summary>
    public sealed record Text(
        long Seq, Guid SmsId, string Endpoint, string From, string To, string Body, DateTimeOffset SentAt, DateTimeOffset ReceivedAt, long Repeats);

    /// <summary>One delivery that proved genuine but could not be read.</summary>
    public sealed record Unreadable(long Seq, Guid Id, string Endpoint, string Reason, byte[] Body, DateTimeOffset ReceivedAt, long Repeats);

    /// <summary>Maps <c>GET /inbound</c> and <c>GET /unreadable</c>; <c>after</c> continues with what is older.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/inbound", Texts);
        api.MapGet("/unreadable", Deliveries);
    }

    private static async Task<Page<Text>> Texts(long? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        var size = Paging.Size(limit);
        var rows = await database.Query(
            $"""
            select e.seq_id, (e.data ->> 'SmsId')::uuid, e.data ->> 'Endpoint', e.data ->> 'From', e.data ->> 'To', e.data ->> 'Text',
                   (e.data ->> 'SentAt')::timestamptz, (e.data ->> 'ReceivedAt')::timestamptz, s.version - 1
            from mt_events e join mt_streams s on s.id = e.stream_id
            where e.type = 'ingress.sms-received.v1' and e.seq_id < {after ?? long.MaxValue}
            order by e.seq_id desc limit {size + 1}
            """,
            r => new Text(
                r.GetInt64(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5),
                r.GetFieldValue<DateTimeOffset>(6), r.GetFieldValue<DateTimeOffset>(7), r.GetInt64(8)), ct);
        return rows.ToPage(size, row => row.Seq.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<Page<Unreadable>> Deliveries(long? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        var size = Paging.Size(limit);
        var rows = await database.Query(
            $"""
            select e.seq_id, substr(e.stream_id, length('unreadable-') + 1)::uuid, e.data ->> 'Endpoint', e.data ->> 'Reason',
                   decode(e.data ->> 'Body', 'base64'), (e.data ->> 'ReceivedAt')::timestamptz, s.version - 1
            from mt_streams s join mt_events e on e.stream_id = s.id and e.version = 1
            where s.type = 'unreadable' and e.seq_id < {after ?? long.MaxValue}
            order by e.seq_id desc limit {size + 1}
            """,
            r => new Unreadable(
                r.GetInt64(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetFieldValue<byte[]>(4),
                r.GetFieldValue<DateTimeOffset>(5), r.GetInt64(6)), ct);
        return rows.ToPage(size, row => row.Seq.ToString(CultureInfo.InvariantCulture));
    }
}
