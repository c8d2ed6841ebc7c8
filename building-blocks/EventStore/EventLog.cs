using System.Text.Json;
using Npgsql;

namespace Sms.EventStore;

/// <summary>Looking into a service's streams: what a person or another tool asks, never what a decision rests on.</summary>
public sealed class EventLog(NpgsqlDataSource database, EventTypes types, IEnumerable<IStreamOf> kinds)
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, IStreamOf> _kinds = kinds.ToDictionary(k => k.Name);

    /// <summary>One stream in a list.</summary>
    public sealed record StreamRow(string Id, string? Type, long Version, DateTimeOffset Created, DateTimeOffset LastWritten);

    /// <summary>One event as stored; readable whether or not this version of the service knows its type.</summary>
    public sealed record EventRow(
        long Seq, Guid Id, string StreamId, long Version, string Type, JsonElement Data, DateTimeOffset At,
        string? CorrelationId, string? CausationId, string? Actor);

    /// <summary>Streams by id, of one kind or of all, after a given id.</summary>
    public Task<List<StreamRow>> Streams(string? type, string? after, int limit, CancellationToken ct) => database.Query(
        $"""
        select id, type, version, created, timestamp from mt_streams
        where ({type}::varchar is null or type = {type}) and id > {after ?? ""}
        order by id limit {limit}
        """,
        r => new StreamRow(
            r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetInt64(2), r.GetFieldValue<DateTimeOffset>(3),
            r.GetFieldValue<DateTimeOffset>(4)), ct);

    /// <summary>The kinds of streams the service keeps, by name.</summary>
    public IReadOnlyList<string> Kinds => [.. _kinds.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The log itself, whichever streams its events are of: the latest first.</summary>
    /// <param name="before">Only what came before this sequence number.</param>
    /// <param name="until">Only what was committed up to this moment.</param>
    /// <param name="limit">How many.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<List<EventRow>> Latest(long before, DateTimeOffset? until, int limit, CancellationToken ct)
    {
        var end = until is { } moment ? Math.Min(before, await FirstAfter(moment, ct)) : before;
        return await database.Query(
            $"""
            select seq_id, id, stream_id, version, type, data::text, timestamp, correlation_id, causation_id, headers ->> 'actor'
            from mt_events where seq_id < {end} order by seq_id desc limit {limit}
            """, Row, ct);
    }

    /// <summary>The event with an id, whichever stream it is of; null when it is not in this log.</summary>
    public async Task<EventRow?> Find(Guid id, CancellationToken ct)
    {
        // An index on ids would cost every commit a page. They begin with the time they were made at (RFC 9562, 5.7), shortly before the commit.
        if (id.Version != 7)
            return null;
        var made = DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(id.ToString("N")[..12], 16));
        var (from, to) = (await FirstAfter(made - Skew, ct), await FirstAfter(made + Skew, ct));
        return (await database.Query(
            $"""
            select seq_id, id, stream_id, version, type, data::text, timestamp, correlation_id, causation_id, headers ->> 'actor'
            from mt_events where seq_id >= {from} and seq_id < {to} and id = {id}
            """, Row, ct)).SingleOrDefault();
    }

    // Times have no index and nearly follow the sequence: halving it finds the place among millions in two dozen steps.
    private async Task<long> FirstAfter(DateTimeOffset moment, CancellationToken ct)
    {
        var (low, high) = (1L, (await RelayPosition(ct)).End + 1);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var found = await database.Query(
                $"select seq_id, timestamp from mt_events where seq_id >= {middle} order by seq_id limit 1",
                r => (Seq: r.GetInt64(0), At: r.GetFieldValue<DateTimeOffset>(1)), ct);
            if (found is [var fact] && fact.At <= moment)
                low = fact.Seq + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>A stream's events after a version, in order; none when there is no such stream.</summary>
    public Task<List<EventRow>> Events(string streamId, long after, int limit, CancellationToken ct) => database.Query(
        $"""
        select seq_id, id, stream_id, version, type, data::text, timestamp, correlation_id, causation_id, headers ->> 'actor'
        from mt_events where stream_id = {streamId} and version > {after} order by version limit {limit}
        """, Row, ct);

    /// <summary>What one inbound text led to in this service, in order.</summary>
    public Task<List<EventRow>> Story(Guid correlationId, CancellationToken ct) => database.Query(
        $"""
        select seq_id, id, stream_id, version, type, data::text, timestamp, correlation_id, causation_id, headers ->> 'actor'
        from mt_events where correlation_id = {correlationId.ToString()} order by seq_id limit 1000
        """, Row, ct);

    /// <summary>What a stream's facts up to a version add up to, or null when there is no such stream or kind.</summary>
    public async Task<object?> StateAt(string streamId, string? type, long version, CancellationToken ct)
    {
        if (type is null || !_kinds.TryGetValue(type, out var kind))
            return null;
        var facts = await database.Query(
            $"select type, data::text from mt_events where stream_id = {streamId} and version <= {version} order by version",
            r => types.Read(r.GetString(0), r.GetString(1)), ct);
        return facts.Count == 0 ? null : kind.Fold(facts);
    }

    /// <summary>The version a stream had at a moment; 0 when it had not begun.</summary>
    public async Task<long> VersionAt(string streamId, DateTimeOffset moment, CancellationToken ct) =>
        (await database.Query(
            $"select coalesce(max(version), 0) from mt_events where stream_id = {streamId} and timestamp <= {moment.ToUniversalTime()}",
            r => r.GetInt64(0), ct))[0];

    /// <summary>One fact of a stream; null when there is none, or it means nothing to this service.</summary>
    /// <exception cref="UnknownEventTypeException">It is this service's own, written by a newer version of it.</exception>
    public async Task<StoredEvent?> Fact(string streamId, long version, CancellationToken ct) =>
        (await database.Query(
            $"""
            select id, stream_id, version, type, data::text, timestamp, correlation_id, causation_id, headers ->> 'actor', headers ->> 'traceparent'
            from mt_events where stream_id = {streamId} and version = {version}
            """, r => StoredEventRow.Read(r, types, 0), ct)).SingleOrDefault();

    /// <summary>One stream, or null.</summary>
    public async Task<StreamRow?> Stream(string streamId, CancellationToken ct) =>
        (await database.Query(
            $"select id, type, version, created, timestamp from mt_streams where id = {streamId}",
            r => new StreamRow(
                r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetInt64(2), r.GetFieldValue<DateTimeOffset>(3),
                r.GetFieldValue<DateTimeOffset>(4)), ct)).SingleOrDefault();

    /// <summary>Where the relay is and where the log ends.</summary>
    public async Task<(long Position, long End)> RelayPosition(CancellationToken ct) =>
        (await database.Query(
            $"""
            select coalesce((select last_seq_id from mt_event_progression where name = {Relay.ProgressName}), 0),
                   coalesce((select max(seq_id) from mt_events), 0)
            """,
            r => (r.GetInt64(0), r.GetInt64(1)), ct)).Single();

    private static EventRow Row(NpgsqlDataReader r) => new(
        r.GetInt64(0), r.GetGuid(1), r.GetString(2), r.GetInt64(3), r.GetString(4), JsonSerializer.Deserialize<JsonElement>(r.GetString(5)),
        r.GetFieldValue<DateTimeOffset>(6), r.IsDBNull(7) ? null : r.GetString(7), r.IsDBNull(8) ? null : r.GetString(8),
        r.IsDBNull(9) ? null : r.GetString(9));
}
