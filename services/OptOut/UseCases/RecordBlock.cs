using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>A gateway keeps a block of its own for a person and a number of ours: entered for that pair, and for no more.</summary>
public sealed class RecordBlock(IEventStore store, PersonLedgers ledgers, TimeProvider clock) : IConsumer<RecipientBlocked>
{
    public async Task Consume(ConsumeContext<RecipientBlocked> context)
    {
        var (block, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var (person, ourNumber, now) = (PhoneNumber.Parse(block.To), PhoneNumber.Parse(block.From), clock.GetUtcNow());
        var rules = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State;
        var ledger = await ledgers.Load(person, ct);

        var facts = LedgerDecider.Decide(
            ledger.Ledger, person.Value, rules.At(now),
            new LedgerCommand.Block(block.SendId, ourNumber.Value, block.Endpoint, block.Code, block.BlockedAt.ToUniversalTime()), now);

        await store.Commit([.. ledger.Append(facts, cause)], cause.Handled, ct);
    }
}
