using Npgsql;

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

        var commit = new CommitArrays(appends, types, clock.GetUtcNow());
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
    private async Task<Committed> CommitAtOnce(CommitArrays commit, IReadOnlyList<Sql> statements, Handled? handled, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(commit.ToCommand(handled));
        // What views write they find by key. Yet for some keys a plan of their own looks cheaper, and where the first few were such,
        // PostgreSQL goes on planning every time, which in large tables takes as long as the writing.
        if (statements.Count > 0)
            batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('plan_cache_mode', 'force_generic_plan', true)"));
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
    private async Task<Committed> CommitThenProject(CommitArrays commit, Handled? handled, Sql? beside, CancellationToken ct)
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
}
