using MassTransit;
using Sms.BusMessages;
using Sms.Helpdesk.Texts;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>A text joins a ticket of that customer with that number of ours, opening or reopening it where needed.</summary>
public sealed class RecordInboundSms(RouteTexts route, TimeProvider clock) : IConsumer<InboundSmsReceived>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<InboundSmsReceived> context)
    {
        var (sms, now) = (context.Message, clock.GetUtcNow());
        await route.Hear(
            sms.SmsId,
            (text, desk) => text.Received is not null ? [] :
            [
                new TextEvent.TextReceived(
                    sms.Endpoint, sms.From, sms.To, sms.Text, sms.SentAt.ToUniversalTime(), now, now.AddSeconds(desk.PolicyOf(sms.Endpoint).Policy.WaitSeconds)),
            ],
            also: null, context.Cause(), context.CancellationToken);
    }
}
