using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Sends;
using Sms.ServiceHost;

namespace Sms.Outbound.UseCases;

/// <summary>OptOut's ruling on a text that answers none lets it go or stops it.</summary>
public sealed class RecordRuling(IEventStore store, TimeProvider clock, DueSignal due) : IConsumer<ConsentRuled>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ConsentRuled> context)
    {
        var (ruled, ct) = (context.Message, context.CancellationToken);

        var occasion = await store.Load(Occasion.Unprompted, ruled.SendId, ct);

        var events = SendDecider.Decide(occasion.State, new SendCommand.RecordRuling(
            ruled.SendId, ruled.AskedAt.ToUniversalTime(), ruled.Allowed, ruled.Reason, ruled.FactId, ruled.FactHash,
            ruled.RuledAt.ToUniversalTime(), clock.GetUtcNow()));

        await store.Commit(occasion, events, context.Cause(), ct);
        due.Set();
    }
}
