using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sms.ServiceHost.Tests;

/// <summary>The line to the broker, to be cut or to swallow what is sent.</summary>
public sealed class Line : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly Uri _broker;
    private readonly Task _listening;
    private volatile bool _swallows, _refuses;

    public Line(Uri broker)
    {
        _broker = broker;
        _listener.Start();
        Address = new UriBuilder(broker) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _listening = Listen();
    }

    public Uri Address { get; }

    /// <summary>As a broker's machine that loses its power and restarts: no farewell.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets)
            socket.Close(timeout: 0);
        _sockets.Clear();
        _swallows = false;
    }

    /// <summary>As a network that drops every packet without a word, until the line is cut.</summary>
    public void Swallow() => _swallows = true;

    /// <summary>As a broker that was stopped: nobody is let in until <see cref="Accept"/>.</summary>
    public void Refuse()
    {
        _refuses = true;
        Cut();
    }

    /// <summary>It is back.</summary>
    public void Accept() => _refuses = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
    }

    private async Task Listen()
    {
        while (true)
        {
            var near = await _listener.AcceptSocketAsync();
            if (_refuses)
            {
                near.Close(timeout: 0);
                continue;
            }
            var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await far.ConnectAsync(_broker.Host, _broker.Port);
            _sockets.Add(near);
            _sockets.Add(far);
            _ = Carry(near, far);
            _ = Carry(far, near);
        }
    }

    private async Task Carry(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
                if (!_swallows)
                    await to.SendAsync(buffer.AsMemory(0, length));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
