using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Replies;
using Sms.ServiceHost;

namespace Sms.Outbound.UseCases;

/// <summary>Another service wants a text answered; the answer is held until the verdict on that text.</summary>
public sealed class RequestSms(IEventStore store, TimeProvider clock, DueSignal due) : IConsumer<SendSms>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<SendSms> context)
    {
        var (sms, ct) = (context.Message, context.CancellationToken);

        var reply = await store.Load(Reply.Stream, sms.InReplyTo, ct);

        var events = ReplyDecider.Decide(reply.State, new ReplyCommand.RequestSms(
            sms.SendId, sms.Endpoint, sms.From, sms.To, sms.Text, sms.RequestedBy,
            sms.RequestedAt.ToUniversalTime(), sms.ExpiresAt.ToUniversalTime(), clock.GetUtcNow()));

        await store.Commit(reply, events, context.Cause() with { Actor = sms.RequestedBy }, ct);
        due.Set();
    }
}
