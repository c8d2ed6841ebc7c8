using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Sms.EventStore;

/// <summary>
/// One run: fills empty tables of the same names in another PostgreSQL schema by giving the log to the views, until few events are
/// left; then either locks appends out for a moment and swaps the tables, or compares them in one snapshot, which needs no lock.
/// </summary>
/// <param name="own">The run's connection. It holds the lock, looks for tables in <c>sms_views</c> first, and is the only one to write there.</param>
/// <param name="source">More such connections.</param>
/// <param name="types">The events the service knows.</param>
/// <param name="views">Its views.</param>
/// <param name="id">The run.</param>
/// <param name="purpose">What for.</param>
internal sealed class ViewRebuild(
    NpgsqlConnection own, NpgsqlDataSource source, EventTypes types, IReadOnlyList<IView> views, Guid id, ViewPurpose purpose)
{
    private const int PageSize = 1000;

    /// <summary>What may be left to read while appends wait: a fraction of a second's work.</summary>
    private const int Few = 1000;

    private const int LockTries = 100;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // Rows that other code made are not continued.
    private readonly string _build = string.Join(' ', views.Select(view => view.GetType()).Append(typeof(ViewRebuild))
        .Select(type => type.Module.ModuleVersionId).Distinct());

    private readonly string[] _tables = [.. views.SelectMany(view => view.Tables).Distinct().Order(StringComparer.Ordinal)];
    private long _position;
    private int _unknownToPlanner;
    private int _lookAgainAfter = 10_000;

    private sealed class CalledOffException : Exception;

    /// <summary>From the beginning, or from where it was interrupted, to the end.</summary>
    /// <returns>How it ended: <c>done</c>, <c>cancelled</c>, or how many rows differ.</returns>
    /// <exception cref="RefusedException">The tables cannot be swapped, or a view writes to a table that none declares.</exception>
    public async Task<string> Run(CancellationToken ct)
    {
        try
        {
            await Begin(ct);
            for (var tries = 1; ; tries++)
            {
                await CatchUp(ct);
                if (await Scalar<string?>($"select sms_undeclared_view({_tables})", ct) is { } table)
                    throw new RefusedException($"A view writes to the table {table}, which none declares.");
                if (purpose == ViewPurpose.Verify)
                    return await Compare(ct);
                if (await Swap(ct))
                    return "done";
                if (tries == LockTries)
                    throw new RefusedException("The tables are never free for the moment it takes to swap them.");
                await Pause(TimeSpan.FromMilliseconds(Math.Min(20 * tries * tries, LongestPause.TotalMilliseconds)), ct);
            }
        }
        catch (CalledOffException)
        {
            await Finish(ViewRunState.Cancelled, null, ct);
            return "cancelled";
        }
    }

    /// <summary>Ends the run without a result.</summary>
    public Task Fail(string reason, CancellationToken ct) => Finish(ViewRunState.Failed, reason, ct);

    /// <summary>What went wrong, without what any row or event holds.</summary>
    public static string Describe(Exception e) => e switch
    {
        RefusedException or UnknownEventTypeException => e.Message,
        // Ours, and those that name tables and columns; others can quote values.
        PostgresException p when p.SqlState == "SM003" || p.SqlState[..2] is "42" or "23" or "2B" or "55" or "57" => $"{p.MessageText} ({p.SqlState})",
        PostgresException p => $"PostgreSQL says {p.SqlState}",
        _ => e.GetType().Name,
    };

    private async Task Begin(CancellationToken ct)
    {
        await using var transaction = await own.BeginTransactionAsync(ct);
        if (await Scalar<long?>($"select position from sms_view_runs where id = {id} and build = {_build} and schema_files = (select count(*) from sms_schema)", ct)
            is { } position)
        {
            _position = position;
            return;
        }
        await Execute($"select sms_begin_views({_tables})", ct);
        await Execute($"""
            update sms_view_runs
            set build = {_build}, schema_files = (select count(*) from sms_schema), phase = 'reading', position = 0, done = 0, total = 0
            where id = {id}
            """, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Reads on until what has come in meanwhile is little. Where more comes in than can be read, it goes on until that ends.</summary>
    private async Task CatchUp(CancellationToken ct)
    {
        for (long read = int.MaxValue; read > Few;)
        {
            var end = await Settle(ct);
            read = await Scalar<long>($"select count(*) from public.mt_events where seq_id > {_position} and seq_id <= {end}", ct);
            await Execute($"update sms_view_runs set phase = 'reading', total = done + {read} where id = {id}", ct);
            await ReadUpTo(end, own, ct);
        }
        await Execute($"select sms_analyze_views({_tables})", ct);
    }

    /// <summary>
    /// The last number drawn, as soon as nobody can come up with one up to it any more: whoever drew one had a transaction id before
    /// (<see cref="GapRule"/>), so it is below one drawn now.
    /// </summary>
    private async Task<long> Settle(CancellationToken ct)
    {
        var drawn = await Scalar<long>($"select case when is_called then last_value else 0 end from mt_events_sequence", ct);
        var barrier = await Scalar<string>($"select pg_current_xact_id()::text", ct);
        for (var wait = 2; !await Scalar<bool>($"select sms_oldest_running() > {barrier}::xid8", ct); wait = Math.Min(100, wait * 2))
            await Pause(TimeSpan.FromMilliseconds(wait), ct);
        return drawn;
    }

    /// <summary>
    /// Gives the views what a connection sees of the log, up to a number; or short of it, where a commit goes on beyond. What a
    /// commit has up to a settled number has been committed, and so has the rest of it.
    /// </summary>
    private async Task ReadUpTo(long end, NpgsqlConnection eyes, CancellationToken ct)
    {
        for (int size = PageSize, taken = PageSize; _position < end && taken > 0;)
        {
            var page = await ReadPage(eyes, end > long.MaxValue - CommittedTogether.Reach ? end : end + CommittedTogether.Reach, size, ct);
            var full = page.Count == size;
            taken = CommittedTogether.Whole(page, end, full);
            if (taken == 0 && full)
            {
                (size, taken) = (size * 2, size);
                continue;
            }
            var unfinished = full || taken < page.Count && page[taken].Seq <= end;
            await using var transaction = await own.BeginTransactionAsync(ct);
            await Apply(page[..taken], !unfinished ? end : taken > 0 ? page[taken - 1].Seq : _position, ct);
            await transaction.CommitAsync(ct);
            size = PageSize;
            // Plans made for empty tables would be kept.
            if ((_unknownToPlanner += taken) > _lookAgainAfter)
            {
                await Execute($"select sms_analyze_views({_tables})", ct);
                (_unknownToPlanner, _lookAgainAfter) = (0, _lookAgainAfter * 2);
            }
        }
    }

    private async Task<List<LoggedEvent>> ReadPage(NpgsqlConnection eyes, long end, int size, CancellationToken ct)
    {
        await using var command = Command(eyes, $"""
            select seq_id, xmin, id, stream_id, version, type, data::text, timestamp, correlation_id, causation_id, headers ->> 'actor',
                   headers ->> 'traceparent'
            from public.mt_events where seq_id > {_position} and seq_id <= {end} order by seq_id limit {size}
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var page = new List<LoggedEvent>();
        while (await reader.ReadAsync(ct))
            page.Add(new LoggedEvent(
                reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<uint>(1), StoredEventRow.Read(reader, types, 2)));
        return page;
    }

    /// <summary>The rows and the place in the log up to which they were made, in the transaction under way.</summary>
    private async Task Apply(List<LoggedEvent> page, long position, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(own);
        foreach (var commit in CommittedTogether.Commits(page))
            foreach (var statement in ViewWrites.Of(views, commit))
                batch.BatchCommands.Add(statement.ToBatchCommand());
        if (batch.BatchCommands.Count > 0)
        {
            await batch.PrepareAsync(ct);
            await batch.ExecuteNonQueryAsync(ct);
        }
        await StopIfCalledOff($"""
            update sms_view_runs set position = {position}, done = done + {page.Count}, total = greatest(total, done + {page.Count})
            where id = {id} returning cancelled_by
            """, ct);
        _position = position;
    }

    /// <summary>
    /// Locks appends out, reads what is left, and puts the tables in the place of the live ones, all in one transaction that either
    /// happens or not. Appends wait at most as long as the two timeouts and the few events take.
    /// </summary>
    /// <returns>False when it has to be tried again: somebody is using the tables, or more has come in than can be read while appends wait.</returns>
    private async Task<bool> Swap(CancellationToken ct)
    {
        await Execute($"update sms_view_runs set phase = 'swapping' where id = {id}", ct);
        var before = _position;
        await using var transaction = await own.BeginTransactionAsync(ct);
        try
        {
            // Longer than PostgreSQL takes to send an autovacuum away that holds the table.
            await Execute($"set local lock_timeout = '2s'", ct);
            await Execute($"lock table public.mt_events in share mode", ct);
            var (drawn, left) = await Left(ct);
            // A number that is missing may still come, from an engine that draws before it locks; or it was lost, and will have settled next time.
            if (left <= Few && drawn - _position == left)
            {
                if (left > 0)
                    await Apply(await ReadPage(own, drawn, Few, ct), drawn, ct);
                // Short of the time after which PostgreSQL looks for deadlocks, and might end a reader's query instead.
                await Execute($"set local lock_timeout = '500ms'", ct);
                await Execute($"set local synchronous_commit = on", ct);
                await StopIfCalledOff($"""
                    update sms_view_runs set state = 'Done', finished_at = clock_timestamp() where id = {id} returning cancelled_by
                    """, ct);
                await Execute($"select sms_swap_views({_tables})", ct);
                // Whoever changes tables has had to wait since.
                if (!await Scalar<bool>($"select schema_files = (select count(*) from sms_schema) from sms_view_runs where id = {id}", ct))
                    throw new RefusedException("Another version of the service has changed the tables meanwhile; begin again.");
                await transaction.CommitAsync(ct);
                return true;
            }
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            // Once more, later.
        }
        await transaction.RollbackAsync(ct);
        _position = before;
        return false;
    }

    private async Task<(long Drawn, long Left)> Left(CancellationToken ct)
    {
        await using var command = Command(own, $"""
            select case when is_called then last_value else 0 end, (select count(*) from public.mt_events where seq_id > {_position})
            from mt_events_sequence
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>
    /// Whatever a snapshot shows of the log, it shows the rows of: commits are whole. So the tables made anew are brought to exactly
    /// what one snapshot shows, and compared with the live ones in that same snapshot, for as long as it takes.
    /// </summary>
    private async Task<string> Compare(CancellationToken ct)
    {
        // What follows is a snapshot's order of things: interrupted here, it begins again.
        await Execute($"update sms_view_runs set phase = 'comparing', build = null where id = {id}", ct);
        await using var eyes = await source.OpenConnectionAsync(ct);
        await using var snapshot = await eyes.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        await ReadUpTo(long.MaxValue, eyes, ct);

        var (compared, differences) = (new List<ComparedTable>(), new List<RowDifference>());
        await using (await own.BeginTransactionAsync(ct))
            foreach (var table in _tables)
                compared.Add(await ViewComparison.Compare(
                    table, ViewComparison.Rows(eyes, "public", table, () => Task.CompletedTask, ct),
                    ViewComparison.Rows(own, "sms_views", table, () => StopIfCalledOff($"select cancelled_by from sms_view_runs where id = {id}", ct), ct),
                    differences));
        await Execute($"""
            update sms_view_runs set compared = {JsonSerializer.Serialize(compared)}::jsonb, differences = {JsonSerializer.Serialize(differences)}::jsonb
            where id = {id}
            """, ct);
        await Finish(ViewRunState.Done, null, ct);
        return string.Create(CultureInfo.InvariantCulture, $"{compared.Sum(table => table.Different)} rows differ");
    }

    private async Task Finish(ViewRunState state, string? reason, CancellationToken ct)
    {
        await using var transaction = await own.BeginTransactionAsync(ct);
        await Execute($"drop schema if exists sms_views cascade", ct);
        await Execute($"""
            update sms_view_runs set state = {state.ToString()}, reason = {reason}, finished_at = clock_timestamp(), total = greatest(total, done)
            where id = {id}
            """, ct);
        await transaction.CommitAsync(ct);
    }

    private async Task Pause(TimeSpan time, CancellationToken ct)
    {
        await StopIfCalledOff($"select cancelled_by from sms_view_runs where id = {id}", ct);
        await Task.Delay(time, ct);
    }

    private async Task StopIfCalledOff(Sql whoCancelled, CancellationToken ct)
    {
        if (await Scalar<string?>(whoCancelled, ct) is not null)
            throw new CalledOffException();
    }

    private async Task Execute(Sql sql, CancellationToken ct)
    {
        await using var command = Command(own, sql);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<T> Scalar<T>(Sql sql, CancellationToken ct)
    {
        await using var command = Command(own, sql);
        return await command.ExecuteScalarAsync(ct) is T value ? value : default!;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, Sql sql)
    {
        var command = new NpgsqlCommand(sql.Text, connection);
        foreach (var value in sql.Values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
