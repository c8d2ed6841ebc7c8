using Sms.EventStore;

namespace Sms.Contacts.Contacts;

/// <summary>A fact about a contact.</summary>
public abstract record ContactEvent
{
    /// <summary>Someone who was unknown has become a contact by a text.</summary>
    /// <param name="Number">The number, short code or name they write from, as the gateway gives it.</param>
    /// <param name="At">When the text that made them known was sent.</param>
    [StoredAs("contacts.contact-created.v1")]
    public sealed record ContactCreated(string Number, DateTimeOffset At) : ContactEvent;

    /// <summary>The contact has texted one of our numbers. Texts have streams of their own now (<c>contacts.sms-received.v2</c>).</summary>
    /// <param name="SmsId">The text's identity.</param>
    /// <param name="Endpoint">The webhook endpoint it came in by.</param>
    /// <param name="To">Our number that was texted.</param>
    /// <param name="Text">What they wrote.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    [StoredAs("contacts.sms-received.v1")]
    public sealed record SmsReceived(Guid SmsId, string Endpoint, string To, string Text, DateTimeOffset SentAt) : ContactEvent;

    /// <summary>A person or an import has entered a contact.</summary>
    /// <param name="At">When.</param>
    /// <param name="Request">Tells the request that asked for it from another with the same key; null without a key.</param>
    [StoredAs("contacts.contact-entered.v1")]
    public sealed record ContactEntered(DateTimeOffset At, string? Request) : ContactEvent;

    /// <summary>The contact writes from this number too.</summary>
    [StoredAs("contacts.number-added.v1")]
    public sealed record NumberAdded(string Number) : ContactEvent;

    /// <summary>The number is the contact's no more; what came from it stays with the contact.</summary>
    [StoredAs("contacts.number-removed.v1")]
    public sealed record NumberRemoved(string Number) : ContactEvent;

    /// <summary>The contact has this name now; null for none.</summary>
    [StoredAs("contacts.name-set.v1")]
    public sealed record NameSet(string? Name) : ContactEvent;

    /// <summary>The contact has this language now; null for none.</summary>
    [StoredAs("contacts.language-set.v1")]
    public sealed record LanguageSet(string? Language) : ContactEvent;

    /// <summary>The contact lives in this time zone now; null for none.</summary>
    [StoredAs("contacts.time-zone-set.v1")]
    public sealed record TimeZoneSet(string? TimeZone) : ContactEvent;

    /// <summary>The contact has been tagged.</summary>
    [StoredAs("contacts.contact-tagged.v1")]
    public sealed record Tagged(string Tag) : ContactEvent;

    /// <summary>The contact has a tag less.</summary>
    [StoredAs("contacts.contact-untagged.v1")]
    public sealed record Untagged(string Tag) : ContactEvent;

    /// <summary>A field of the business's own has this value now; null for none.</summary>
    [StoredAs("contacts.field-set.v1")]
    public sealed record FieldSet(string Name, string? Value) : ContactEvent;

    /// <summary>Another system knows the contact by this id, <c>system:id</c>.</summary>
    [StoredAs("contacts.external-id-added.v1")]
    public sealed record ExternalIdAdded(string ExternalId) : ContactEvent;

    /// <summary>Another system knows the contact by this id no more.</summary>
    [StoredAs("contacts.external-id-removed.v1")]
    public sealed record ExternalIdRemoved(string ExternalId) : ContactEvent;

    /// <summary>It has been said whether this is who it seems to be.</summary>
    [StoredAs("contacts.verification-set.v1")]
    public sealed record VerificationSet(bool Verified) : ContactEvent;

    /// <summary>Somebody has noted something.</summary>
    [StoredAs("contacts.note-added.v1")]
    public sealed record NoteAdded(Note Note) : ContactEvent;

    /// <summary>A note has been taken away.</summary>
    [StoredAs("contacts.note-removed.v1")]
    public sealed record NoteRemoved(Guid NoteId) : ContactEvent;

    /// <summary>This contact turned out to be another one, and counts as part of that until it is taken out again.</summary>
    /// <param name="Into">The other one.</param>
    /// <param name="Family">This contact and all that had been merged into it.</param>
    [StoredAs("contacts.contact-merged.v1")]
    public sealed record Merged(Guid Into, IReadOnlyList<Guid> Family) : ContactEvent;

    /// <summary>Another contact turned out to be this one.</summary>
    /// <param name="ContactId">The other one.</param>
    /// <param name="Family">The other one and all that had been merged into it.</param>
    /// <param name="Card">What was known of it.</param>
    /// <param name="After">What is known of this contact from now on.</param>
    [StoredAs("contacts.contact-absorbed.v1")]
    public sealed record Absorbed(Guid ContactId, IReadOnlyList<Guid> Family, ContactCard Card, ContactCard After) : ContactEvent;

    /// <summary>This contact was somebody else after all, and stands for itself again as it was before.</summary>
    /// <param name="From">The contact it had been merged into.</param>
    /// <param name="Family">This contact and all that had been merged into it.</param>
    [StoredAs("contacts.contact-unmerged.v1")]
    public sealed record Unmerged(Guid From, IReadOnlyList<Guid> Family) : ContactEvent;

    /// <summary>A contact that had been merged into this one is somebody else after all.</summary>
    /// <param name="ContactId">That contact.</param>
    /// <param name="Family">That contact and all that had been merged into it.</param>
    /// <param name="After">What is known of this contact without it.</param>
    [StoredAs("contacts.contact-released.v1")]
    public sealed record Released(Guid ContactId, IReadOnlyList<Guid> Family, ContactCard After) : ContactEvent;
}
