using System.Net;
using System.Net.Sockets;

namespace Sms.Ingress.Tests;

/// <summary>A way to a server that can be shut, as when the server dies, or fall silent, as when the network does.</summary>
internal sealed class Gate : IDisposable
{
    private readonly (string Host, int Port) _server;
    private readonly List<Socket> _sockets = [];
    private TaskCompletionSource _flowing = new();
    private TcpListener? _listener;

    public Gate(string host, int port)
    {
        _server = (host, port);
        Open();
    }

    public int Port { get; private set; }

    /// <summary>Whoever is connected is cut off, whoever comes is refused.</summary>
    public void Shut()
    {
        _listener?.Dispose();
        _listener = null;
        lock (_sockets)
        {
            _sockets.ForEach(socket => socket.Close(0));
            _sockets.Clear();
        }
    }

    /// <summary>Whoever is connected stays so and hears nothing.</summary>
    public void FallSilent() => _flowing = new TaskCompletionSource();

    /// <summary>Everything passes, as at the beginning; what was held back in silence too.</summary>
    public void Open()
    {
        _flowing.TrySetResult();
        if (_listener is not null)
            return;
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Accept(_listener);
    }

    public void Dispose() => Shut();

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync();
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                lock (_sockets)
                    _sockets.AddRange([client, server]);
                await server.ConnectAsync(_server.Host, _server.Port);
                _ = Carry(client, server);
                _ = Carry(server, client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Shut.
        }
    }

    private async Task Carry(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var read and > 0)
            {
                await _flowing.Task;
                await to.SendAsync(buffer.AsMemory(0, read));
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            to.Dispose();
        }
    }
}
