using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sms.EventStore;

/// <summary>One bus message that follows from a fact.</summary>
/// <param name="MessageId">Its id on the bus: the event's id, so that publishing it again is recognised.</param>
/// <param name="Body">The message.</param>
/// <param name="Fact">What it was derived from.</param>
public sealed record PublicMessage(Guid MessageId, object Body, StoredEvent Fact);

/// <summary>What the relay of a store says to the bus.</summary>
/// <param name="From">The messages a fact means for others, the same each time it is asked; none for facts that stay private.</param>
/// <param name="Publish">Hands a message to the broker; completes when the broker has confirmed that it is safe there.</param>
public sealed record Publication(
    Func<StoredEvent, CancellationToken, ValueTask<IEnumerable<object>>> From, Func<PublicMessage, CancellationToken, Task> Publish)
{
    /// <summary>The lane a fact belongs to: within one, each fact is told which it follows (<see cref="StoredEvent.Follows"/>). Null for one that is in none.</summary>
    public Func<StoredEvent, Guid?> LaneOf { get; init; } = static _ => null;
}

/// <summary>
/// Publishes what happened: reads the log in global order and hands the bus what each fact means for others, at least once
/// and never skipping one. Of all instances of a service one relay is active; another takes over when it ends.
/// </summary>
public sealed class Relay(
    RelayConnection source, StoreSchema schema, EventTypes types, Publication publication, CommitSignal signal, TimeProvider clock,
    ILogger<Relay> log) : BackgroundService
{
    /// <summary>The relay's row in <c>mt_event_progression</c>, named as Marten names a subscription's.</summary>
    public const string ProgressName = "Relay:All";

    private const long LockKey = 0x534D53_0002;
    internal const string Channel = "sms_committed";
    private const int PageSize = 500;
    private const int StreamsAtOnce = 32;
    private static readonly TimeSpan IdlePoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StandbyPoll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PassOnPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan WhileCrowded = TimeSpan.FromMilliseconds(5);

    /// <summary>How old an event may become while the relay lets a crowd at the door go first.</summary>
    public static readonly TimeSpan LongestGivingWay = TimeSpan.FromSeconds(10);

    private static readonly ActivitySource Tracing = new("Sms.EventStore");
    private static readonly Meter Meter = new("Sms.EventStore");
    private static readonly Counter<long> Published = Meter.CreateCounter<long>("sms.relay.published", description: "Messages published.");
    private static readonly Histogram<double> Delay =
        Meter.CreateHistogram<double>("sms.relay.delay", "ms", "From commit to published.");

    private readonly Lanes _lanes = new(publication.LaneOf);
    private long _lag;

    /// <summary>Whether this instance's relay is the active one.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Whether it holds back what it has read because a crowd at the door goes first.</summary>
    public bool IsGivingWay { get; private set; }

    /// <summary>Why the relay last had to stop, or null while all is well.</summary>
    public string? Trouble { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Meter.CreateObservableGauge("sms.relay.lag", () => Volatile.Read(ref _lag), description: "Events read but not yet published.");
        for (var wait = TimeSpan.FromMilliseconds(200); !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await schema.Ready.WaitAsync(stoppingToken);
                await using var connection = await source.Open(stoppingToken);
                await BecomeActive(connection, stoppingToken);
                await RelayWhileActive(connection, () => wait = TimeSpan.FromMilliseconds(200), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Trouble = e.Message;
                log.LogWarning("The relay stopped ({Kind}: {Reason}); trying again in {Wait}.", e.GetType().Name, e.Message, wait);
            }
            await Task.Delay(wait, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = TimeSpan.FromSeconds(Math.Min(5, wait.TotalSeconds * 2));
        }
    }

    /// <summary>
    /// Stands by until the lock is free. The lock belongs to the connection, so it is free the moment the active relay or
    /// its connection ends. Meanwhile this instance's commits are passed on to the active relay.
    /// </summary>
    private async Task BecomeActive(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var tryLock = new NpgsqlCommand($"select pg_try_advisory_lock({LockKey})", connection);
        await using var notify = new NpgsqlCommand($"notify {Channel}", connection);
        while (!(bool)(await tryLock.ExecuteScalarAsync(ct))!)
        {
            Trouble = null;
            if (!await signal.Wait(StandbyPoll, ct))
                continue;
            await notify.ExecuteNonQueryAsync(ct);
            await Task.Delay(PassOnPause, ct);
        }
        log.LogInformation("The relay is active on this instance.");
    }

    private async Task RelayWhileActive(NpgsqlConnection connection, Action allIsWell, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var ears = await source.Open(ct);
        var listening = Listen(ears, stop.Token);
        IsActive = true;
        try
        {
            await EnsurePosition(connection, ct);
            GapRule.Barrier? barrier = null;
            for (var patience = TimeSpan.FromMilliseconds(2); ;)
            {
                if (listening.IsCompleted)
                    await listening;
                var (position, page, xmin) = await ReadPage(connection, barrier is not null, ct);
                var (release, gapAhead, remaining) = GapRule.Decide(position, page.ConvertAll(e => e.Seq), xmin, barrier);
                barrier = remaining;
                if (gapAhead && barrier is null)
                    barrier = new GapRule.Barrier(page[^1].Seq, await DrawTransactionId(connection, ct));

                Volatile.Write(ref _lag, page.Count);
                if (release > 0)
                {
                    var part = page[..release];
                    var ends = await _lanes.Follow(connection, part, ct);
                    await Publish(part, ct);
                    await Advance(connection, position, part[^1].Seq, ends, ct);
                    Volatile.Write(ref _lag, page.Count - release);
                    patience = TimeSpan.FromMilliseconds(2);
                }
                Trouble = null;
                allIsWell();

                if (gapAhead)
                {
                    // Soon, but not in a storm: whoever holds the gap may take its time.
                    await signal.Wait(patience, ct);
                    patience = TimeSpan.FromMilliseconds(Math.Min(50, patience.TotalMilliseconds * 2));
                }
                else if (page.Count < PageSize)
                {
                    await signal.Wait(IdlePoll, ct);
                }
            }
        }
        finally
        {
            IsActive = false;
            await stop.CancelAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// A gateway that is not answered in time tries again hours later or not at all; a consumer only hears a little later. So
    /// while deliveries crowd at the door the broker's work waits, for a while.
    /// </summary>
    private async Task GiveWay(StoredEvent next, CancellationToken ct)
    {
        while (signal.IsCrowded && clock.GetUtcNow() - next.At < LongestGivingWay)
        {
            IsGivingWay = true;
            await Task.Delay(WhileCrowded, clock, ct);
        }
        IsGivingWay = false;
    }

    /// <summary>Hears of commits on other instances and of replays.</summary>
    private async Task Listen(NpgsqlConnection ears, CancellationToken ct)
    {
        await using (var listen = new NpgsqlCommand($"listen {Channel}", ears))
            await listen.ExecuteNonQueryAsync(ct);
        while (true)
        {
            await ears.WaitAsync(ct);
            signal.Set();
        }
    }

    private static async Task EnsurePosition(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into mt_event_progression (name, last_seq_id) values ($1, 0) on conflict do nothing", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = ProgressName });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// The position, the events after it and, at a gap, the oldest transaction still running, all from one snapshot. The
    /// position is read each time because a replay, asked for anywhere or made by hand in psql, sets it back.
    /// </summary>
    private async Task<(long Position, List<LogEntry> Page, ulong Xmin)> ReadPage(
        NpgsqlConnection connection, bool atGap, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select p.last_seq_id,
                   case when $3 then sms_oldest_running()::text end,
                   e.seq_id, e.id, e.stream_id, e.version, e.type, e.data::text, e.timestamp,
                   e.correlation_id, e.causation_id, e.headers ->> 'actor', e.headers ->> 'traceparent'
            from mt_event_progression p
            left join lateral (select * from mt_events where seq_id > p.last_seq_id order by seq_id limit $2) e on true
            where p.name = $1
            order by e.seq_id
            """, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = ProgressName });
        command.Parameters.Add(new NpgsqlParameter { Value = PageSize });
        command.Parameters.Add(new NpgsqlParameter { Value = atGap });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var page = new List<LogEntry>();
        var (position, xmin) = (0L, 0UL);
        while (await reader.ReadAsync(ct))
        {
            position = reader.GetInt64(0);
            if (atGap)
                xmin = ulong.Parse(reader.GetString(1), CultureInfo.InvariantCulture);
            if (!reader.IsDBNull(2))
                page.Add(new LogEntry(reader.GetInt64(2), StoredEventRow.Read(reader, types, 3)));
        }
        return (position, page, xmin);
    }

    /// <summary>An id above that of every transaction that has drawn a number so far.</summary>
    private static async Task<ulong> DrawTransactionId(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_current_xact_id()::text", connection);
        return ulong.Parse((string)(await command.ExecuteScalarAsync(ct))!, CultureInfo.InvariantCulture);
    }

    /// <summary>Publishes in order within each stream, many streams at once; returns when the broker has all of it.</summary>
    private async Task Publish(List<LogEntry> entries, CancellationToken ct)
    {
        var streams = entries.Where(e => e.Event is not null).Select(e => e.Event!).GroupBy(e => e.StreamId);
        await Parallel.ForEachAsync(
            streams,
            new ParallelOptions { MaxDegreeOfParallelism = StreamsAtOnce, CancellationToken = ct },
            async (stream, stop) =>
            {
                foreach (var fact in stream)
                {
                    var no = 0;
                    foreach (var body in await publication.From(fact, stop))
                    {
                        await GiveWay(fact, stop);
                        using var span = Tracing.StartActivity(
                            "relay", ActivityKind.Internal, ActivityContext.TryParse(fact.TraceParent, null, out var parent) ? parent : default);
                        var id = no++ == 0 ? fact.Id : NamedId.Of(fact.Id, no.ToString(CultureInfo.InvariantCulture));
                        await publication.Publish(new PublicMessage(id, body, fact), stop);
                        Published.Add(1);
                        Delay.Record((clock.GetUtcNow() - fact.At).TotalMilliseconds);
                    }
                }
            });
    }

    /// <summary>Moves the position and the lanes' ends on, unless somebody has set it back meanwhile.</summary>
    private static async Task Advance(NpgsqlConnection connection, long from, long to, Lanes.Ends ends, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with moved as (
                update mt_event_progression set last_seq_id = $3, last_updated = now() where name = $1 and last_seq_id = $2 returning 1)
            insert into sms_lanes (lane, last_seq_id, stream_id)
            select * from unnest($4::uuid[], $5::bigint[], $6::varchar[]) where exists (select from moved)
            on conflict (lane) do update set
                last_seq_id = excluded.last_seq_id, stream_id = excluded.stream_id,
                (furthest_seq_id, furthest_stream_id) = (
                    select was.seq, was.stream
                    from (values (sms_lanes.last_seq_id, sms_lanes.stream_id), (sms_lanes.furthest_seq_id, sms_lanes.furthest_stream_id)) as was (seq, stream)
                    where was.seq > excluded.last_seq_id order by was.seq desc limit 1)
            """, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = ProgressName });
        command.Parameters.Add(new NpgsqlParameter { Value = from });
        command.Parameters.Add(new NpgsqlParameter { Value = to });
        command.Parameters.Add(new NpgsqlParameter { Value = ends.Lanes });
        command.Parameters.Add(new NpgsqlParameter { Value = ends.Seqs });
        command.Parameters.Add(new NpgsqlParameter { Value = ends.Streams });
        await command.ExecuteNonQueryAsync(ct);
    }
}
