using System.Collections.Concurrent;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;

namespace Sms.Helpdesk.UseCases;

/// <summary>
/// Tells consoles what changes, as server-sent events, whichever instance it changes on: while anybody listens, each instance reads the end of
/// the log. A commit that was slow may show up behind later ones, so the last stretch is read again each time and what was told is remembered.
/// </summary>
public sealed class LiveFeed(NpgsqlDataSource database, StoreSchema schema, TimeProvider clock, ILogger<LiveFeed> log) : BackgroundService
{
    private const int Overlap = 1_000, Backlog = 5_000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Channel<SseItem<Change>>, bool> _listeners = new();
    private readonly SemaphoreSlim _someoneListens = new(0, 1);

    /// <summary>Something has changed: look at it again. May come twice, and in another order.</summary>
    /// <param name="Id">The ticket; for <c>delivery</c> the text of ours.</param>
    /// <param name="Version">The version of its stream.</param>
    /// <param name="What">The fact, such as <c>customer-wrote</c>.</param>
    /// <param name="Agents">For <c>writing</c>: who is, just now.</param>
    public sealed record Change(string? Id, long? Version, string? What, IReadOnlyList<string>? Agents = null);

    private sealed record Told(long Seq, string Kind, Change Change);

    /// <summary><c>GET /live</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/live", Listen)
        .WithName("Listen").WithSummary("What changes, as server-sent events: ticket, delivery, desk, writing; Last-Event-ID goes on where a connection broke off");

    private static ServerSentEventsResult<Change> Listen(HttpContext http, LiveFeed feed, CancellationToken ct) => TypedResults.ServerSentEvents(
        feed.From(long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : null, ct));

    private async IAsyncEnumerable<SseItem<Change>> From(long? last, [EnumeratorCancellation] CancellationToken ct)
    {
        // One who does not keep up loses what is oldest and sees so by a gap; looking again is all it needs.
        var channel = Channel.CreateBounded<SseItem<Change>>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        _listeners[channel] = true;
        try
        {
            if (_someoneListens.CurrentCount == 0)
                _someoneListens.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else began to listen at the same moment.
        }
        try
        {
            yield return new SseItem<Change>(new Change(null, null, "listening"), "hello");
            if (last is { } from)
                foreach (var missed in await Read(from, ct))
                    yield return Item(missed);
            await foreach (var change in channel.Reader.ReadAllAsync(ct))
                yield return change;
        }
        finally
        {
            _listeners.TryRemove(channel, out _);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _someoneListens.WaitAsync(stoppingToken);
                await Follow(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (ServiceHost.Bus.IsOutage(e))
            {
                log.LogInformation("Consoles are not told what changes until the database is back ({Kind}).", e.GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (_someoneListens.CurrentCount == 0)
                    _someoneListens.Release();
            }
        }
    }

    private async Task Follow(CancellationToken ct)
    {
        var end = (await database.Query($"select coalesce(max(seq_id), 0) from mt_events", r => r.GetInt64(0), ct)).Single();
        var told = (await Read(end - Overlap, ct)).Select(change => change.Seq).ToHashSet();
        var writing = new Dictionary<Guid, string[]>();
        while (!_listeners.IsEmpty)
        {
            foreach (var change in await Read(end - Overlap, ct))
            {
                if (told.Add(change.Seq))
                    Tell(Item(change));
                end = Math.Max(end, change.Seq);
            }
            told.RemoveWhere(seq => seq < end - Overlap);
            var now = (await database.Query(
                $"select ticket_id, array_agg(agent order by agent) from ticket_writers where until > {clock.GetUtcNow()} group by ticket_id",
                r => (Id: r.GetGuid(0), Agents: r.GetFieldValue<string[]>(1)), ct)).ToDictionary(row => row.Id, row => row.Agents);
            foreach (var id in now.Keys.Union(writing.Keys).Where(id => !now.GetValueOrDefault(id, []).SequenceEqual(writing.GetValueOrDefault(id, []))))
                Tell(new SseItem<Change>(new Change(id.ToString(), null, null, now.GetValueOrDefault(id, [])), "writing"));
            writing = now;
            await Task.Delay(LookEvery, ct);
        }
    }

    private void Tell(SseItem<Change> change)
    {
        foreach (var listener in _listeners.Keys)
            listener.Writer.TryWrite(change);
    }

    private static SseItem<Change> Item(Told told) => new(told.Change, told.Kind) { EventId = told.Seq.ToString(CultureInfo.InvariantCulture) };

    private Task<List<Told>> Read(long after, CancellationToken ct) => database.Query(
        $"""
        select seq_id, split_part(stream_id, '-', 1), substr(stream_id, position('-' in stream_id) + 1), version, type
        from mt_events where seq_id > {after} and (stream_id like 'ticket-%' or stream_id like 'outgoing-%' or stream_id like 'desk-%') order by seq_id limit {Backlog}
        """,
        r => new Told(
            r.GetInt64(0), r.GetString(1) == "outgoing" ? "delivery" : r.GetString(1),
            new Change(r.GetString(2), r.GetInt64(3), r.GetString(4).Split('.')[1])), ct);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _someoneListens.Dispose();
        base.Dispose();
    }
}
