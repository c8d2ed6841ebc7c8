using System.Collections.Concurrent;
using System.Collections.Frozen;
using Npgsql;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Inbound;
using Sms.Ingress.Views;
using Sms.ServiceHost;

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

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private FrozenDictionary<string, OpenEndpoint?>? _open;
    private Task? _next;
    private readonly ConcurrentDictionary<string, CompiledProfile> _profiles = new();
    private long _readAt;

    /// <summary>An endpoint that takes deliveries; null when there is none of that name, or it is disabled.</summary>
    /// <exception cref="DirectoryNotReadException">The endpoints have never been read, or this one makes no sense to this version of the service: our own trouble.</exception>
    public OpenEndpoint? Find(string slug) =>
        (_open ?? throw new DirectoryNotReadException()).TryGetValue(slug, out var endpoint) ? endpoint ?? throw new DirectoryNotReadException() : null;

    /// <summary>The same, where it does not matter much.</summary>
    public OpenEndpoint? TryFind(string slug) => _open?.GetValueOrDefault(slug);

    /// <summary>
    /// Reads the endpoints again, at most twice a second: whoever asks meanwhile waits for the same reading, so that forgeries
    /// cost no more however many they are, and what was registered before the call is known after it.
    /// </summary>
    /// <param name="patience">How long to wait.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="NpgsqlException">The database is away: whether the delivery is genuine cannot be said now.</exception>
    /// <exception cref="TimeoutException">The database does not answer.</exception>
    public Task LookAgain(TimeSpan patience, CancellationToken ct)
    {
        lock (_oneAtATime)
            return (_next ??= ReadSoon()).WaitAsync(patience, clock, ct);
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
            var secrets = (await database.Query(
                    $"select slug, encrypted, until from endpoint_secrets",
                    r => (Slug: r.GetString(0), Encrypted: r.GetString(1), Until: r.IsDBNull(2) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(2)), ct))
                .ToLookup(s => s.Slug);
            var before = _open;
            _open = (await EndpointList.Read(database, null, ct)).Where(row => !row.Disabled)
                .ToFrozenDictionary(row => row.Slug, row => Open(row, secrets[row.Slug].Select(s => (s.Encrypted, s.Until)), before?.GetValueOrDefault(row.Slug)));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private OpenEndpoint? Open(EndpointList.Row row, IEnumerable<(string Encrypted, DateTimeOffset? Until)> secrets, OpenEndpoint? before)
    {
        CompiledProfile profile;
        try
        {
            profile = _profiles.GetOrAdd(row.CustomProfile?.GetRawText() ?? row.Profile, _ => KnownProfiles.Compile(row.Profile, row.CustomProfile?.GetRawText()));
        }
        catch (InvalidOperationException e)
        {
            log.LogError("The endpoint {Slug} cannot take deliveries: {Reason}", row.Slug, e.Message);
            return null;
        }
        // A limit that began anew every two seconds would be none.
        var limit = before?.Limit?.PerSecond == row.PerSecond ? before?.Limit : row.PerSecond is { } most ? new RateLimit(most) : null;
        return new OpenEndpoint(
            row.Slug, profile, new EndpointSettings(row.Label, row.Region, row.PublicUrl, row.PerSecond), [.. row.Numbers],
            [.. from secret in secrets let key = KeyOf(profile, row.Slug, secret.Encrypted) where key is not null select (key, secret.Until)], limit);
    }

    /// <summary>A secret may be of an earlier profile of the endpoint, and no key of this one.</summary>
    private SigningKey? KeyOf(CompiledProfile profile, string slug, string encrypted)
    {
        try
        {
            return profile.KeyOf(box.Open(slug, encrypted));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

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

/// <summary>The endpoint is not known yet because the database has not been reached since the start, or its profile is of a newer version.</summary>
public sealed class DirectoryNotReadException() : Exception("The endpoint has not been read yet, or cannot be.");
