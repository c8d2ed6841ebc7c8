using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.OptOut.Consent;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>
/// Every text of ours that answers none is ruled on before it leaves, for its purpose. The ruling is kept, with the fact it rests on.
/// </summary>
public sealed class RuleOnSend(IEventStore store, PersonLedgers ledgers, TimeProvider clock) : IConsumer<ConsentAsked>
{
    public async Task Consume(ConsumeContext<ConsentAsked> context)
    {
        var (asked, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var (person, ourNumber) = (PhoneNumber.Parse(asked.To), PhoneNumber.Parse(asked.From));

        var ruling = await store.Load(Ruling.Stream, asked.SendId, ct);
        var rules = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State;
        var ledger = await ledgers.Load(person, ct);

        var ruled = Ruling.Decide(ruling.State, ledger.Ledger, rules, new AskConsent(
            asked.SendId, asked.Endpoint, ourNumber.Value, person.Value, asked.Purpose, asked.RequestedBy, asked.AskedAt.ToUniversalTime(), clock.GetUtcNow()));

        await store.Commit(ruling, ruled, cause, ct);
        foreach (var sent in ruled.OfType<RulingEvent.SendRuled>())
            ConsentMetrics.RuledOnSend(sent.Purpose, sent.Reason);
    }
}
