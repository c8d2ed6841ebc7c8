using RabbitMQ.Client;

namespace Sms.ServiceHost;

/// <summary>
/// Who hears what. RabbitMQ confirms a message that no queue is bound for and forgets it, so before a service publishes
/// anything the queues of the whole platform are declared: a consumer that has never been started misses nothing.
/// A consumer that is not listed here declares its queue when it first starts and hears what is published from then on.
/// </summary>
public static class Topology
{
    /// <summary>Every message and the queues it goes to. <c>Architecture.Tests</c> holds it against the consumers there are.</summary>
    public static readonly IReadOnlyList<(string Message, string[] Queues)> Subscriptions =
    [
        ("Sms.BusMessages:InboundSmsReceived",
        [
            "optout-screen-inbound-sms", "contacts-record-inbound-sms", "helpdesk-record-inbound-sms", "autoreply-answer-inbound-sms",
        ]),
        ("Sms.BusMessages:DeliveryReported", ["outbound-record-delivery-report"]),
        ("Sms.BusMessages:InboundSmsScreened", ["outbound-record-verdict", "contacts-record-screening", "helpdesk-record-verdict"]),
        ("Sms.BusMessages:ConsentRuled", ["outbound-record-ruling"]),
        ("Sms.BusMessages:ConsentChanged", ["outbound-record-consent-change", "contacts-record-consent-change"]),
        ("Sms.BusMessages:SendSms", ["outbound-request-sms"]),
        ("Sms.BusMessages:ConsentAsked", ["optout-rule-on-send"]),
        ("Sms.BusMessages:RecipientBlocked", ["optout-record-block"]),
        ("Sms.BusMessages:SmsChanged", ["contacts-record-sms-change", "helpdesk-record-delivery", "autoreply-record-sms-change"]),
        ("Sms.BusMessages:TicketChanged", ["contacts-record-ticket-change", "autoreply-record-ticket-change"]),
        ("Sms.BusMessages:ContactTagAsked", ["contacts-tag-contact"]),
        ("Sms.BusMessages:ContactChanged", ["helpdesk-record-customer", "autoreply-record-contact-change"]),
        ("Sms.BusMessages:InboundSmsRuled", ["helpdesk-record-ruling"]),
        ("Sms.BusMessages:TicketAsked", ["helpdesk-record-ticket-request"]),
    ];

    /// <summary>Whether a consumer of the platform hears what is published to this exchange. One that is not listed may be anybody's.</summary>
    internal static bool IsHeard(string exchange) => !Subscriptions.Any(s => s.Message == exchange && s.Queues.Length == 0);

    /// <summary>The exchange a message type is published to: the name MassTransit gives it.</summary>
    public static string ExchangeOf(Type message) => $"{message.Namespace}:{message.Name}";

    /// <summary>Declares whatever is missing. Harmless to repeat.</summary>
    public static async Task Declare(IChannel channel, CancellationToken ct)
    {
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
                    await DeclareQueue(channel, name, arguments, ct);
                await channel.ExchangeBindAsync(queue, message, "", cancellationToken: ct);
            }
        }
    }

    /// <summary>Declares a queue and the exchange of its name, as MassTransit does.</summary>
    internal static async Task DeclareQueue(IChannel channel, string name, IReadOnlyDictionary<string, object?> arguments, CancellationToken ct)
    {
        await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, cancellationToken: ct);
        await channel.QueueDeclareAsync(
            name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(arguments), cancellationToken: ct);
        await channel.QueueBindAsync(name, name, "", cancellationToken: ct);
    }
}
