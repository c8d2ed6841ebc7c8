using RabbitMQ.Client;

namespace Sms.ServiceHost;

/// <summary>
/// A connection to the broker beside those that consume and publish, for looking at queues and for dead letters: made when it is first
/// needed, and made anew once it is lost.
/// </summary>
internal sealed class BrokerLine(Uri host, string service) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private IConnection? _connection;

    /// <summary>A channel of the caller's own.</summary>
    /// <param name="deliveriesAtOnce">How many deliveries its consumers handle at once.</param>
    /// <param name="ct">Cancels the wait for a broker that does not answer.</param>
    public async Task<IChannel> Open(ushort deliveriesAtOnce, CancellationToken ct) =>
        await (await Connect(ct)).CreateChannelAsync(new CreateChannelOptions(false, false, consumerDispatchConcurrency: deliveriesAtOnce), ct);

    /// <summary>Hands a message to a queue, and returns when the broker has it safe there.</summary>
    /// <exception cref="TimeoutException">The broker does not say so in time.</exception>
    public async Task Publish(string queue, BasicProperties properties, byte[] body, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            await using var channel = await (await Connect(patience.Token)).CreateChannelAsync(new CreateChannelOptions(true, true), patience.Token);
            // Mandatory: for a queue that is gone it comes back as an error instead of being confirmed and forgotten.
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, body, patience.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker did not confirm a message within {Patience.TotalSeconds:0} s.", e);
        }
    }

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
                Uri = host, AutomaticRecoveryEnabled = false, RequestedHeartbeat = TimeSpan.FromSeconds(10), ContinuationTimeout = Patience,
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
