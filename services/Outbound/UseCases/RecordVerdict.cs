using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Recipients;
using Sms.Outbound.Sends;
using Sms.ServiceHost;

namespace Sms.Outbound.UseCases;

/// <summary>The verdict on a text lets the answers to it go or stops them, and tells whether the person may be texted at all.</summary>
public sealed class RecordVerdict(IEventStore store, TimeProvider clock, DueSignal due) : IConsumer<InboundSmsScreened>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<InboundSmsScreened> context)
    {
        var (verdict, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var sentAt = verdict.SentAt.ToUniversalTime();

        var occasion = await store.Load(Occasion.Reply, verdict.SmsId, ct);
        var recipient = await store.Load(Recipient.Stream, Recipient.IdFor(verdict.To, verdict.From), ct);

        var decided = SendDecider.Decide(occasion.State, new SendCommand.RecordVerdict(
            verdict.SmsId, verdict.Verdict, verdict.RepliesAllowed, verdict.Answer, verdict.Endpoint, verdict.From, verdict.To,
            sentAt, verdict.ScreenedAt.ToUniversalTime(), clock.GetUtcNow())
        {
            ReceivedAt = verdict.ReceivedAt?.ToUniversalTime(), AutomationPaused = verdict.AutomationPaused, FactId = verdict.FactId, FactHash = verdict.FactHash,
        });
        var heard = Recipient.Hear(recipient.State, new HeardVerdict(
            verdict.SmsId, verdict.Verdict, verdict.OptedOut, verdict.AutomationPaused, sentAt, verdict.FactId, verdict.FactHash));

        List<Append> appends = [];
        if (decided.Length > 0)
            appends.Add(occasion.Append(decided, cause));
        if (heard.Length > 0)
            appends.Add(recipient.Append(heard, cause));
        await store.Commit(appends, cause.Handled, ct);
        due.Set();
    }
}
