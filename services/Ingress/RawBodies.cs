using Npgsql;
using Sms.EventStore;

namespace Sms.Ingress;

/// <summary>A delivery as it came.</summary>
/// <param name="Id">The text, report or quarantined delivery it became; of a batch, the first.</param>
/// <param name="At">When it came.</param>
/// <param name="Head">What its headers and address said, as JSON, where that is needed to read it again; else null.</param>
/// <param name="Bytes">Its body.</param>
public sealed record RawBody(Guid Id, DateTimeOffset At, string? Head, byte[] Bytes);

/// <summary>
/// What gateways sent, byte for byte, beside the log: the facts stay for ever, the bytes only for
/// <c>Ingress:RawBodyDays</c> (30; 0 keeps none but those in quarantine). Those of a delivery in quarantine stay until a person
/// has decided about it.
/// </summary>
public sealed class RawBodies(NpgsqlDataSource database, StoreSchema schema, TimeProvider clock, IConfiguration configuration, ILogger<RawBodies> log)
    : BackgroundService
{
    private const int AtOnce = 5000;
    private static readonly TimeSpan EverySoOften = TimeSpan.FromMinutes(10);

    private readonly double _days = configuration.GetValue("Ingress:RawBodyDays", 30.0);

    /// <summary>Whether bodies of deliveries that were understood are kept at all.</summary>
    public bool KeepsAll => _days > 0;

    /// <summary>What keeps bodies, to be done with the commit they belong to; null when there are none.</summary>
    public static Sql? Keep(IReadOnlyList<RawBody> bodies)
    {
        if (bodies.Count == 0)
            return null;
        var (ids, times, heads, bytes) = (new Guid[bodies.Count], new DateTimeOffset[bodies.Count], new string?[bodies.Count], new byte[bodies.Count][]);
        for (var i = 0; i < bodies.Count; i++)
            (ids[i], times[i], heads[i], bytes[i]) = (bodies[i].Id, bodies[i].At, bodies[i].Head, bodies[i].Bytes);
        return $"insert into raw_bodies (id, at, head, body) select * from unnest({ids}, {times}, {heads}, {bytes})";
    }

    /// <summary>The deliveries that became this text, report or quarantined delivery, as far as they are still kept; the oldest first.</summary>
    /// <param name="id">What they became.</param>
    /// <param name="since">When the first of them came.</param>
    /// <param name="ct">Gives up.</param>
    public Task<List<RawBody>> Find(Guid id, DateTimeOffset since, CancellationToken ct) => database.Query(
        $"select id, at, head, body from raw_bodies where id = {id} and at >= {since.AddMilliseconds(-1)} order by at limit 100",
        r => new RawBody(r.GetGuid(0), r.GetFieldValue<DateTimeOffset>(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetFieldValue<byte[]>(3)), ct);

    /// <summary>Deletes what is older than it may get; returns how many.</summary>
    public async Task<int> Purge(CancellationToken ct)
    {
        var (deleted, all) = (0, 0);
        do
        {
            await using var command = database.CreateCommand("select purge_raw_bodies($1, $2)");
            command.Parameters.Add(new NpgsqlParameter { Value = clock.GetUtcNow().AddDays(-_days) });
            command.Parameters.Add(new NpgsqlParameter { Value = AtOnce });
            deleted = (int)(await command.ExecuteScalarAsync(ct))!;
            all += deleted;
        }
        while (deleted == AtOnce);
        return all;
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
                if (await Purge(stoppingToken) is var deleted and > 0)
                    log.LogInformation("The raw bytes of {Count} deliveries were older than {Days} days and are deleted.", deleted, _days);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning("Old raw bytes could not be deleted ({Kind}); trying again in {Wait}.", e.GetType().Name, EverySoOften);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
