using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sms.Testing;

namespace Sms.EventStore.Tests;

/// <summary>A store on an empty database, with as many instances on it as a test asks for.</summary>
public sealed class StoreUnderTest : IAsyncLifetime
{
    public static readonly EventTypes Types = new("bank", typeof(AccountEvent).Assembly);
    public static readonly Cause Because = new(null, null, Cause.System);

    private readonly PostgresDatabase _database = new();
    private readonly List<IAsyncDisposable> _disposables = [];

    public string ConnectionString => _database.ConnectionString;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public IEventStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        if (!TestServers.Present)
            return;
        (Store, _) = await Instance();
        Database = NpgsqlDataSource.Create(ConnectionString);
        _disposables.Add(Database);
    }

    /// <summary>One more instance of the service: its own pool, its own signal.</summary>
    public async Task<(IEventStore Store, CommitSignal Signal)> Instance(params IView[] views)
    {
        var database = NpgsqlDataSource.Create(ConnectionString);
        _disposables.Add(database);
        var schema = new StoreSchema(database, typeof(StoreUnderTest).Assembly, NullLogger<StoreSchema>.Instance);
        await schema.StartAsync(CancellationToken.None);
        await schema.Ready;
        var signal = new CommitSignal();
        return (new NpgsqlEventStore(database, schema, Types, views, signal, TimeProvider.System), signal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var disposable in _disposables)
            await disposable.DisposeAsync();
        await _database.DisposeAsync();
    }
}
