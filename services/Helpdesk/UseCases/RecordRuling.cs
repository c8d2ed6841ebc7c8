using MassTransit;
using Sms.BusMessages;
using Sms.Helpdesk.Texts;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>The rules have ruled on a text. Whether it opens a ticket may hang on that; once it is decided, nothing does.</summary>
public sealed class RecordRuling(RouteTexts route) : IConsumer<InboundSmsRuled>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<InboundSmsRuled> context) => route.Hear(
        context.Message.SmsId,
        (text, _) => text.Decided is null && text.Outcome is null ? [new TextEvent.RulingHeard(context.Message.Outcome)] : [],
        also: null, context.Cause(), context.CancellationToken);
}
