using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Contacts.Contacts;

/// <summary>A person or machine that texts us, known by the number it writes from.</summary>
/// <param name="Known">Whether anything has happened to the contact yet.</param>
/// <param name="Seen">The texts already on record.</param>
public sealed record Contact(bool Known, ImmutableHashSet<Guid> Seen)
{
    // Part of every contact's identity: a different value would make every known number a new contact.
    private static readonly Guid Scope = new("5b1f6c1e-9d0e-4b7e-8f4f-0a6c6d4c2e11");

    /// <summary>A contact's facts, in the order they were recorded.</summary>
    public static readonly StreamOf<Contact, ContactEvent> Stream = new("contact", new Contact(false, []), Evolve);

    /// <summary>
    /// The contact that writes from this number. The id follows from the number, so two first texts that are handled at once
    /// meet on one stream and the store lets only one of them start it.
    /// </summary>
    public static Guid IdFor(string number) => NamedId.Of(Scope, number);

    /// <summary>The contact a stream is about.</summary>
    public static Guid IdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    private static Contact Evolve(Contact contact, ContactEvent happened) => happened switch
    {
        ContactEvent.ContactCreated => contact with { Known = true },
        ContactEvent.SmsReceived sms => contact with { Seen = contact.Seen.Add(sms.SmsId) },
        _ => contact,
    };
}
