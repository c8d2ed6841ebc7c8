using System.Diagnostics;
using System.Runtime.ExceptionServices;
using JasperFx;
using JasperFx.Events;
using Marten;
using Marten.Services;
using Npgsql;

namespace Sms.EventStore;

/// <summary>The event log kept by Marten, in the tables that <see cref="StoreSchema"/> made.</summary>
public sealed class MartenEventStore(
    NpgsqlDataSource database, StoreSchema schema, EventTypes types, IEnumerable<IView> views, CommitSignal signal,
    TimeProvider clock) : IEventStore, IDisposable
{
    private readonly DocumentStore _marten = DocumentStore.For(options => Configure(options, database, types));
    private readonly IView[] _views = [.. views];
    private readonly LoadedStreams _loaded = new(database, types);

    private static void Configure(StoreOptions options, NpgsqlDataSource database, EventTypes types)
    {
        options.Connection(database);
        options.AutoCreateSchemaObjects = AutoCreate.None;
        options.UseSystemTextJsonForSerialization(EventJson.Options);
        // A commit runs in a transaction of ours, and a statement cannot be tried again in one that has failed.
        options.ConfigurePolly(_ => { });
        options.Events.StreamIdentity = StreamIdentity.AsString;
        // Rich needs the tables and no functions, which differ from one version of Marten to the next.
        options.Events.AppendMode = EventAppendMode.Rich;
        options.Events.MetadataConfig.CorrelationIdEnabled = true;
        options.Events.MetadataConfig.CausationIdEnabled = true;
        options.Events.MetadataConfig.HeadersEnabled = true;
        foreach (var (name, type) in types.Records)
            options.Events.MapEventType(type, name);
    }

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

        var commit = new Claim(appends, handled, clock.GetUtcNow());
        try
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            if (!await commit.Take(connection, transaction, ct))
                return Committed.Before;
            var happened = await Append(commit, transaction, ct);
            List<Sql> statements = [.. ViewWrites.Of(_views, happened)];
            if (beside is not null)
                statements.Add(beside);
            await Write(statements, connection, transaction, ct);
            await transaction.CommitAsync(ct);
        }
        catch (VersionConflictException)
        {
            _loaded.Forget(appends);
            throw;
        }
        catch (Exception e) when (e is EventStreamUnexpectedMaxEventIdException || DatabaseError(e) is not null)
        {
            switch (DatabaseError(e))
            {
                case PostgresException { SqlState: PostgresErrorCodes.UntranslatableCharacter }:
                    // Without the error inside: that one quotes the text.
                    throw new ArgumentException("An event holds the character U+0000, which PostgreSQL cannot store.", nameof(appends));
                case null:
                case PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "mt_streams" or "mt_events" }:
                    _loaded.Forget(appends);
                    throw new VersionConflictException(string.Join(", ", appends.Select(a => a.StreamId)), DatabaseError(e) ?? e);
                case var error:
                    ExceptionDispatchInfo.Throw(error);
                    break;
            }
        }
        signal.Set();
        return new Committed(false, commit.Appended);
    }

    /// <summary>
    /// Lets Marten append, in the transaction that holds the streams. There Marten draws its numbers in that transaction too,
    /// which has had its id since it claimed the streams: what the relay's <see cref="GapRule"/> rests on.
    /// </summary>
    private async Task<IReadOnlyList<StoredEvent>> Append(Claim commit, NpgsqlTransaction transaction, CancellationToken ct)
    {
        var happened = new List<StoredEvent>();
        await using var session = _marten.LightweightSession(SessionOptions.ForTransaction(transaction));
        // Marten would take the trace for the cause of what has none.
        session.CorrelationId = session.CausationId = null;
        var traceParent = Activity.Current?.Id;
        foreach (var (append, facts, version) in commit.Chosen)
        {
            var events = new object[facts.Count];
            for (var place = 0; place < events.Length; place++)
            {
                var stored = new StoredEvent(
                    Guid.CreateVersion7(commit.At), append.StreamId, version + place + 1, types.NameOf(facts[place]), facts[place], commit.At,
                    append.Cause.CorrelationId, append.Cause.CausationId, append.Cause.Actor) { TraceParent = traceParent };
                happened.Add(stored);
                events[place] = ForMarten(stored);
            }
            session.Events.Append(append.StreamId, version + events.Length, events);
        }
        await session.SaveChangesAsync(ct);
        return happened;
    }

    private IEvent ForMarten(StoredEvent stored)
    {
        var wrapped = _marten.Events.BuildEvent(stored.Data);
        wrapped.Id = stored.Id;
        wrapped.Timestamp = stored.At;
        wrapped.CorrelationId = stored.CorrelationId?.ToString();
        wrapped.CausationId = stored.CausationId?.ToString();
        wrapped.SetHeader("actor", stored.Actor);
        if (stored.TraceParent is not null)
            wrapped.SetHeader("traceparent", stored.TraceParent);
        return wrapped;
    }

    private static async Task Write(
        List<Sql> statements, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken ct)
    {
        if (statements.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement.ToBatchCommand());
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// The database's own error inside Marten's. It is what callers know how to take, and Marten's messages repeat the
    /// statement with what was to be stored.
    /// </summary>
    private static NpgsqlException? DatabaseError(Exception? e) => e switch
    {
        null => null,
        NpgsqlException error => error,
        _ => DatabaseError(e.InnerException),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _marten.Dispose();
        _loaded.Dispose();
    }
}
