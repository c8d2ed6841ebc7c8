using MassTransit;
using Sms.AutoReply.People;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>Outbound tells what becomes of our texts: one that a person wrote keeps the rules quiet for a while.</summary>
public sealed class RecordSmsChange(IEventStore store) : IConsumer<SmsChanged>
{
    // From when it is asked for, and not only once it has left: a reply beside it would be as odd.
    private static readonly string[] NotLeaving = ["suppressed", "expired", "cancelled", "failed"];

    public async Task Consume(ConsumeContext<SmsChanged> context)
    {
        var (sms, ct) = (context.Message, context.CancellationToken);
        if (!sms.RequestedBy.StartsWith("operator:", StringComparison.Ordinal) || NotLeaving.Contains(sms.Status)
            || !PhoneNumber.TryParse(sms.To, out var number))
            return;

        var person = await store.Load(Person.Stream, Person.IdOf(number), ct);

        var facts = PersonDecider.Answered(person.State, new PersonEvent.PersonAnswered(sms.SendId, sms.ChangedAt.ToUniversalTime()));

        await store.Commit(person, facts, context.Cause(), ct);
    }
}
