using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Sms.GatewaySimulator;

/// <summary>
/// Tells pages what changes, as server-sent events: <c>setup</c> and <c>behaviour</c> as they are at first and from then on,
/// <c>text</c> with every message that is new or changed, and <c>forgotten</c> once there is none left.
/// </summary>
internal sealed class LiveFeed
{
    private const int Backlog = 5_000;

    private readonly ConcurrentDictionary<Channel<SseItem<object>>, bool> _listeners = [];
    private readonly GatewayState _state;
    private readonly Misbehaviour _misbehaviour;
    private readonly CancellationToken _stopping;

    public LiveFeed(GatewayState state, Misbehaviour misbehaviour, IHostApplicationLifetime lifetime)
    {
        (_state, _misbehaviour, _stopping) = (state, misbehaviour, lifetime.ApplicationStopping);
        state.Changed += id =>
        {
            if (_listeners.IsEmpty)
                return;
            if (id is null)
                Tell("forgotten", new { });
            else if (state.Message(id) is { } message)
                Tell("text", message);
        };
        state.Connected += setup => Tell("setup", setup);
        misbehaviour.Changed += behaviour => Tell("behaviour", behaviour);
    }

    public async IAsyncEnumerable<SseItem<object>> Listen([EnumeratorCancellation] CancellationToken ct)
    {
        // Ends with the program, which would otherwise wait for every open page before it stops.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct, _stopping);
        var channel = Channel.CreateBounded<SseItem<object>>(Backlog);
        _listeners[channel] = true;
        try
        {
            yield return new SseItem<object>(_state.Setup, "setup");
            yield return new SseItem<object>(_misbehaviour.Now, "behaviour");
            while (await Next(channel, ended.Token))
                while (channel.Reader.TryRead(out var item))
                    yield return item;
        }
        finally
        {
            _listeners.TryRemove(channel, out _);
        }
    }

    private static async Task<bool> Next(Channel<SseItem<object>> channel, CancellationToken ct)
    {
        try
        {
            return await channel.Reader.WaitToReadAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Tell(string kind, object what)
    {
        // A page that does not keep up is hung up on: it connects again by itself, and looks at everything anew.
        foreach (var listener in _listeners.Keys)
            if (!listener.Writer.TryWrite(new SseItem<object>(what, kind)))
                listener.Writer.TryComplete();
    }
}
