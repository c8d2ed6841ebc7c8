using Sms.Contacts.Contacts;
using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.Contacts.UseCases;

/// <summary>Whose a number or an id in another system is, and what a commit has to hold so that it stays one contact's.</summary>
public sealed class ContactBook(IEventStore store)
{
    /// <summary>Whose a number is.</summary>
    /// <param name="ContactId">The contact that has it, or the one it will make by its first text.</param>
    /// <param name="Key">The number's key.</param>
    /// <param name="Unclaimed">That contact, where nobody has the number.</param>
    public sealed record Holder(Guid ContactId, EventStream<Key, KeyEvent> Key, EventStream<Contact, ContactEvent>? Unclaimed)
    {
        /// <summary>The commit's parts that make the number's contact known; none where somebody has the number.</summary>
        public IEnumerable<Append> BecomeKnown(PhoneNumber number, DateTimeOffset at, Cause cause)
        {
            if (Unclaimed is null)
                yield break;
            yield return Key.Append([new KeyEvent.Claimed(ContactId)], cause);
            if (ContactDecider.Decide(Unclaimed.State, new ContactCommand.BecomeKnown(number.Value, at)) is { Length: > 0 } events)
                yield return Unclaimed.Append(events, cause);
        }
    }

    /// <summary>Whose a number is, however it is written.</summary>
    public async Task<Holder> HolderOf(PhoneNumber number, CancellationToken ct)
    {
        var key = await store.Load(Key.Stream, Key.Of(number), ct);
        if (key.State.Owner is { } owner)
            return new Holder(owner, key, null);
        // Contacts of before there were keys are found by the number they first wrote from.
        if (key.State.Owners == 0)
            foreach (var variant in number.Variants())
                if (await store.Load(Contact.Stream, Contact.IdFor(variant.Value), ct) is { State.Known: true } known)
                    return new Holder(Contact.IdOf(known.StreamId), key, known);
        var id = Contact.IdFor(number.Canonical().Value, key.State.Owners);
        return new Holder(id, key, await store.Load(Contact.Stream, id, ct));
    }

    /// <summary>Whose an id in another system is, or null.</summary>
    public async Task<Guid?> HolderOf(string externalId, CancellationToken ct) =>
        (await store.Load(Key.Stream, Key.OfExternalId(externalId), ct)).State.Owner;

    /// <summary>The contact that this one turned out to be in the end; most often itself.</summary>
    public async Task<EventStream<Contact, ContactEvent>> StandingFor(Guid id, CancellationToken ct)
    {
        var contact = await store.Load(Contact.Stream, id, ct);
        while (contact.State.MergedInto is { } into)
            contact = await store.Load(Contact.Stream, into, ct);
        return contact;
    }

    /// <summary>
    /// The commit that records facts of a contact: with the keys they give and take, and with what is taken from a part of the
    /// contact taken there too, so that it does not have it either once it stands for itself again.
    /// </summary>
    /// <exception cref="RefusedException">A number or id is another contact's.</exception>
    public async Task<List<Append>> Appends(
        EventStream<Contact, ContactEvent> contact, IReadOnlyCollection<ContactEvent> events, Cause cause, CancellationToken ct)
    {
        if (events.Count == 0)
            return [];
        var (id, keys) = (Contact.IdOf(contact.StreamId), new List<Append>());
        var parts = new Dictionary<Guid, (EventStream<Contact, ContactEvent> Stream, List<ContactEvent> Events)>();
        foreach (var fact in events)
        {
            if (KeyOf(fact) is not { } keyId)
                continue;
            var key = await store.Load(Key.Stream, keyId, ct);
            if (fact is ContactEvent.NumberAdded or ContactEvent.ExternalIdAdded)
            {
                if ((key.State.Owner ?? await BeforeKeys(fact, ct)) is not { } has)
                    keys.Add(key.Append([new KeyEvent.Claimed(id)], cause));
                else if (await StandingFor(has, ct) is var other && other.StreamId != contact.StreamId)
                    throw new RefusedException($"A number or external id belongs to contact {Contact.IdOf(other.StreamId)}: merge the two, or take it away there.");
                continue;
            }
            var owner = key.State.Owner ?? id;
            keys.Add(key.Append(key.State.Owner is null ? [new KeyEvent.Claimed(id), new KeyEvent.Released(id)] : [new KeyEvent.Released(owner)], cause));
            for (Guid? part = owner; part is { } at && at != id;)
            {
                if (!parts.TryGetValue(at, out var known))
                    parts.Add(at, known = (await store.Load(Contact.Stream, at, ct), []));
                known.Events.Add(fact);
                part = known.Stream.State.MergedInto;
            }
        }
        return [contact.Append(events, cause), .. parts.Values.Select(part => part.Stream.Append(part.Events, cause)), .. keys];
    }

    private async Task<Guid?> BeforeKeys(ContactEvent fact, CancellationToken ct) =>
        fact is ContactEvent.NumberAdded e && await HolderOf(PhoneNumber.Parse(e.Number), ct) is { Unclaimed.State.Known: true } holder ? holder.ContactId : null;

    private static Guid? KeyOf(ContactEvent fact) => fact switch
    {
        ContactEvent.NumberAdded e => Key.Of(PhoneNumber.Parse(e.Number)),
        ContactEvent.NumberRemoved e => Key.Of(PhoneNumber.Parse(e.Number)),
        ContactEvent.ExternalIdAdded e => Key.OfExternalId(e.ExternalId),
        ContactEvent.ExternalIdRemoved e => Key.OfExternalId(e.ExternalId),
        _ => null,
    };
}
