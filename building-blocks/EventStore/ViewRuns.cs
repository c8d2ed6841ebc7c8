using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sms.EventStore;

/// <summary>
/// Makes a service's views anew from its log, while the service works on: to take the place of the live ones, or to be compared
/// with them. One run at a time per store, on whichever instance; when that one ends, another continues.
/// </summary>
public sealed class ViewRuns : BackgroundService
{
    private const long LockKey = 0x534D53_0003;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _database, _own;
    private readonly StoreSchema _schema;
    private readonly EventTypes _types;
    private readonly IView[] _views;
    private readonly ILogger<ViewRuns> _log;
    private readonly SemaphoreSlim _asked = new(0);

    /// <param name="connectionString">The store's. A run has connections of its own: a lock and a search path live and die with them.</param>
    /// <param name="database">The store.</param>
    /// <param name="schema">Of the store.</param>
    /// <param name="types">The events the service knows.</param>
    /// <param name="views">Its views, in the order in which they follow a commit.</param>
    /// <param name="log">For what an operator should know; never what a row holds.</param>
    public ViewRuns(
        string connectionString, NpgsqlDataSource database, StoreSchema schema, EventTypes types, IEnumerable<IView> views, ILogger<ViewRuns> log)
    {
        (_database, _schema, _types, _views, _log) = (database, schema, types, [.. views.Where(view => view.Tables.Count > 0)], log);
        _own = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            KeepAlive = 10,
            CommandTimeout = 0,
            ApplicationName = "sms-views",
            // A page that is lost in a crash is read again: its place in the log is lost with it.
            Options = "-c search_path=sms_views,public -c synchronous_commit=off -c statement_timeout=0 -c client_min_messages=warning "
                + "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
        });
    }

    /// <summary>The views there are and the tables each of them fills.</summary>
    public IEnumerable<(string View, IReadOnlyList<string> Tables)> Views => _views.Select(view => (view.GetType().Name, view.Tables));

    /// <summary>Begins, in the background.</summary>
    /// <exception cref="RefusedException">A run is under way, or there is no view.</exception>
    public async Task<ViewRun> Start(ViewPurpose purpose, string actor, CancellationToken ct)
    {
        await _schema.Ready.WaitAsync(ct);
        if (_views.Length == 0)
            throw new RefusedException("This service has no views.");
        try
        {
            await _database.Query(
                $"""
                with earlier as (update sms_view_runs set differences = null where differences is not null)
                insert into sms_view_runs (id, purpose, actor, state, phase, started_at)
                values ({Guid.CreateVersion7()}, {purpose.ToString()}, {actor}, 'Running', 'reading', now())
                """, _ => 0, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new RefusedException("The views are being made anew already; wait until that is done, or cancel it.");
        }
        _asked.Release();
        return (await Latest(purpose, ct))!;
    }

    /// <summary>The latest run for a purpose, under way or not; null when there never was one.</summary>
    public async Task<ViewRun?> Latest(ViewPurpose purpose, CancellationToken ct)
    {
        await _schema.Ready.WaitAsync(ct);
        return (await _database.Query(
            $"""
            select id, purpose, state, phase, actor, started_at, finished_at, done, total, cancelled_by, reason, compared::text, differences::text
            from sms_view_runs where purpose = {purpose.ToString()} order by started_at desc limit 1
            """, Read, ct)).SingleOrDefault();
    }

    /// <summary>Calls a run off. The live views stay as they are; what was made is dropped, within seconds.</summary>
    /// <exception cref="RefusedException">None is under way; or it has just been done.</exception>
    public async Task<ViewRun> Cancel(ViewPurpose purpose, string actor, CancellationToken ct)
    {
        await _schema.Ready.WaitAsync(ct);
        var cancelled = await _database.Query(
            $"""
            update sms_view_runs set cancelled_by = coalesce(cancelled_by, {actor}) where state = 'Running' and purpose = {purpose.ToString()}
            returning id
            """, r => r.GetGuid(0), ct);
        if (cancelled.Count == 0)
            throw new RefusedException("Nothing is under way that could be cancelled.");
        _asked.Release();
        return (await Latest(purpose, ct))!;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _schema.Ready.WaitAsync(stoppingToken);
                if (await Running(_database, stoppingToken) is not null)
                    await TakeOn(stoppingToken);
                await _asked.WaitAsync(LookEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException e)
            {
                _log.LogWarning("Making the views anew was interrupted ({Reason}); looking again in {Wait}.", ViewRebuild.Describe(e), LookEvery);
                await Task.Delay(LookEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Does what is to be done, unless another instance is at it.</summary>
    private async Task TakeOn(CancellationToken ct)
    {
        await using var own = await _own.OpenConnectionAsync(ct);
        await using (var tryLock = new NpgsqlCommand($"select pg_try_advisory_lock({LockKey})", own))
            if (!(bool)(await tryLock.ExecuteScalarAsync(ct))!)
                return;
        // Again, now that nobody else can be at it.
        if (await Running(_database, ct) is not var (id, purpose))
            return;
        var rebuild = new ViewRebuild(own, _own, _types, _views, id, purpose);
        _log.LogInformation("Views are being made anew ({Purpose}).", purpose);
        try
        {
            var outcome = await rebuild.Run(ct);
            _log.LogInformation("Views were made anew ({Purpose}): {Outcome}.", purpose, outcome);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && !IsOutage(e))
        {
            _log.LogError("Views could not be made anew ({Purpose}): {Reason}.", purpose, ViewRebuild.Describe(e));
            await rebuild.Fail(ViewRebuild.Describe(e), ct);
        }
    }

    /// <summary>The database is away, or stops: the run is continued once it is back.</summary>
    private static bool IsOutage(Exception e) =>
        e is NpgsqlException { IsTransient: true } or NpgsqlException and not PostgresException
        || e is PostgresException { SqlState: var state } && state.StartsWith("57", StringComparison.Ordinal);

    private static async Task<(Guid Id, ViewPurpose Purpose)?> Running(NpgsqlDataSource database, CancellationToken ct) =>
        await database.Query($"select id, purpose from sms_view_runs where state = 'Running'", r => (r.GetGuid(0), Enum.Parse<ViewPurpose>(r.GetString(1))), ct)
            is [var run] ? run : null;

    private static ViewRun Read(NpgsqlDataReader r)
    {
        return new ViewRun(
            r.GetGuid(0), Enum.Parse<ViewPurpose>(r.GetString(1)), Enum.Parse<ViewRunState>(r.GetString(2)), r.GetString(3), r.GetString(4),
            r.GetFieldValue<DateTimeOffset>(5), r.IsDBNull(6) ? null : r.GetFieldValue<DateTimeOffset>(6), r.GetInt64(7), r.GetInt64(8), Text(9), Text(10),
            Json<ComparedTable[]>(11), Json<RowDifference[]>(12));

        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
        T? Json<T>(int column) => Text(column) is { } json ? JsonSerializer.Deserialize<T>(json) : default;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _own.Dispose();
        _asked.Dispose();
    }
}
