using RabbitMQ.Client;

namespace Sms.ServiceHost;

/// <summary>
/// A connection to the broker beside those that consume and publish, for looking at queues: made when it is first needed, and made
/// anew once it is lost.
/// </summary>
internal sealed class BrokerLine(Uri host, string service) : IAsyncDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private IConnection? _connection;

    /// <summary>A channel of the caller's own.</summary>
    /// <param name="deliveriesAtOnce">How many deliveries its consumers handle at once.</param>
    /// <param name="ct">Cancels the wait for a broker that does not answer.</param>
    public async Task<IChannel> Open(ushort deliveriesAtOnce, CancellationToken ct) =>
        await (await Connect(ct)).CreateChannelAsync(new CreateChannelOptions(false, false, consumerDispatchConcurrency: deliveriesAtOnce), ct);

    private async Task<IConnection> Connect(CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (_connection is { IsOpen: true } open)
                return open;
            if (_connection is not null)
                await _connection.DisposeAsync();
            var factory = new ConnectionFactory
            {
                Uri = host, AutomaticRecoveryEnabled = false, RequestedHeartbeat = TimeSpan.FromSeconds(10), ContinuationTimeout = TimeSpan.FromSeconds(10),
            };
            return _connection = await factory.CreateConnectionAsync($"sms-{service}-letters", ct);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.AbortAsync(TimeSpan.FromSeconds(5));
            await _connection.DisposeAsync();
        }
        _oneAtATime.Dispose();
    }
}
