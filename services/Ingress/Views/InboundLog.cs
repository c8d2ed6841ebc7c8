using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Ingress.Inbound;
using Sms.ServiceHost;

namespace Sms.Ingress.Views;

/// <summary>What came in, newest first, read straight from the log: a table of its own would double what a text costs.</summary>
public static class InboundLog
{
    /// <summary>One text.</summary>
    public sealed record Text(
        long Seq, Guid SmsId, string Endpoint, string From, string To, string Body, DateTimeOffset SentAt, DateTimeOffset ReceivedAt, long Repeats);

    /// <summary>One delivery of a text, byte for byte.</summary>
    public sealed record Raw(DateTimeOffset ReceivedAt, byte[] Body, string Text);

    /// <summary>
    /// Maps <c>GET /inbound</c>, where <c>after</c> continues with what is older, and <c>GET /inbound/{smsId}/raw</c>: every delivery
    /// of a text as it came, as long as that is kept.
    /// </summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/inbound", Texts).WithName("ListInbound").WithSummary("Customers' texts, newest first");
        api.MapGet("/inbound/{smsId:guid}/raw", RawOf).WithName("GetInboundRaw").WithSummary("Every delivery of a text byte for byte, as long as that is kept");
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

    private static async Task<Results<Ok<Raw[]>, NotFound>> RawOf(Guid smsId, NpgsqlDataSource database, RawBodies bodies, CancellationToken ct)
    {
        var received = await database.Query(
            $"select (data ->> 'ReceivedAt')::timestamptz from mt_events where stream_id = {InboundSms.Stream.StreamId(smsId.ToString())} and version = 1",
            r => r.GetFieldValue<DateTimeOffset>(0), ct);
        return received is [var since]
            ? TypedResults.Ok((await bodies.Find(smsId, since, ct)).Select(b => new Raw(b.At, b.Bytes, Encoding.UTF8.GetString(b.Bytes))).ToArray())
            : TypedResults.NotFound();
    }
}
