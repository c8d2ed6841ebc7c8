using RabbitMQ.Client;

namespace Sms.ServiceHost;

/// <summary>
/// Who hears what. RabbitMQ confirms a message that no queue is bound for and forgets it, so before a service publishes
/// anything the queues of the whole platform are declared: a consumer that has never been started misses nothing.
/// A consumer that is not listed here declares its queue when it first starts and hears what is published from then on.
/// </summary>
public sealed class Topology(Uri host) : IDisposable
{
    /// <summary>Every message and the queues it goes to. <c>Architecture.Tests</c> holds it against the consumers there are.</summary>
    public static readonly IReadOnlyList<(string Message, string[] Queues)> Subscriptions =
    [
        ("Sms.BusMessages:InboundSmsReceived",
        [
            "optout-screen-inbound-sms", "contacts-record-inbound-sms", "helpdesk-record-inbound-sms", "autoreply-answer-inbound-sms",
        ]),
        ("Sms.BusMessages:InboundSmsScreened", ["outbound-record-verdict"]),
        ("Sms.BusMessages:SendSms", ["outbound-request-sms"]),
    ];

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private bool _deployed;

    /// <summary>Declares whatever is missing; returns at once when this instance has done so before.</summary>
    public async Task Ensure(CancellationToken ct)
    {
        if (Volatile.Read(ref _deployed))
            return;
        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (_deployed)
                return;
            await Deploy(ct);
            Volatile.Write(ref _deployed, true);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Looks again before the next publish: after trouble the broker may have come back without its queues.</summary>
    public void Doubt() => Volatile.Write(ref _deployed, false);

    private async Task Deploy(CancellationToken ct)
    {
        var factory = new ConnectionFactory { Uri = host };
        await using var connection = await factory.CreateConnectionAsync("sms-topology", ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        foreach (var (message, queues) in Subscriptions)
        {
            await channel.ExchangeDeclareAsync(message, ExchangeType.Fanout, durable: true, cancellationToken: ct);
            foreach (var queue in queues)
            {
                foreach (var (name, arguments) in new[]
                {
                    (Bus.ErrorQueue(queue), Bus.ErrorQueueArguments),
                    (queue, Bus.QueueArguments(queue)),
                })
                {
                    await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, cancellationToken: ct);
                    await channel.QueueDeclareAsync(
                        name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(arguments), cancellationToken: ct);
                    await channel.QueueBindAsync(name, name, "", cancellationToken: ct);
                }
                await channel.ExchangeBindAsync(queue, message, "", cancellationToken: ct);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();
}
