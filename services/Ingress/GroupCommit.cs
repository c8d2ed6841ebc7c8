using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Sms.EventStore;

namespace Sms.Ingress;

/// <summary>
/// Lets concurrent deliveries share transactions: while one commit is on its way to the disk the next deliveries gather, and
/// then go together. Under load a commit carries many, alone a delivery does not wait.
/// </summary>
public sealed class GroupCommit(IEventStore store, ILogger<GroupCommit> log) : BackgroundService
{
    private const int Waiting = 4096;
    private const int Most = 256;

    // Two, so that one gathers and prepares while the other waits for the disk.
    private const int AtOnce = 2;

    private static readonly Meter Meter = new("Sms.Ingress");
    private static readonly Histogram<int> Size = Meter.CreateHistogram<int>("sms.ingress.commit.size", description: "Deliveries in one commit.");

    private readonly Channel<Entry> _queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(Waiting) { SingleWriter = false });

    private sealed record Entry(Append Append)
    {
        public TaskCompletionSource<Appended> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Commits one delivery, together with whatever else is waiting.</summary>
    /// <returns>What became of it, once it is safe; null when too many are waiting already.</returns>
    public Task<Appended>? TryCommit(Append append)
    {
        var entry = new Entry(append);
        return _queue.Writer.TryWrite(entry) ? entry.Done.Task : null;
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What was taken in is committed before the process ends: the queue is closed, not abandoned.
        stoppingToken.Register(() => _queue.Writer.TryComplete());
        return Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(CommitAll, CancellationToken.None)));
    }

    private async Task CommitAll()
    {
        var batch = new List<Entry>(Most);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < Most && _queue.Reader.TryRead(out var entry))
                batch.Add(entry);
            if (batch.Count > 0)
                await Commit(batch);
            batch.Clear();
        }
    }

    private async Task Commit(List<Entry> batch)
    {
        Size.Record(batch.Count);
        var groups = batch.GroupBy(e => e.Append.StreamId).Select(g => g.ToList()).ToList();
        try
        {
            var committed = await store.Commit(groups.ConvertAll(Together), null);
            for (var i = 0; i < groups.Count; i++)
                Complete(groups[i], committed.Appended[i]);
        }
        catch (Exception e) when (batch.Count > 1 && !ServiceHost.Bus.IsOutage(e))
        {
            // One of them is at fault; the others must not pay for it.
            log.LogWarning("A commit of {Count} deliveries failed ({Kind}); committing them one by one.", batch.Count, e.GetType().Name);
            foreach (var entry in batch)
                await Commit([entry]);
        }
        catch (Exception e)
        {
            foreach (var entry in batch)
                entry.Done.TrySetException(e);
        }
    }

    /// <summary>The same delivery several times in one batch: the first starts the stream, the others are repetitions of it.</summary>
    private static Append Together(List<Entry> same) => same is [var only]
        ? only.Append
        : same[0].Append with
        {
            Events = [.. same[0].Append.Events, .. same.Skip(1).SelectMany(e => e.Append.IfStreamExists!)],
            IfStreamExists = [.. same.SelectMany(e => e.Append.IfStreamExists!)],
        };

    private static void Complete(List<Entry> same, Appended appended)
    {
        for (var i = 0; i < same.Count; i++)
            same[i].Done.TrySetResult(i == 0 ? appended : appended with { Existed = true });
    }
}
