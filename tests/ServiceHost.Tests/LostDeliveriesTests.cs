using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class LostDeliveriesTests : IAsyncLifetime
{
    private const int Messages = 60;

    private readonly TallyUnderTest _tally = new();

    public ValueTask InitializeAsync() => _tally.InitializeAsync();

    public ValueTask DisposeAsync() => _tally.DisposeAsync();

    [RealServersFact]
    public async Task Cut_off_from_the_broker_with_its_hands_full_it_comes_back_and_each_message_counts_once()
    {
        await using var line = new Line(_tally.Broker.Address);
        await _tally.Start(line.Address);
        var ids = Enumerable.Range(0, Messages).Select(_ => Guid.NewGuid()).ToArray();
        var acknowledgement = new TaskCompletionSource();
        _tally.Troubles.Acknowledgement = acknowledgement.Task;
        foreach (var id in ids)
            await _tally.PublishFromOutside(new Count(id, 5));
        await Eventually.Sees(() => ids.Count(id => _tally.Troubles.TriesOf(id) > 0), handled => handled == Bus.MessagesAtOnce);
        line.Cut();
        await Eventually.Sees(() => _tally.Broker.Depth(AddCount.Queue), depth => depth == Messages);
        acknowledgement.SetResult();

        foreach (var id in ids)
            await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 5, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task MassTransit_is_not_told_in_words_that_make_it_close_the_channel()
    {
        var lost = new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Library, 541, "Connection reset by peer"));
        foreach (var exception in new Exception[] { lost, new AlreadyClosedException(lost.ShutdownReason!), new EndOfStreamException() })
            (await Should.ThrowAsync<IOException>(() => new LostDeliveries().ReceiveFault(null!, exception))).ShouldNotBeOfType<EndOfStreamException>();
        await new LostDeliveries().ReceiveFault(null!, new InvalidOperationException("A fault of the consumer's own."));
    }

    /// <summary>The line to the broker, to be cut.</summary>
    private sealed class Line : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly ConcurrentBag<Socket> _sockets = [];
        private readonly Uri _broker;
        private readonly Task _listening;

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
        }

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
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await far.ConnectAsync(_broker.Host, _broker.Port);
                _sockets.Add(near);
                _sockets.Add(far);
                _ = Carry(near, far);
                _ = Carry(far, near);
            }
        }

        private static async Task Carry(Socket from, Socket to)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var length)
                    await to.SendAsync(buffer.AsMemory(0, length));
                to.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Cut.
            }
        }
    }
}
