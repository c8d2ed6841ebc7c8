using MassTransit;
using Npgsql;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Recipients;
using Sms.Outbound.Views;
using Sms.ServiceHost;

namespace Sms.Outbound.UseCases;

/// <summary>
/// A person's consent changed other than by their word: from here on no claim can overlook it, and what waits for them is looked
/// at again at once rather than when its time comes.
/// </summary>
public sealed class RecordConsentChange(IEventStore store, NpgsqlDataSource database, AttendToSend attend) : IConsumer<ConsentChanged>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ConsentChanged> context)
    {
        var (changed, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var from = changed.EffectiveAt.ToUniversalTime();

        if (changed.OurNumber is { } ourNumber)
        {
            var recipient = await store.Load(Recipient.Stream, Recipient.IdFor(ourNumber, changed.Person), ct);
            await store.Commit(
                recipient,
                [new RecipientEvent.ConsentChanged(changed.FactId, changed.FactHash, changed.Purpose, changed.Change, from)], cause, ct);
        }
        else
        {
            var person = await store.Load(Person.Stream, Person.IdFor(changed.Person), ct);
            await store.Commit(
                person,
                [new PersonEvent.ConsentChanged(changed.FactId, changed.FactHash, changed.Purpose, changed.Change, from)], cause, ct);
        }

        foreach (var waiting in await DueSends.WaitingFor(database, changed.Person, changed.OurNumber, ct))
            await attend.LookAgain(waiting, ct);
    }
}
