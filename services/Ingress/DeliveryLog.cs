using System.Collections.Concurrent;
using Npgsql;
using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.Ingress;

/// <summary>
/// What became of the latest deliveries at each endpoint, for people: the newest of those accepted and, apart from them, of those
/// rejected, and how many of each there were. In memory first and written in bulk every second, so that a flood of forgeries
/// costs one small write a second and pushes nothing out but older forgeries. What a crash loses of it is at most that second;
/// nothing rests on it.
/// </summary>
public sealed class DeliveryLog(NpgsqlDataSource database, StoreSchema schema, TimeProvider clock, ILogger<DeliveryLog> log) : BackgroundService
{
    /// <summary>How many of each kind an endpoint keeps.</summary>
    public const int Kept = 500;

    private const int Newest = 100;
    private static readonly TimeSpan EverySoOften = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CountsKept = TimeSpan.FromDays(90);

    private readonly ConcurrentDictionary<string, Recent> _recent = new();
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    private readonly record struct Seen(string Slug, DateTimeOffset At, bool Accepted, string Outcome, Guid? Id, string? From);

    /// <summary>What has been seen at one endpoint and is not written yet.</summary>
    private sealed class Recent
    {
        public readonly Queue<Seen> Accepted = new(), Rejected = new();
        public readonly Dictionary<string, long> Counts = [];
    }

    /// <summary>Notes what became of a delivery to an endpoint that exists.</summary>
    /// <param name="slug">The endpoint.</param>
    /// <param name="at">When it came.</param>
    /// <param name="accepted">Whether it was answered 2xx.</param>
    /// <param name="outcome">What became of it, or why it was rejected, in a word.</param>
    /// <param name="id">What it became.</param>
    /// <param name="from">Who texted; masked before it is written.</param>
    public void Note(string slug, DateTimeOffset at, bool accepted, string outcome, Guid? id = null, string? from = null)
    {
        var recent = _recent.GetOrAdd(slug, static _ => new Recent());
        lock (recent)
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(recent.Counts, outcome, out _)++;
            var queue = accepted ? recent.Accepted : recent.Rejected;
            if (queue.Count == Newest)
                queue.Dequeue();
            queue.Enqueue(new Seen(slug, at, accepted, outcome, id, from));
        }
    }

    /// <summary>Writes what has been noted so far.</summary>
    public async Task Write(CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            var (seen, counts) = Take();
            if (counts.Count == 0)
                return;
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var batch = new NpgsqlBatch(connection);
            Add(batch,
                """
                insert into recent_deliveries (slug, at, accepted, outcome, id, sender)
                select * from unnest($1::varchar[], $2::timestamptz[], $3::boolean[], $4::varchar[], $5::uuid[], $6::varchar[])
                """,
                seen.ConvertAll(s => s.Slug), seen.ConvertAll(s => s.At), seen.ConvertAll(s => s.Accepted), seen.ConvertAll(s => s.Outcome),
                seen.ConvertAll(s => s.Id), seen.ConvertAll(s => Masked(s.From)));
            Add(batch,
                """
                insert into delivery_counts as c (slug, hour, outcome, count) select * from unnest($1::varchar[], $2::timestamptz[], $3::varchar[], $4::bigint[])
                on conflict (slug, hour, outcome) do update set count = c.count + excluded.count
                """,
                counts.ConvertAll(c => c.Slug), counts.ConvertAll(_ => Hour(clock.GetUtcNow())), counts.ConvertAll(c => c.Outcome), counts.ConvertAll(c => c.Count));
            foreach (var of in seen.Select(s => (s.Slug, s.Accepted)).Distinct())
                batch.BatchCommands.Add(new NpgsqlBatchCommand(
                    """
                    delete from recent_deliveries where slug = $1 and accepted = $2
                        and no <= (select no from recent_deliveries where slug = $1 and accepted = $2 order by no desc offset $3 limit 1)
                    """)
                {
                    Parameters = { new() { Value = of.Slug }, new() { Value = of.Accepted }, new() { Value = Kept } },
                });
            batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from delivery_counts where hour < $1")
            {
                Parameters = { new() { Value = clock.GetUtcNow() - CountsKept } },
            });
            await batch.ExecuteNonQueryAsync(ct);
        }
        finally
        {
            _oneAtATime.Release();
        }

        static void Add(NpgsqlBatch batch, string sql, params object[] columns)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var column in columns)
                command.Parameters.Add(new NpgsqlParameter { Value = column });
            batch.BatchCommands.Add(command);
        }
    }

    /// <summary>Takes what has been noted. Should it not get written, the list has a hole, and the counts too: neither is worth memory that grows during an outage.</summary>
    private (List<Seen> Seen, List<(string Slug, string Outcome, long Count)> Counts) Take()
    {
        var (seen, counts) = (new List<Seen>(), new List<(string, string, long)>());
        foreach (var (slug, recent) in _recent)
            lock (recent)
            {
                seen.AddRange(recent.Rejected);
                seen.AddRange(recent.Accepted);
                counts.AddRange(recent.Counts.Select(c => (slug, c.Key, c.Value)));
                recent.Rejected.Clear();
                recent.Accepted.Clear();
                recent.Counts.Clear();
            }
        seen.Sort((a, b) => a.At.CompareTo(b.At));
        return (seen, counts);
    }

    private static DateTimeOffset Hour(DateTimeOffset at) => new(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero);

    private static string? Masked(string? from) => PhoneNumber.TryParse(from, out var number) ? number.ToString() : null;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(EverySoOften, clock);
        try
        {
            await schema.Ready.WaitAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await WriteOrLose(stoppingToken);
        }
        finally
        {
            if (schema.Ready.IsCompletedSuccessfully)
                await WriteOrLose(CancellationToken.None);
        }
    }

    private async Task WriteOrLose(CancellationToken ct)
    {
        try
        {
            await Write(ct);
        }
        catch (NpgsqlException e)
        {
            log.LogWarning("The list of recent deliveries could not be written ({Kind}).", e.GetType().Name);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _oneAtATime.Dispose();
        base.Dispose();
    }
}
