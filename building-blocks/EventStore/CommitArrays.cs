using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Sms.EventStore;

/// <summary>A commit laid out as the arrays that <c>sms_commit</c> takes: any number of streams in one statement.</summary>
internal sealed class CommitArrays
{
    private static readonly JsonSerializerOptions HeaderJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<Append> _asked;
    private readonly int[] _order;
    private readonly DateTimeOffset _now;
    private readonly string? _traceParent = Activity.Current?.Id;

    private readonly string[] _streamIds, _streamTypes;
    private readonly long[] _expected;
    private readonly int[] _counts;
    private readonly List<ToStore> _events, _alternatives = [];
    private (string Actor, byte[] Json) _headers = ("", []);

    /// <summary>An event on its way.</summary>
    /// <param name="Stream">Which of the commit's streams, from 1.</param>
    /// <param name="Place">Its place among what the stream gets, from 1.</param>
    /// <param name="Event">What will be stored; of an alternative, with the version it would have in a new stream.</param>
    /// <param name="DotnetType">As Marten writes it.</param>
    /// <param name="Data">The fact as JSON.</param>
    private readonly record struct ToStore(int Stream, int Place, StoredEvent Event, string DotnetType, byte[] Data);

    public CommitArrays(IReadOnlyList<Append> appends, EventTypes types, DateTimeOffset now)
    {
        (_asked, _now) = (appends, now);
        _order = LockOrder.Of(appends);

        (_streamIds, _streamTypes) = (new string[appends.Count], new string[appends.Count]);
        (_expected, _counts, _events) = (new long[appends.Count], new int[appends.Count], new(appends.Count));
        for (var no = 0; no < _order.Length; no++)
        {
            var append = appends[_order[no]];
            (_streamIds[no], _streamTypes[no], _expected[no], _counts[no]) = (append.StreamId, append.StreamType, append.ExpectedVersion, append.Events.Count);
            Add(append.Events, _events);
            if (append.IfStreamExists is { } alternative)
                Add(alternative, _alternatives);

            void Add(IReadOnlyList<object> facts, List<ToStore> to)
            {
                for (var place = 1; place <= facts.Count; place++)
                {
                    var fact = facts[place - 1];
                    var stored = new StoredEvent(
                        Guid.CreateVersion7(now), append.StreamId, append.ExpectedVersion + place, types.NameOf(fact), fact, now,
                        append.Cause.CorrelationId, append.Cause.CausationId, append.Cause.Actor) { TraceParent = _traceParent };
                    to.Add(new ToStore(no + 1, place, stored, types.DotnetTypeOf(fact),
                        JsonSerializer.SerializeToUtf8Bytes(fact, fact.GetType(), EventJson.Options)));
                }
            }
        }
    }

    public bool HasAlternatives => _alternatives.Count > 0;

    /// <summary>The events that may be stored, alternatives included; without any, those that will be if the commit succeeds.</summary>
    public List<StoredEvent> Possible() => [.. _events.Concat(_alternatives).Select(e => e.Event)];

    /// <summary>The events that were stored, alternatives chosen, in the order in which they were numbered.</summary>
    public IReadOnlyList<StoredEvent> Happened(IReadOnlyList<Appended> appended)
    {
        return
        [
            .. from e in Of(_events, existed: false).Concat(Of(_alternatives, existed: true))
               orderby e.Stream
               select e.Event,
        ];

        IEnumerable<(int Stream, StoredEvent Event)> Of(List<ToStore> events, bool existed) =>
            from e in events
            group e by e.Stream into stream
            let outcome = appended[_order[stream.Key - 1]]
            where outcome.Existed == existed
            from e in stream
            select (e.Stream, e.Event with { Version = outcome.Version - stream.Count() + e.Place });
    }

    public NpgsqlBatchCommand ToCommand(Handled? handled)
    {
        var command = new NpgsqlBatchCommand(
            "select * from sms_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)");
        Value(handled?.Endpoint, NpgsqlDbType.Varchar);
        Value(handled?.MessageId, NpgsqlDbType.Uuid);
        Value(_streamIds, NpgsqlDbType.Array | NpgsqlDbType.Varchar);
        Value(_streamTypes, NpgsqlDbType.Array | NpgsqlDbType.Varchar);
        Value(_expected, NpgsqlDbType.Array | NpgsqlDbType.Bigint);
        Value(_counts, NpgsqlDbType.Array | NpgsqlDbType.Integer);
        Events(e => e.Stream, NpgsqlDbType.Integer);
        Events(e => e.Event.Version, NpgsqlDbType.Bigint);
        Events(e => e.Event.Id, NpgsqlDbType.Uuid);
        Events(e => e.Event.Type, NpgsqlDbType.Varchar);
        Events(e => e.DotnetType, NpgsqlDbType.Varchar);
        Events(e => e.Data, NpgsqlDbType.Text);
        Events(e => e.Event.CorrelationId?.ToString(), NpgsqlDbType.Varchar);
        Events(e => e.Event.CausationId?.ToString(), NpgsqlDbType.Varchar);
        Events(e => HeadersOf(e.Event), NpgsqlDbType.Text);
        Value(HasAlternatives ? AlternativesAsJson() : null, NpgsqlDbType.Text);
        Value(_now, NpgsqlDbType.TimestampTz);
        return command;

        void Value(object? value, NpgsqlDbType type) =>
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });

        void Events<T>(Func<ToStore, T> column, NpgsqlDbType type)
        {
            var values = new T[_events.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = column(_events[i]);
            Value(values, NpgsqlDbType.Array | type);
        }
    }

    /// <summary>One text, because it is hardly ever looked into.</summary>
    private byte[] AlternativesAsJson()
    {
        var written = new ArrayBufferWriter<byte>(_alternatives.Count * 512);
        using (var json = new Utf8JsonWriter(written, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartArray();
            foreach (var e in _alternatives)
            {
                json.WriteStartObject();
                json.WriteNumber("stream"u8, e.Stream);
                json.WriteNumber("place"u8, e.Place);
                json.WriteString("id"u8, e.Event.Id);
                json.WriteString("type"u8, e.Event.Type);
                json.WriteString("dotnet_type"u8, e.DotnetType);
                json.WritePropertyName("data"u8);
                json.WriteRawValue(e.Data, skipInputValidation: true);
                if (e.Event.CorrelationId is { } correlation)
                    json.WriteString("correlation"u8, correlation);
                if (e.Event.CausationId is { } causation)
                    json.WriteString("causation"u8, causation);
                json.WritePropertyName("headers"u8);
                json.WriteRawValue(HeadersOf(e.Event), skipInputValidation: true);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return written.WrittenSpan.ToArray();
    }

    /// <summary>Most often the same as those of the event before.</summary>
    private byte[] HeadersOf(StoredEvent stored)
    {
        var actor = stored.Actor;
        if (_headers.Actor != actor)
            _headers = (actor, _traceParent is null
                ? JsonSerializer.SerializeToUtf8Bytes(new { actor }, HeaderJson)
                : JsonSerializer.SerializeToUtf8Bytes(new { actor, traceparent = _traceParent }, HeaderJson));
        return _headers.Json;
    }

    public async Task<IReadOnlyList<Appended>> ReadAppended(NpgsqlDataReader reader, CancellationToken ct)
    {
        var appended = new Appended[_asked.Count];
        while (await reader.ReadAsync(ct))
        {
            var no = reader.GetInt32(0) - 1;
            appended[_order[no]] = new Appended(_streamIds[no], reader.GetInt64(1), reader.GetBoolean(2));
        }
        return appended;
    }
}
