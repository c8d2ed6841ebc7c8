using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sms.EventStore;

/// <summary>
/// Brings a service's database up to date when it starts: the event tables, then the <c>Schema/*.sql</c> of the building blocks
/// it has and its own, each file once, in order of name. Any number of instances may start at once.
/// </summary>
public sealed class StoreSchema(NpgsqlDataSource database, IReadOnlyList<Assembly> assemblies, ILogger<StoreSchema> log) : BackgroundService
{
    private const long LockKey = 0x534D53_0001;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the database is up to date; not before its server can be reached.</summary>
    public Task Ready => _ready.Task;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var wait = TimeSpan.FromMilliseconds(100); !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await Apply(stoppingToken);
                _ready.SetResult();
                return;
            }
            catch (NpgsqlException e) when (e.IsTransient || e is not PostgresException)
            {
                log.LogWarning("The database is not reachable yet ({Reason}); trying again in {Wait}.", e.Message, wait);
            }
            await Task.Delay(wait, stoppingToken);
            wait = TimeSpan.FromSeconds(Math.Min(5, wait.TotalSeconds * 2));
        }
    }

    private async Task Apply(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Execute(connection, $"select pg_advisory_xact_lock({LockKey})", ct);
        await Execute(connection,
            "create table if not exists sms_schema (name varchar primary key, applied_at timestamptz not null default now())", ct);

        var applied = new HashSet<string>();
        await using (var command = new NpgsqlCommand("select name from sms_schema", connection))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                applied.Add(reader.GetString(0));

        foreach (var (name, sql) in Scripts(typeof(StoreSchema).Assembly).Concat(assemblies.SelectMany(Scripts)))
        {
            if (applied.Contains(name))
                continue;
            await Execute(connection, sql, ct);
            await using var mark = new NpgsqlCommand("insert into sms_schema (name) values ($1)", connection);
            mark.Parameters.Add(new NpgsqlParameter { Value = name });
            await mark.ExecuteNonQueryAsync(ct);
            log.LogInformation("Schema {Name} applied.", name);
        }
        await transaction.CommitAsync(ct);
    }

    private static IEnumerable<(string Name, string Sql)> Scripts(Assembly assembly) =>
        from resource in assembly.GetManifestResourceNames()
        where resource.EndsWith(".sql", StringComparison.Ordinal)
        orderby resource
        select (resource, new StreamReader(assembly.GetManifestResourceStream(resource)!).ReadToEnd());

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        // As long as it takes: an index on a long log, or another instance that is building one.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
