using System.Collections.Immutable;
using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.Contacts.Contacts;

/// <summary>A person or machine that texts us or is texted. Its texts are in streams of their own; this one stays short.</summary>
/// <param name="CreatedAt">Since when there is such a contact; null before.</param>
/// <param name="Own">What is known of it by itself.</param>
/// <param name="Parts">The contacts that turned out to be this one, in the order they were merged.</param>
/// <param name="MergedInto">The contact this one turned out to be; null while it stands for itself.</param>
/// <param name="Request">Tells the request that entered it from another with the same key.</param>
public sealed record Contact(
    DateTimeOffset? CreatedAt, ContactCard Own, ImmutableList<Contact.Part> Parts, Guid? MergedInto, string? Request)
{
    // Part of every contact's identity: a different value would make every known number a new contact.
    private static readonly Guid Scope = new("5b1f6c1e-9d0e-4b7e-8f4f-0a6c6d4c2e11");

    /// <summary>A contact's facts, in the order they were recorded.</summary>
    public static readonly StreamOf<Contact, ContactEvent> Stream = new("contact", new Contact(null, ContactCard.Blank, [], null, null), Evolve);

    /// <summary>A contact that has been merged into another.</summary>
    /// <param name="ContactId">Its identity.</param>
    /// <param name="Family">It and all that had been merged into it.</param>
    /// <param name="Card">What is known of it.</param>
    public sealed record Part(Guid ContactId, IReadOnlyList<Guid> Family, ContactCard Card);

    /// <summary>Whether anything has happened to the contact yet.</summary>
    public bool Known => CreatedAt is not null;

    /// <summary>What is known of the contact and of all that turned out to be it.</summary>
    public ContactCard Card => Parts.Aggregate(Own, (card, part) => card.With(part.Card));

    /// <summary>
    /// The contact that a number makes by its first text. The id follows from the number, so two first texts that are handled at
    /// once meet on one stream and the store lets only one of them start it.
    /// </summary>
    /// <param name="number">The number, as it is written.</param>
    /// <param name="before">How many contacts have had the number before: one whose number was taken away keeps its id and history.</param>
    public static Guid IdFor(string number, int before = 0) =>
        before == 0 ? NamedId.Of(Scope, number) : NamedId.Of(Scope, number, before.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The contact a stream is about.</summary>
    public static Guid IdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    /// <summary>The contact and all that have been merged into it.</summary>
    public IReadOnlyList<Guid> Family(Guid id) => [id, .. Parts.SelectMany(part => part.Family)];

    /// <summary>The contact's number on the line of this one, as the contact has it; or null.</summary>
    public string? OnLineOf(PhoneNumber number) =>
        Card.Numbers.FirstOrDefault(known => PhoneNumber.TryParse(known, out var one) && one.Canonical() == number.Canonical());

    private static Contact Evolve(Contact contact, ContactEvent happened) => happened switch
    {
        ContactEvent.ContactCreated e => contact with { CreatedAt = e.At, Own = contact.Own with { Numbers = [e.Number] } },
        ContactEvent.ContactEntered e => contact with { CreatedAt = e.At, Request = e.Request, Own = contact.Own with { Verified = true } },
        ContactEvent.NumberAdded e => contact with { Own = contact.Own with { Numbers = [.. contact.Own.Numbers, e.Number] } },
        ContactEvent.Tagged e => contact with { Own = contact.Own with { Tags = [.. contact.Own.Tags, e.Tag] } },
        ContactEvent.NoteAdded e => contact with { Own = contact.Own with { Notes = [.. contact.Own.Notes, e.Note] } },
        ContactEvent.NameSet { Name: not null } e => contact with { Own = contact.Own with { Name = e.Name } },
        ContactEvent.LanguageSet { Language: not null } e => contact with { Own = contact.Own with { Language = e.Language } },
        ContactEvent.TimeZoneSet { TimeZone: not null } e => contact with { Own = contact.Own with { TimeZone = e.TimeZone } },
        ContactEvent.FieldSet { Value: not null } e => contact with { Own = contact.Own with { Fields = Set(contact.Own.Fields, e.Name, e.Value) } },
        ContactEvent.ExternalIdAdded e => contact with { Own = contact.Own with { ExternalIds = [.. contact.Own.ExternalIds, e.ExternalId] } },
        ContactEvent.VerificationSet { Verified: true } => contact with { Own = contact.Own with { Verified = true } },

        // What is taken away is nowhere any more, whichever of the parts had brought it.
        ContactEvent.NumberRemoved e => contact.Everywhere(card => card with { Numbers = [.. card.Numbers.Where(n => n != e.Number)] }),
        ContactEvent.Untagged e => contact.Everywhere(card => card with { Tags = [.. card.Tags.Where(t => !t.Equals(e.Tag, StringComparison.OrdinalIgnoreCase))] }),
        ContactEvent.NoteRemoved e => contact.Everywhere(card => card with { Notes = [.. card.Notes.Where(n => n.NoteId != e.NoteId)] }),
        ContactEvent.NameSet => contact.Everywhere(card => card with { Name = null }),
        ContactEvent.LanguageSet => contact.Everywhere(card => card with { Language = null }),
        ContactEvent.TimeZoneSet => contact.Everywhere(card => card with { TimeZone = null }),
        ContactEvent.FieldSet e => contact.Everywhere(card => card with { Fields = [.. card.Fields.Where(v => v.Name != e.Name)] }),
        ContactEvent.ExternalIdRemoved e => contact.Everywhere(card => card with { ExternalIds = [.. card.ExternalIds.Where(id => id != e.ExternalId)] }),
        ContactEvent.VerificationSet => contact.Everywhere(card => card with { Verified = false }),

        ContactEvent.Absorbed e => contact with { Parts = contact.Parts.Add(new Part(e.ContactId, e.Family, e.Card)) },
        ContactEvent.Released e => contact with { Parts = contact.Parts.RemoveAll(part => part.ContactId == e.ContactId) },
        ContactEvent.Merged e => contact with { MergedInto = e.Into },
        ContactEvent.Unmerged => contact with { MergedInto = null },
        _ => contact,
    };

    private Contact Everywhere(Func<ContactCard, ContactCard> change) =>
        this with { Own = change(Own), Parts = [.. Parts.Select(part => part with { Card = change(part.Card) })] };

    private static IReadOnlyList<NamedValue> Set(IReadOnlyList<NamedValue> values, string name, string value) =>
        [.. values.Where(v => v.Name != name), new NamedValue(name, value)];
}
