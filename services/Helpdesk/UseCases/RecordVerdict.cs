using MassTransit;
using Sms.BusMessages;
using Sms.Helpdesk.Texts;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>Consent has ruled on a text. Whether it opens a ticket may hang on that; once it is decided, nothing does.</summary>
public sealed class RecordVerdict(RouteTexts route) : IConsumer<InboundSmsScreened>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<InboundSmsScreened> context) => route.Hear(
        context.Message.SmsId,
        (text, _) => text.Decided is null && text.Verdict is null ? [new TextEvent.VerdictHeard(context.Message.Verdict)] : [],
        also: null, context.Cause(), context.CancellationToken);
}
