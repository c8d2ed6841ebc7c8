using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sms.Testing;

namespace Sms.EventStore.Tests;

/// <summary>
/// A store on an empty database, with as many instances on it as a test asks for. The one place that knows which engine is
/// under test.
/// </summary>
public sealed class StoreUnderTest : IAsyncLifetime
{
    public static readonly EventTypes Types = new("bank", typeof(AccountEvent).Assembly);
    public static readonly Cause Because = new(null, null, Cause.System);

    private readonly PostgresDatabase _database = new();
    private readonly List<IAsyncDisposable> _disposables = [];

    public string ConnectionString => _database.ConnectionString;

    /// <summary>The test's own way to the tables.</summary>
    public NpgsqlDataSource Database { get; private set; } = null!;

    public IEventStore Store { get; private set; } = null!;

    public CommitSignal Signal { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        if (!TestServers.Present)
            return;
        Database = NpgsqlDataSource.Create(ConnectionString);
        _disposables.Add(Database);
        (Store, Signal) = await Instance();
    }

    /// <summary>One more instance of the service: its own pool, its own cache, its own signal.</summary>
    public Task<(IEventStore Store, CommitSignal Signal)> Instance(params IView[] views) => Instance(ConnectionString, _disposables, views);

    public static async Task<(IEventStore Store, CommitSignal Signal)> Instance(
        string connectionString, List<IAsyncDisposable> disposables, params IView[] views)
    {
        var database = NpgsqlDataSource.Create(connectionString);
        disposables.Add(database);
        var signal = new CommitSignal();
        return (new EventStoreEngine(database, await Schema(database), Types, views, signal, TimeProvider.System), signal);
    }

    public static async Task<StoreSchema> Schema(NpgsqlDataSource database)
    {
        var schema = new StoreSchema(database, [typeof(StoreUnderTest).Assembly], NullLogger<StoreSchema>.Instance);
        await schema.StartAsync(CancellationToken.None);
        await schema.Ready;
        return schema;
    }

    /// <summary>The relay of one instance, running; it publishes into a list.</summary>
    public async Task<RelayUnderTest> Relay(CommitSignal? signal = null, EventTypes? types = null, Func<PublicMessage, Task>? meanwhile = null)
    {
        var relay = new RelayUnderTest(ConnectionString, await Schema(Database), types ?? Types, signal ?? Signal, meanwhile);
        _disposables.Add(relay);
        await relay.Start();
        return relay;
    }

    /// <summary>What makes these views anew on one instance, running.</summary>
    public async Task<ViewRuns> Views(params IView[] views)
    {
        var runs = await Views(ConnectionString, Database, views);
        _disposables.Add(new Stopping(runs));
        return runs;
    }

    public static async Task<ViewRuns> Views(string connectionString, NpgsqlDataSource database, params IView[] views)
    {
        var runs = new ViewRuns(connectionString, database, await Schema(database), Types, views, NullLogger<ViewRuns>.Instance);
        await runs.StartAsync(CancellationToken.None);
        return runs;
    }

    private sealed class Stopping(ViewRuns runs) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await runs.StopAsync(CancellationToken.None);
            runs.Dispose();
        }
    }

    /// <summary>Tries, loads anew and tries again until no other writer is first, as an endpoint does.</summary>
    public static async Task<Committed> Retrying(IEventStore store, Guid id, AccountEvent[] events, Cause cause)
    {
        while (true)
        {
            try
            {
                return await store.Commit(await store.Load(Account.Stream, id), events, cause);
            }
            catch (VersionConflictException)
            {
                // Somebody else was first.
            }
        }
    }

    public async Task Execute(Sql sql)
    {
        await using var command = Database.CreateCommand(sql.Text);
        foreach (var value in sql.Values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> Scalar<T>(Sql sql) => (await Database.Query(sql, r => r.GetFieldValue<T>(0))).Single();

    /// <summary>Puts an event on a stream as something else than this version of the service would.</summary>
    public Task WriteByHand(string streamId, long version, string type, string json, Type? dotnetType = null) => Execute(
        $"""
        with stream as (
            insert into mt_streams (id, type, version) values ({streamId}, 'account', {version})
            on conflict (id) do update set version = excluded.version)
        insert into mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type)
        values (nextval('mt_events_sequence'), {Guid.NewGuid()}, {streamId}, {version}, {json}::jsonb, {type},
                {(dotnetType is null ? null : $"{dotnetType.FullName}, {dotnetType.Assembly.GetName().Name}")}::varchar)
        """);

    /// <summary>The relay has read the log several times from now on, so it has seen whatever is to be seen.</summary>
    public async Task RelayHasLookedAgain()
    {
        for (var look = 0; look < 5; look++)
        {
            var last = await LastLook();
            await Eventually.Sees(LastLook, at => at > last);
        }

        Task<DateTime> LastLook() => Scalar<DateTime>(
            $"select coalesce(max(query_start), 'epoch') from pg_stat_activity where datname = current_database() and query like '%mt_events where seq_id > p.last_seq_id%' and application_name = 'sms-relay'");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var disposable in Enumerable.Reverse(_disposables))
            await disposable.DisposeAsync();
        await _database.DisposeAsync();
    }
}
