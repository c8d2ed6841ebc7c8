using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Sms.EventStore;

namespace Sms.Ingress;

/// <summary>
/// Lets concurrent deliveries share transactions: while one commit is on its way to the disk the next deliveries gather, and
/// then go together. Under load a commit carries many, alone a delivery does not wait. What waits is bounded in number and in
/// bytes, and while the store does not answer nothing more is taken in.
/// </summary>
public sealed class GroupCommit(IEventStore store, CommitSignal signal, TimeProvider clock, ILogger<GroupCommit> log) : BackgroundService
{
    /// <summary>
    /// How long a delivery waits for its commit at most, and a commit for the store before nothing more is taken in. Shorter than the
    /// 2 s in which a gateway is to have its answer, because a machine in trouble is slow with everything else too.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private const int Waiting = 4096;
    private const long WaitingBytes = 64 * 1024 * 1024;
    private const int Most = 256;

    // Two, so that one gathers and prepares while the other waits for the disk. The second goes along only when so many wait, or when the
    // first takes so long: two small commits cost more than one, and who is in them waits for the processor instead.
    private const int AtOnce = 2;
    private const int Enough = 16;
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(20);

    // So many are answered one after the other: waking a thread for each costs as much as the answer.
    private const int Answered = 16;

    private static readonly Meter Meter = new("Sms.Ingress");
    private static readonly Histogram<int> Size = Meter.CreateHistogram<int>("sms.ingress.commit.size", description: "Deliveries in one commit.");

    private readonly Channel<Delivered> _queue = Channel.CreateBounded<Delivered>(new BoundedChannelOptions(Waiting) { SingleWriter = false });
    private readonly long[] _busySince = new long[AtOnce];
    private readonly SemaphoreSlim _enough = new(0);
    private long _bytes;

    /// <summary>One delivery on its way into the store.</summary>
    private sealed class Delivered(IReadOnlyList<Append> appends, RawBody? body)
    {
        private const int Gathered = 1, Abandoned = 2;
        private int _state;

        public IReadOnlyList<Append> Appends { get; } = appends;
        public RawBody? Body { get; } = body;
        public Appended[] Appended { get; } = new Appended[appends.Count];
        public TaskCompletionSource<IReadOnlyList<Appended>> Done { get; } = new();

        /// <summary>Whether somebody still waits for it. From now on it is committed even if nobody does any more.</summary>
        public bool Gather() => Interlocked.CompareExchange(ref _state, Gathered, 0) == 0;

        public void Abandon() => Interlocked.CompareExchange(ref _state, Abandoned, 0);
    }

    /// <summary>Commits one delivery, together with whatever else is waiting, all of it or nothing.</summary>
    /// <param name="appends">What it means for the log; with several streams, one append for each.</param>
    /// <param name="body">Its raw bytes, kept with it.</param>
    /// <param name="patience">How long to wait, where that is not <see cref="Patience"/>.</param>
    /// <returns>
    /// What became of each append, once it is safe; null when too many are waiting already or the store does not answer. Ends with
    /// a <see cref="TimeoutException"/> when it takes too long; it may then still happen if it was already on its way.
    /// </returns>
    public Task<IReadOnlyList<Appended>>? TryCommit(IReadOnlyList<Append> appends, RawBody? body = null, TimeSpan? patience = null)
    {
        var size = body?.Bytes.Length ?? 0;
        if (IsStuck || Interlocked.Add(ref _bytes, size) > WaitingBytes && Interlocked.Add(ref _bytes, -size) >= 0)
            return null;
        var delivered = new Delivered(appends, body);
        if (_queue.Writer.TryWrite(delivered))
        {
            if (_queue.Reader.Count >= Enough && _enough.CurrentCount == 0)
                _enough.Release();
            return Await(delivered, patience ?? Patience);
        }
        Interlocked.Add(ref _bytes, -size);
        return null;
    }

    private bool IsStuck => Array.TrueForAll(_busySince, since => since != 0 && clock.GetElapsedTime(since) > Patience);

