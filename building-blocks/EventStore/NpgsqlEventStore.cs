using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Sms.EventStore;

/// <summary>The event log in PostgreSQL, in Marten's tables.</summary>
public sealed class NpgsqlEventStore(
    NpgsqlDataSource database, StoreSchema schema, EventTypes types, IEnumerable<IView> views, CommitSignal signal,
    TimeProvider clock) : IEventStore, IDisposable
{
    private const string AlreadyHandled = "SM001";
    private const string VersionConflict = "SM002";

    private readonly IView[] _views = [.. views];
    private readonly LoadedStreams _loaded = new(database, types);

    /// <inheritdoc/>
    public async Task<EventStream<TState, TEvent>> Load<TState, TEvent>(
        StreamOf<TState, TEvent> stream, string id, CancellationToken ct = default)
        where TEvent : class
    {
        await schema.Ready.WaitAsync(ct);
        return await _loaded.Load(stream, id, ct);
    }

    /// <inheritdoc/>
    public async Task<Committed> Commit(IReadOnlyList<Append> appends, Handled? handled, Sql? beside, CancellationToken ct = default)
    {
        if (appends.Count == 0 && handled is null && beside is null)
            return new Committed(false, []);
        await schema.Ready.WaitAsync(ct);

        var commit = new Arrays(appends, types, clock.GetUtcNow());
        try
        {
            var projections = ViewWrites.Of(_views, commit.Possible());
            var committed = commit.HasAlternatives && projections.Count > 0
                ? await CommitThenProject(commit, handled, beside, ct)
                : await CommitAtOnce(commit, beside is null ? projections : [.. projections, beside], handled, ct);
            signal.Set();
            return committed;
        }
        catch (PostgresException e) when (e.SqlState == AlreadyHandled)
        {
            return Committed.Before;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UntranslatableCharacter)
        {
            // Without the server's error inside: that one quotes the text.
            throw new ArgumentException("An event holds the character U+0000, which PostgreSQL cannot store.", nameof(appends));
        }
        catch (PostgresException e) when (e.SqlState is VersionConflict or PostgresErrorCodes.UniqueViolation)
        {
            if (e.SqlState == PostgresErrorCodes.UniqueViolation && e.TableName is not ("mt_streams" or "mt_events"))
                throw;
            _loaded.Forget(appends);
            throw new VersionConflictException(
                e.SqlState == VersionConflict ? e.MessageText : string.Join(", ", appends.Select(a => a.StreamId)), e);
        }
    }

    /// <summary>
    /// The everyday commit. What the views make of it is known beforehand, so their statements go along, and a batch
    /// without BEGIN is one transaction of its own: one round trip in all.
    /// </summary>
    private async Task<Committed> CommitAtOnce(Arrays commit, IReadOnlyList<Sql> statements, Handled? handled, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(commit.ToCommand(handled));
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement.ToBatchCommand());
        // A round trip only the first time on a connection. Npgsql's automatic preparation would spare this line, but loses
        // its place on a connection where the execution that prepares fails (npgsql#6391), as every conflict does.
        await batch.PrepareAsync(ct);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var appended = await commit.ReadAppended(reader, ct);
        while (await reader.NextResultAsync(ct)) { }
        return new Committed(false, appended);
    }

    /// <summary>Only the database can say which alternative was appended, so the views follow in a second round trip.</summary>
    private async Task<Committed> CommitThenProject(Arrays commit, Handled? handled, Sql? beside, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        IReadOnlyList<Appended> appended;
        await using (var append = new NpgsqlBatch(connection, transaction) { BatchCommands = { commit.ToCommand(handled) } })
        await using (var reader = await append.ExecuteReaderAsync(ct))
            appended = await commit.ReadAppended(reader, ct);

        List<Sql> statements = [.. ViewWrites.Of(_views, commit.Happened(appended))];
        if (beside is not null)
            statements.Add(beside);
        if (statements.Count > 0)
        {
            await using var projections = new NpgsqlBatch(connection, transaction);
            foreach (var statement in statements)
                projections.BatchCommands.Add(statement.ToBatchCommand());
            await projections.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
        return new Committed(false, appended);
    }

    /// <inheritdoc/>
    public void Dispose() => _loaded.Dispose();

    /// <summary>A commit laid out as the arrays that <c>sms_commit</c> takes: any number of streams in one statement.</summary>
    private sealed class Arrays
    {
        private static readonly JsonSerializerOptions HeaderJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        private readonly IReadOnlyList<Append> _asked;
        private readonly int[] _order;
        private readonly DateTimeOffset _now;
        private readonly string? _traceParent = Activity.Current?.Id;

        private readonly string[] _streamIds, _streamTypes;
        private readonly long[] _expected;
        private readonly int[] _counts, _countsIfExists;
        private readonly List<(int Stream, int Place, bool IfExists, StoredEvent Event, string DotnetType, string Json)> _events = [];

        public Arrays(IReadOnlyList<Append> appends, EventTypes types, DateTimeOffset now)
        {
            (_asked, _now) = (appends, now);
            _order = LockOrder.Of(appends);

            (_streamIds, _streamTypes) = (new string[appends.Count], new string[appends.Count]);
            (_expected, _counts, _countsIfExists) = (new long[appends.Count], new int[appends.Count], new int[appends.Count]);
            for (var no = 0; no < _order.Length; no++)
            {
                var append = appends[_order[no]];
                (_streamIds[no], _streamTypes[no], _expected[no]) = (append.StreamId, append.StreamType, append.ExpectedVersion);
                (_counts[no], _countsIfExists[no]) = (append.Events.Count, append.IfStreamExists?.Count ?? 0);
                Add(append.Events, ifExists: false);
                if (append.IfStreamExists is { } alternative)
                {
                    HasAlternatives = true;
                    Add(alternative, ifExists: true);
                }

                void Add(IReadOnlyList<object> facts, bool ifExists)
                {
                    for (var place = 1; place <= facts.Count; place++)
                    {
                        var fact = facts[place - 1];
                        var stored = new StoredEvent(
                            Guid.CreateVersion7(now), append.StreamId, append.ExpectedVersion + place, types.NameOf(fact), fact, now,
                            append.Cause.CorrelationId, append.Cause.CausationId, append.Cause.Actor) { TraceParent = _traceParent };
                        _events.Add((no + 1, place, ifExists, stored, types.DotnetTypeOf(fact),
                            JsonSerializer.Serialize(fact, fact.GetType(), EventJson.Options)));
                    }
                }
            }
        }

        public bool HasAlternatives { get; }

        /// <summary>The events that may be stored, alternatives included; without any, those that will be if the commit succeeds.</summary>
        public List<StoredEvent> Possible() => _events.ConvertAll(e => e.Event);

        /// <summary>The events that were stored, alternatives chosen.</summary>
        public IReadOnlyList<StoredEvent> Happened(IReadOnlyList<Appended> appended) =>
        [
            .. from e in _events
               let outcome = appended[_order[e.Stream - 1]]
               where e.IfExists == outcome.Existed
               let count = e.IfExists ? _countsIfExists[e.Stream - 1] : _counts[e.Stream - 1]
               select e.Event with { Version = outcome.Version - count + e.Place },
        ];

        public NpgsqlBatchCommand ToCommand(Handled? handled)
        {
            var command = new NpgsqlBatchCommand(
                "select * from sms_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)");
            Value(handled?.Endpoint, NpgsqlDbType.Varchar);
            Value(handled?.MessageId, NpgsqlDbType.Uuid);
            Value(_streamIds, NpgsqlDbType.Array | NpgsqlDbType.Varchar);
            Value(_streamTypes, NpgsqlDbType.Array | NpgsqlDbType.Varchar);
            Value(_expected, NpgsqlDbType.Array | NpgsqlDbType.Bigint);
            Value(_counts, NpgsqlDbType.Array | NpgsqlDbType.Integer);
            Value(_countsIfExists, NpgsqlDbType.Array | NpgsqlDbType.Integer);
            Events(e => e.Stream, NpgsqlDbType.Integer);
            Events(e => e.Place, NpgsqlDbType.Integer);
            Events(e => e.IfExists, NpgsqlDbType.Boolean);
            Events(e => e.Event.Id, NpgsqlDbType.Uuid);
            Events(e => e.Event.Type, NpgsqlDbType.Varchar);
            Events(e => e.DotnetType, NpgsqlDbType.Varchar);
            Events(e => e.Json, NpgsqlDbType.Text);
            Events(e => e.Event.CorrelationId?.ToString(), NpgsqlDbType.Varchar);
            Events(e => e.Event.CausationId?.ToString(), NpgsqlDbType.Varchar);
            Events(e => Headers(e.Event.Actor), NpgsqlDbType.Text);
            Value(_now, NpgsqlDbType.TimestampTz);
            return command;

            void Value(object? value, NpgsqlDbType type) =>
                command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });

            void Events<T>(
                Func<(int Stream, int Place, bool IfExists, StoredEvent Event, string DotnetType, string Json), T> column,
                NpgsqlDbType type)
            {
                var values = new T[_events.Count];
                for (var i = 0; i < values.Length; i++)
                    values[i] = column(_events[i]);
                Value(values, NpgsqlDbType.Array | type);
            }
        }

        private string Headers(string actor) => _traceParent is null
            ? JsonSerializer.Serialize(new { actor }, HeaderJson)
            : JsonSerializer.Serialize(new { actor, traceparent = _traceParent }, HeaderJson);

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
}
