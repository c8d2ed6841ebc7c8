using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using MassTransit.Metadata;
using MassTransit.Serialization;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Sms.EventStore;

namespace Sms.ServiceHost;

/// <summary>
/// Hands the relay's messages to the broker, in MassTransit's envelope, and waits until it has them safe. On a connection of
/// its own, which is given up as a whole at the first sign of trouble: a publish through MassTransit can go on waiting on a
/// channel whose broker was killed, and the relay must be the first to be back.
/// </summary>
/// <remarks>Every new connection declares the <see cref="Topology"/> before anything is published on it.</remarks>
internal sealed class Publisher(Uri host, ILogger<Publisher> log) : IAsyncDisposable
{
    private const string ActivityHeader = "MT-Activity-Id";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private Open? _open;

    private sealed record Open(IConnection Connection, IChannel Channel);

    public async Task Publish(PublicMessage message, CancellationToken ct)
    {
        var type = message.Body.GetType();
        var exchange = Topology.ExchangeOf(type);
        var properties = new BasicProperties
        {
            MessageId = message.MessageId.ToString(),
            CorrelationId = message.Fact.CorrelationId?.ToString(),
            ContentType = SystemTextJsonMessageSerializer.JsonContentType.MediaType,
            DeliveryMode = DeliveryModes.Persistent,
        };
        var envelope = JsonSerializer.SerializeToUtf8Bytes(
            new JsonMessageEnvelope
            {
                MessageId = message.MessageId.ToString(),
                CorrelationId = message.Fact.CorrelationId?.ToString(),
                ConversationId = (message.Fact.CorrelationId ?? message.MessageId).ToString(),
                // A fact may mean several messages, each with an id of its own: what they lead to was caused by the fact.
                InitiatorId = message.Fact.Id.ToString(),
                DestinationAddress = new Uri(host, exchange).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.Unescaped),
                MessageType = [MessageUrn.ForTypeString(type)],
                Message = message.Body,
                SentTime = DateTime.UtcNow,
                Headers = Activity.Current?.Id is { } activity ? new() { [ActivityHeader] = activity } : [],
                Host = HostMetadataCache.Host,
            }, SystemTextJsonMessageSerializer.Options);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        Open? open = null;
        try
        {
            open = await Connect(patience.Token);
            // Mandatory: a message that no queue is bound for comes back as an error instead of being confirmed and forgotten. One
            // that nobody on the platform hears yet would come back for ever, and hold up all that follow it.
            await open.Channel.BasicPublishAsync(exchange, "", mandatory: Topology.IsHeard(exchange), properties, envelope, patience.Token);
        }
        catch (Exception e)
        {
            await GiveUp(open);
            if (e is OperationCanceledException && !ct.IsCancellationRequested)
                throw new TimeoutException($"The broker did not confirm a message within {Patience.TotalSeconds:0} s.", e);
            throw;
        }
    }

    private async Task<Open> Connect(CancellationToken ct)
    {
        if (Volatile.Read(ref _open) is { } open)
            return open;
        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (_open is not null)
                return _open;
            var factory = new ConnectionFactory { Uri = host, AutomaticRecoveryEnabled = false, ContinuationTimeout = Patience };
            var connection = await factory.CreateConnectionAsync("sms-relay", ct);
            try
            {
                await using (var topology = await connection.CreateChannelAsync(cancellationToken: ct))
                    await Topology.Declare(topology, ct);
                var channel = await connection.CreateChannelAsync(
                    new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
                _open = new Open(connection, channel);
                return _open;
            }
            catch
            {
                Abandon(connection);
                throw;
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task GiveUp(Open? broken)
    {
        if (broken is null)
            return;
        await _oneAtATime.WaitAsync(CancellationToken.None);
        try
        {
            if (!ReferenceEquals(_open, broken))
                return;
            _open = null;
        }
        finally
        {
            _oneAtATime.Release();
        }
        Abandon(broken.Connection);
    }

    /// <summary>Closes a connection that may be dead, without waiting for it.</summary>
    private void Abandon(IConnection connection) => _ = Task.Run(async () =>
    {
        try
        {
            await connection.AbortAsync(TimeSpan.FromSeconds(5));
            await connection.DisposeAsync();
        }
        catch (Exception e)
        {
            log.LogDebug("An abandoned connection did not close in order ({Kind}).", e.GetType().Name);
        }
    });

    public async ValueTask DisposeAsync()
    {
        if (_open is { } open)
            await open.Connection.AbortAsync(TimeSpan.FromSeconds(5));
        _oneAtATime.Dispose();
    }
}
