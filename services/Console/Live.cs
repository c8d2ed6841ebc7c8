using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Sms.ServiceHost;

namespace Sms.Console;

/// <summary>
/// Tells open pages that something has changed in a service they show; they fetch themselves again. While anybody looks, each
/// service's log is asked where it ends, and Helpdesk also tells who is writing.
/// </summary>
public sealed class Live(IHttpClientFactory clients, IConfiguration configuration, IHostApplicationLifetime lifetime, ILogger<Live> log) : BackgroundService
{
    /// <summary>The header by which the script says that it asks, not the browser.</summary>
    public const string Header = "Sms-Live";

    private const string Desk = "helpdesk";
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(400), AskAgain = TimeSpan.FromSeconds(2), Beat = TimeSpan.FromSeconds(20);

    // A connection is let go now and then, so that one whose session is over does not hear on.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<Channel<string>, HashSet<string>> _listeners = new();
    private readonly SemaphoreSlim _someoneListens = new(0);

    /// <summary><c>GET /live?topics=helpdesk,contacts</c>: server-sent events, <c>changed</c> with the service's name.</summary>
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/live", (string? topics, Live live, HttpContext http, CancellationToken ct) =>
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.ServerSentEvents(live.Listen([.. (topics ?? "").Split(',').Intersect([.. Platform.Services, Throughput.Topic])], ct));
    }).RequireAuthorization(Roles.Reader).ExcludeFromDescription();

    private async IAsyncEnumerable<SseItem<string>> Listen(HashSet<string> topics, [EnumeratorCancellation] CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        over.CancelAfter(Longest);
        var channel = Channel.CreateBounded<string>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });
        _listeners[channel] = topics;
        _someoneListens.Release();
        try
        {
            yield return new SseItem<string>("", "hello");
            while (!over.IsCancellationRequested)
            {
                string? topic = null;
                using var beat = CancellationTokenSource.CreateLinkedTokenSource(over.Token);
                beat.CancelAfter(Beat);
                try
                {
                    topic = await channel.Reader.ReadAsync(beat.Token);
                }
                catch (OperationCanceledException)
                {
                    // Time to show that the connection still stands, or over.
                }
                if (topic is not null)
                    yield return new SseItem<string>(topic, "changed");
                else if (!over.IsCancellationRequested)
                    yield return new SseItem<string>("", "beat");
            }
        }
        finally
        {
            _listeners.TryRemove(channel, out _);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Each who came while others listened has left a sign too: nobody is watched for because of those.
            while (_listeners.IsEmpty && !stoppingToken.IsCancellationRequested)
                await _someoneListens.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            using var nobody = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var watches = Platform.Services.Select(service => Watch(service, nobody.Token)).Append(Hear(nobody.Token)).ToList();
            while (!_listeners.IsEmpty && !stoppingToken.IsCancellationRequested)
                await Task.Delay(AskAgain, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await nobody.CancelAsync();
            await Task.WhenAll(watches);
        }
    }

    private async Task Watch(string service, CancellationToken ct)
    {
        long? end = null;
        var away = false;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (_listeners.Values.Any(topics => topics.Contains(service)))
                {
                    using var client = Ask(service);
                    var now = (await client.GetFromJsonAsync<JsonElement>("/relay", ct)).GetProperty("end").GetInt64();
                    // At the first look too: it may have changed since the page was written.
                    if (now != end || away)
                        Tell(service);
                    (end, away) = (now, false);
                }
                await Task.Delay(LookEvery, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException or KeyNotFoundException)
            {
                if (!away)
                    Tell(service);
                away = true;
                await Task.Delay(AskAgain, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // What is no fact is in no log: who is writing.
    private async Task Hear(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                using var client = Ask(Desk);
                client.Timeout = Timeout.InfiniteTimeSpan;
                await using var stream = await client.GetStreamAsync("/live", ct);
                await foreach (var told in SseParser.Create(stream).EnumerateAsync(ct))
                    if (told.EventType == "writing")
                        Tell(Desk);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                log.LogInformation("Helpdesk does not tell who is writing ({Kind}).", e.GetType().Name);
            }
            await Task.Delay(AskAgain, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private HttpClient Ask(string service) => Platform.Own(clients, configuration, service);

    /// <summary>Tells pages that show something that it has changed.</summary>
    internal void Tell(string topic)
    {
        foreach (var (listener, topics) in _listeners)
            if (topics.Contains(topic))
                listener.Writer.TryWrite(topic);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _someoneListens.Dispose();
        base.Dispose();
    }
}
