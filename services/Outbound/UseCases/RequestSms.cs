using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Sends;
using Sms.ServiceHost;

namespace Sms.Outbound.UseCases;

/// <summary>
/// Another service wants someone texted. An answer is held until the verdict on the text it answers; anything else until OptOut
/// has ruled on it.
/// </summary>
public sealed class RequestSms(IEventStore store, TimeProvider clock, DueSignal due, SegmentLimits limits) : IConsumer<SendSms>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<SendSms> context)
    {
        var (sms, ct) = (context.Message, context.CancellationToken);
        var purpose = sms.Purpose ?? SendPurpose.Reply;
        var answers = purpose == SendPurpose.Reply && sms.InReplyTo != Guid.Empty;

        var (kind, id) = Occasion.Of(answers ? sms.InReplyTo : null, sms.SendId);
        var occasion = await store.Load(kind, id, ct);

        var events = SendDecider.Decide(occasion.State, new SendCommand.RequestSms(
            sms.SendId, purpose, answers, sms.Endpoint, sms.From, sms.To, sms.Text, sms.RequestedBy,
            sms.RequestedAt.ToUniversalTime(), sms.ExpiresAt.ToUniversalTime(), clock.GetUtcNow()) { MostSegments = limits.Most });

        await store.Commit(occasion, events, context.Cause() with { Actor = sms.RequestedBy }, ct);
        due.Set();
    }
}
