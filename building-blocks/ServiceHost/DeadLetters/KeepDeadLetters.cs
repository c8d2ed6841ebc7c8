using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Sms.EventStore;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>
/// Moves what ends in the service's error queues into its store, where it can be looked at: looking at a message in a quorum queue
/// counts as a delivery, and RabbitMQ 4 drops one after twenty. A consumer per queue, idle while the queue is empty; on every
/// instance, because a letter that two of them have is recognised.
/// </summary>
internal sealed class KeepDeadLetters(
    OwnQueues own, BrokerLine broker, IEventStore store, StoreSchema schema, NpgsqlDataSource database, ILogger<KeepDeadLetters> log) : BackgroundService
{
    /// <summary>How many letters an instance has in hand at once, and so the most that one kill of it counts against.</summary>
    private const ushort AtOnce = 4;
    private const int MostTries = 5;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200), LongestWait = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (own.Messages.Count == 0)
            return;
        for (var wait = FirstWait; !stoppingToken.IsCancellationRequested; wait = Longer(wait))
        {
            try
            {
                await schema.Ready.WaitAsync(stoppingToken);
                // Taken while the database is away, letters would only be held.
                await database.Query($"select 1", r => r.GetInt32(0), stoppingToken);
                await using var channel = await broker.Open(AtOnce, stoppingToken);
                await Consume(channel, () => wait = FirstWait, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogWarning("Dead letters wait in their queues ({Kind}); looking again in {Wait}.", e.GetType().Name, wait);
            }
            await Task.Delay(wait, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes letters until the channel is lost.</summary>
    private async Task Consume(IChannel channel, Action allIsWell, CancellationToken ct)
    {
        using var taking = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, _) => Lost();
        await channel.BasicQosAsync(0, AtOnce, global: false, ct);
        foreach (var queue in own.Messages.Keys)
        {
            await Topology.DeclareQueue(channel, Bus.ErrorQueue(queue), Bus.ErrorQueueArguments, ct);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, delivery) => Keep(queue, channel, delivery, taking.Token);
            // The queue was deleted.
            consumer.UnregisteredAsync += (_, _) => Lost();
            await channel.BasicConsumeAsync(Bus.ErrorQueue(queue), autoAck: false, consumer, ct);
        }
        allIsWell();
        try
        {
            await lost.Task.WaitAsync(ct);
        }
        finally
        {
            await taking.CancelAsync();
        }

        Task Lost()
        {
            lost.TrySetResult();
            return Task.CompletedTask;
        }
    }

    /// <summary>
    /// Keeps one letter, and only then lets it go. It is never given back: that would count as a delivery. What cannot be kept stays
    /// in hand, and comes again when this instance starts anew.
    /// </summary>
    private async Task Keep(string queue, IChannel channel, BasicDeliverEventArgs delivery, CancellationToken ct)
    {
        var (wait, tries) = (FirstWait, 1);
        while (true)
        {
            try
            {
                await Keep(Arrival.Read(queue, delivery.BasicProperties, delivery.Body.Span), ct);
                await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, ct);
                return;
            }
            catch (Exception e) when (ct.IsCancellationRequested || e is RabbitMQClientException or ObjectDisposedException)
            {
                return; // It comes again, and is recognised.
            }
            catch (VersionConflictException)
            {
                continue;
            }
            catch (Exception e) when (Bus.IsOutage(e) || tries++ < MostTries)
            {
                await Task.Delay(wait, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = Longer(wait);
            }
            catch (Exception e)
            {
                log.LogError("A dead letter of {Queue} cannot be kept ({Kind}):\n{Where}", queue, e.GetType().Name, e.StackTrace);
                return;
            }
        }
    }

    private async Task Keep(Arrival arrival, CancellationToken ct)
    {
        var letter = await store.Load(DeadLetter.Stream, arrival.Id, ct);
        var facts = DeadLetterDecider.Found(letter.State, arrival.Letter, arrival.Failure);
        if (facts.Length == 0)
            return;
        var sms = Guid.TryParse(arrival.Letter.CorrelationId, out var correlation) ? correlation : (Guid?)null;
        await store.Commit(letter, facts, new Cause(sms, arrival.Letter.MessageId, Cause.System), ct);
        // Of what its consumer could not handle, MassTransit has told already.
        if (arrival.Failure.ExceptionType is null)
            log.LogError("A message of {Queue} is a dead letter without an exception: {Letter}.", arrival.Letter.Queue, arrival.Id);
    }

    private static TimeSpan Longer(TimeSpan wait) => wait * 2 < LongestWait ? wait * 2 : LongestWait;
}
