using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Ingress.Inbound;
using Sms.ServiceHost;

namespace Sms.Ingress.Views;

/// <summary>Genuine deliveries that could not be understood, why, and what was decided about each.</summary>
public sealed class QuarantineList : IView
{
    /// <summary>A delivery in the list.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Endpoint">Where it came.</param>
    /// <param name="Reason">Why it could not be understood, when it was last read.</param>
    /// <param name="ContentType">What it claimed to be.</param>
    /// <param name="Length">The bytes of its body.</param>
    /// <param name="ReceivedAt">When it first came.</param>
    /// <param name="Repeats">How often it came again.</param>
    /// <param name="State"><c>open</c>, <c>released</c> (understood later) or <c>discarded</c>.</param>
    /// <param name="DecidedBy">Who decided that.</param>
    /// <param name="DecidedAt">When.</param>
    /// <param name="Decision">Why it was discarded.</param>
    public sealed record Row(
        Guid Id, string Endpoint, string Reason, string? ContentType, int Length, DateTimeOffset ReceivedAt, int Repeats, string State, string? DecidedBy,
        DateTimeOffset? DecidedAt, string? Decision);

    /// <summary>One delivery with its raw body, as far as that is still kept.</summary>
    public sealed record Whole(Row Delivery, byte[]? Body, string? Text, string? Head);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["quarantine"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var stored in happened)
        {
            if (stored.Data is not InboundEvent || !stored.StreamId.StartsWith(QuarantinedDelivery.Stream.Name + "-", StringComparison.Ordinal))
                continue;
            var id = Guid.Parse(stored.StreamId.AsSpan(QuarantinedDelivery.Stream.Name.Length + 1));
            switch (stored.Data)
            {
                case InboundEvent.DeliveryQuarantined e:
                    write.Add(
                        $"""
                        insert into quarantine (id, slug, reason, content_type, length, received_at)
                        values ({id}, {e.Endpoint}, {e.Reason}, {e.ContentType}::varchar, {e.Length}, {e.ReceivedAt})
                        """);
                    break;
                case InboundEvent.DeliveryRepeated:
                    write.Add($"update quarantine set repeats = repeats + 1 where id = {id}");
                    break;
                case InboundEvent.ReadInVain e:
                    write.Add($"update quarantine set reason = {e.Reason} where id = {id}");
                    break;
                case InboundEvent.Released:
                    write.Add($"update quarantine set state = 'released', decided_by = {stored.Actor}, decided_at = {stored.At} where id = {id}");
                    break;
                case InboundEvent.Discarded e:
                    write.Add($"update quarantine set state = 'discarded', decided_by = {stored.Actor}, decided_at = {stored.At}, decision = {e.Reason} where id = {id}");
                    break;
            }
        }
    }

    /// <summary>Maps <c>GET /quarantine</c> and <c>GET /quarantine/{id}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/quarantine", List).WithName("ListQuarantine").WithSummary("Genuine deliveries that could not be understood, newest first");
        api.MapGet("/quarantine/{id:guid}", One).WithName("GetQuarantined").WithSummary("One of them, with its raw body");
    }

    private static async Task<Results<Ok<Page<Row>>, ValidationProblem>> List(
        string? state, string? endpoint, string? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        if (state is not (null or "open" or "released" or "discarded"))
            return Problems.Invalid("state", "must be open, released or discarded");
        var cursor = Cursor.Latest;
        if (after is not null && !Cursor.TryParse(after, out cursor))
            return Problems.Invalid("after", "must be a cursor from an earlier page");
        var size = Paging.Size(limit);
        var rows = await Read(database,
            $"""
            select id, slug, reason, content_type, length, received_at, repeats, state, decided_by, decided_at, decision from quarantine
            where ({state}::varchar is null or state = {state}) and ({endpoint}::varchar is null or slug = {endpoint})
              and (received_at, id) < ({cursor!.At}, {cursor.Id})
            order by received_at desc, id desc limit {size + 1}
            """, ct);
        return TypedResults.Ok(rows.ToPage(size, row => new Cursor(row.ReceivedAt, row.Id).ToString()));
    }

    private static async Task<Results<Ok<Whole>, NotFound>> One(Guid id, NpgsqlDataSource database, IEventStore store, RawBodies bodies, CancellationToken ct)
    {
        var rows = await Read(database,
            $"""
            select id, slug, reason, content_type, length, received_at, repeats, state, decided_by, decided_at, decision from quarantine where id = {id}
            """, ct);
        if (rows is not [var row])
            return TypedResults.NotFound();
        var raw = (await bodies.Find(id, row.ReceivedAt, ct)) is [var kept, ..] ? kept : null;
        var bytes = raw?.Bytes ?? (await store.Load(QuarantinedDelivery.Stream, id, ct)).State.Fact?.Body;
        return TypedResults.Ok(new Whole(row, bytes, bytes is null ? null : Encoding.UTF8.GetString(bytes), raw?.Head));
    }

    private static Task<List<Row>> Read(NpgsqlDataSource database, Sql sql, CancellationToken ct) => database.Query(
        sql,
        r => new Row(
            r.GetGuid(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetInt32(4), r.GetFieldValue<DateTimeOffset>(5), r.GetInt32(6),
            r.GetString(7), r.IsDBNull(8) ? null : r.GetString(8), r.IsDBNull(9) ? null : r.GetFieldValue<DateTimeOffset>(9), r.IsDBNull(10) ? null : r.GetString(10)),
        ct);
}