    private async Task<IReadOnlyList<Appended>> Await(Delivered delivered, TimeSpan patience)
    {
        signal.Waiting(1);
        try
        {
            return await delivered.Done.Task.WaitAsync(patience, clock);
        }
        catch (TimeoutException)
        {
            delivered.Abandon();
            throw;
        }
        finally
        {
            signal.Waiting(-1);
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What was taken in is committed before the process ends: the queue is closed, not abandoned.
        stoppingToken.Register(() => _queue.Writer.TryComplete());
        return Task.WhenAll(Enumerable.Range(0, AtOnce).Select(no => Task.Run(() => CommitAll(no), CancellationToken.None)));
    }

    private async Task CommitAll(int no)
    {
        var batch = new List<Delivered>(Most);
        while (await _queue.Reader.WaitToReadAsync())
        {
            if (no > 0 && !await IsWorthAnother())
                continue;
            while (batch.Count < Most && _queue.Reader.TryRead(out var delivered))
            {
                Interlocked.Add(ref _bytes, -(delivered.Body?.Bytes.Length ?? 0));
                if (delivered.Gather())
                    batch.Add(delivered);
            }
            if (batch.Count == 0)
                continue;
            _busySince[no] = clock.GetTimestamp();
            await Commit(batch);
            _busySince[no] = 0;
            batch.Clear();
        }
    }

    private async Task<bool> IsWorthAnother()
    {
        if (_queue.Reader.Count < Enough)
            await _enough.WaitAsync(Long);
        return _queue.Reader.Count >= Enough || _busySince[0] is var since and not 0 && clock.GetElapsedTime(since) > Long;
    }

    private async Task Commit(List<Delivered> batch)
    {
        Size.Record(batch.Count);
        var together = new Together(batch);
        try
        {
            together.Became(await store.Commit(together.Appends, null, RawBodies.Keep(together.Bodies)));
            Answer(batch, static delivered => delivered.Done.TrySetResult(delivered.Appended));
        }
        catch (Exception e) when (batch.Count > 1 && !ServiceHost.Bus.IsOutage(e))
        {
            // One of them is at fault; the others must not pay for it.
            log.LogWarning("A commit of {Count} deliveries failed ({Kind}); committing them one by one.", batch.Count, e.GetType().Name);
            foreach (var delivered in batch)
                await Commit([delivered]);
        }
        catch (Exception e)
        {
            Answer(batch, delivered => delivered.Done.TrySetException(e));
        }
    }

    private static void Answer(List<Delivered> batch, Action<Delivered> answer)
    {
        foreach (var some in batch.Chunk(Answered))
            ThreadPool.UnsafeQueueUserWorkItem(_ => Array.ForEach(some, answer), null);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _enough.Dispose();
        base.Dispose();
    }

    /// <summary>
    /// What several deliveries mean for the log. One that is there several times, as gateways in haste do it, is one append: the first
    /// starts the stream, the others are repetitions of it.
    /// </summary>
    private sealed class Together
    {
        private readonly List<(Delivered Delivered, int Place, int Append, bool Repeats)> _places;

        public Together(List<Delivered> batch)
        {
            _places = new(batch.Count);
            var (appends, bodies, streams) = (new List<Append>(batch.Count), new List<RawBody>(batch.Count), new Dictionary<string, int>(batch.Count));
            foreach (var delivered in batch)
            {
                if (delivered.Body is not null)
                    bodies.Add(delivered.Body);
                for (var place = 0; place < delivered.Appends.Count; place++)
                {
                    var append = delivered.Appends[place];
                    var isNew = streams.TryAdd(append.StreamId, appends.Count);
                    var at = streams[append.StreamId];
                    _places.Add((delivered, place, at, !isNew));
                    if (isNew)
                        appends.Add(append);
                    else
                        appends[at] = Repeated(appends[at], append);
                }
            }
            (Appends, Bodies) = (appends, bodies);
        }

        public IReadOnlyList<Append> Appends { get; }

        public IReadOnlyList<RawBody> Bodies { get; }

        /// <summary>Tells each delivery what became of it.</summary>
        public void Became(Committed committed)
        {
            foreach (var (delivered, place, at, repeats) in _places)
                delivered.Appended[place] = repeats ? committed.Appended[at] with { Existed = true } : committed.Appended[at];
        }

        private static Append Repeated(Append first, Append again) => first with
        {
            Events = [.. first.Events, .. again.IfStreamExists!],
            IfStreamExists = [.. first.IfStreamExists!, .. again.IfStreamExists!],
        };
    }
}
