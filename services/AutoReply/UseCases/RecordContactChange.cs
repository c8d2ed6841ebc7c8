using MassTransit;
using Sms.AutoReply.People;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>Contacts tells who somebody is: everyone who texts from a number of theirs, and from now on nobody from one they have lost.</summary>
public sealed class RecordContactChange(IEventStore store) : IConsumer<ContactChanged>
{
    public async Task Consume(ConsumeContext<ContactChanged> context)
    {
        var (contact, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);

        var known = await store.Load(KnownContact.Stream, contact.ContactId, ct);
        if (known.State.Version >= contact.Version)
        {
            await store.Commit([], cause.Handled, ct);
            return;
        }
        var numbers = contact.MergedInto is null ? Lines(contact.Numbers) : [];
        var appends = new List<Append> { known.Append([new KnownContactEvent.NumbersSeen(contact.Version, numbers)], cause) };
        foreach (var written in numbers.Union(known.State.Numbers))
        {
            if (!PhoneNumber.TryParse(written, out var number))
                continue;
            var person = await store.Load(Person.Stream, Person.IdOf(number), ct);
            var seen = new PersonEvent.ContactSeen(
                contact.ContactId, contact.Version, Gone: !numbers.Contains(written), contact.Verified, contact.Name, Lines(contact.Tags),
                contact.Language, contact.TimeZone);
            if (PersonDecider.Saw(person.State, seen) is { Length: > 0 } facts && !appends.Exists(append => append.StreamId == person.StreamId))
                appends.Add(person.Append(facts, cause));
        }
        await store.Commit(appends, cause.Handled, ct);
    }

    private static string[] Lines(string? lines) => lines?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
