using System.Collections.Frozen;
using Npgsql;
using Sms.EventStore;
using Sms.GatewayProtocol;

namespace Sms.Ingress.Endpoints;

/// <summary>
/// The endpoints and their keys in memory, so that proving a delivery costs no query. Reads them again every two seconds, and
/// at once (at most twice a second) when a delivery does not fit: another instance may just have registered its endpoint.
/// </summary>
public sealed class EndpointDirectory(NpgsqlDataSource database, StoreSchema schema, SecretBox box, TimeProvider clock, ILogger<EndpointDirectory> log)
    : BackgroundService
{
    private static readonly TimeSpan EverySoOften = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private FrozenDictionary<string, OpenEndpoint>? _open;
    private Task? _next;
    private long _readAt;

    /// <summary>An endpoint that takes deliveries; null when there is none of that name, or it is disabled.</summary>
    /// <exception cref="DirectoryNotReadException">The endpoints have never been read: the database is away.</exception>
    public OpenEndpoint? Find(string slug) =>
        (_open ?? throw new DirectoryNotReadException()).TryGetValue(slug, out var endpoint) ? endpoint : null;

    /// <summary>
    /// Reads the endpoints again, at most twice a second: whoever asks meanwhile waits for the same reading, so that forgeries
    /// cost no more however many they are, and what was registered before the call is known after it.
    /// </summary>
    /// <exception cref="NpgsqlException">The database is away: whether the delivery is genuine cannot be said now.</exception>
    /// <exception cref="TimeoutException">The database does not answer.</exception>
    public Task LookAgain(CancellationToken ct)
    {
        lock (_oneAtATime)
            return (_next ??= ReadSoon()).WaitAsync(Patience, clock, ct);
    }

    private async Task ReadSoon()
    {
        await Task.Yield();
        if (AtMost - clock.GetElapsedTime(_readAt) is { Ticks: > 0 } tooSoon)
            await Task.Delay(tooSoon, clock);
        await Read(CancellationToken.None);
    }

    /// <summary>Reads the endpoints now.</summary>
    public async Task Read(CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            // Whoever asks from here on may have come too late for this reading.
            lock (_oneAtATime)
                _next = null;
            _readAt = clock.GetTimestamp();
            var rows = await database.Query(
                $"select slug, label, region, public_url, per_second, encrypted, until from endpoints left join endpoint_secrets using (slug) where not disabled",
                r => (Slug: r.GetString(0), Settings: new EndpointSettings(Text(r, 1), Text(r, 2), Text(r, 3), r.IsDBNull(4) ? null : r.GetInt32(4)),
                    Encrypted: Text(r, 5), Until: r.IsDBNull(6) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(6)), ct);
            _open = rows.GroupBy(r => r.Slug).ToFrozenDictionary(g => g.Key, g => new OpenEndpoint(
                g.Key, g.First().Settings,
                [.. from r in g where r.Encrypted is not null select (SigningKey.From(box.Open(r.Slug, r.Encrypted!)), r.Until)]));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(EverySoOften, clock);
        do
        {
            try
            {
                await Read(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning("The endpoints could not be read ({Kind}); going on with those known.", e.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _oneAtATime.Dispose();
        base.Dispose();
    }
}

/// <summary>The endpoints are not known yet because the database has not been reached since the start.</summary>
public sealed class DirectoryNotReadException() : Exception("The endpoints have not been read yet.");
