using Sms.EventStore;

namespace Sms.Contacts.Timeline;

/// <summary>
/// What is on record of one thing in a contact's timeline: a text, a ticket's change, a fact of consent. Each has a stream of its
/// own: put on record again it changes nothing, and a contact with ten thousand texts costs no more than one with none.
/// </summary>
/// <param name="ContactId">Whose timeline it is in; null before.</param>
/// <param name="Revision">The latest of its revisions; 0 before the first.</param>
public sealed record Entry(Guid? ContactId, long Revision)
{
    /// <summary>Texts that came in.</summary>
    public static readonly StreamOf<Entry, EntryEvent> Inbound = Of("inbound");

    /// <summary>Texts of ours.</summary>
    public static readonly StreamOf<Entry, EntryEvent> Outbound = Of("outbound");

    /// <summary>Changes of tickets.</summary>
    public static readonly StreamOf<Entry, EntryEvent> Ticket = Of("ticket");

    /// <summary>Facts of consent.</summary>
    public static readonly StreamOf<Entry, EntryEvent> Consent = Of("consent");

    private static readonly Guid Scope = new("7e0c9d54-1f5b-4a0e-8d3a-2b9a6c1e4f77");

    /// <summary>The entry of one change of a ticket.</summary>
    public static Guid OfTicket(Guid ticketId, long version) =>
        NamedId.Of(Scope, ticketId.ToString(), version.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The entry of what one text did to consent, where no fact of a ledger is named.</summary>
    public static Guid OfScreening(Guid smsId) => NamedId.Of(Scope, smsId.ToString());

    /// <summary>What is new about it: nothing where a later revision, or this one, is on record.</summary>
    public EntryEvent[] Record(EntryEvent fact, long revision = 1) => revision > Revision ? [fact] : [];

    private static StreamOf<Entry, EntryEvent> Of(string name) => new(name, new Entry(null, 0), (entry, happened) =>
        new Entry(entry.ContactId ?? happened.ContactId, happened is EntryEvent.SmsChanged e ? e.Revision : entry.Revision + 1));
}

/// <summary>A fact in a contact's timeline.</summary>
/// <param name="ContactId">
/// Whose: the contact that had the number when it was put on record, or the one the number will make by its first text. A merge
/// changes nothing here, so that it can be taken back.
/// </param>
public abstract record EntryEvent(Guid ContactId)
{
    /// <summary>The contact has texted one of our numbers.</summary>
    /// <param name="ContactId">Whose, as of when it was put on record.</param>
    /// <param name="SmsId">The text's identity.</param>
    /// <param name="From">The number they wrote from.</param>
    /// <param name="Endpoint">The webhook endpoint it came in by.</param>
    /// <param name="To">Our number that was texted.</param>
    /// <param name="Text">What they wrote.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    [StoredAs("contacts.sms-received.v2")]
    public sealed record SmsReceived(
        Guid ContactId, Guid SmsId, string From, string Endpoint, string To, string Text, DateTimeOffset SentAt) : EntryEvent(ContactId);

    /// <summary>A text of ours to the contact has been asked for or got on.</summary>
    /// <param name="ContactId">Whose, as of when it was put on record.</param>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Revision">Tells later news of it from earlier.</param>
    /// <param name="InReplyTo">The inbound text it answers; null for one that answers none.</param>
    /// <param name="Endpoint">The endpoint it leaves through.</param>
    /// <param name="From">Our number.</param>
    /// <param name="To">Theirs.</param>
    /// <param name="Text">What it says.</param>
    /// <param name="Purpose">What it is for.</param>
    /// <param name="RequestedBy">Who asked for it, as an actor.</param>
    /// <param name="Status">What has become of it.</param>
    /// <param name="Reason">Why, in a short code.</param>
    /// <param name="ChangedAt">When it happened.</param>
    [StoredAs("contacts.sms-changed.v1")]
    public sealed record SmsChanged(
        Guid ContactId, Guid SendId, long Revision, Guid? InReplyTo, string Endpoint, string From, string To, string Text, string Purpose,
        string RequestedBy, string Status, string? Reason, DateTimeOffset ChangedAt) : EntryEvent(ContactId);

    /// <summary>A ticket of the contact has been opened or changed.</summary>
    /// <param name="ContactId">Whose, as of when it was put on record.</param>
    /// <param name="TicketId">The ticket.</param>
    /// <param name="Version">Which of its changes.</param>
    /// <param name="Number">The number people know it by.</param>
    /// <param name="Customer">The contact's number.</param>
    /// <param name="OurNumber">Our number.</param>
    /// <param name="Status">Where it stands.</param>
    /// <param name="Priority">How urgent it is.</param>
    /// <param name="Assignee">Who has it, as an actor; null for nobody.</param>
    /// <param name="Team">The team that has it; null for none.</param>
    /// <param name="ChangedAt">When it changed.</param>
    [StoredAs("contacts.ticket-changed.v1")]
    public sealed record TicketChanged(
        Guid ContactId, Guid TicketId, long Version, long Number, string Customer, string OurNumber, string Status, string Priority,
        string? Assignee, string? Team, DateTimeOffset ChangedAt) : EntryEvent(ContactId);

    /// <summary>Whether the contact may be texted has changed.</summary>
    /// <param name="ContactId">Whose, as of when it was put on record.</param>
    /// <param name="EntryId">The fact in the consent ledger, where one is named.</param>
    /// <param name="Person">The contact's number.</param>
    /// <param name="SmsId">The text that did it; null where none did.</param>
    /// <param name="OurNumber">Our number it concerns; null for all of them.</param>
    /// <param name="Purpose">The purpose it concerns; null for all of them.</param>
    /// <param name="Change"><c>opted-out</c>, <c>opted-in</c>, <c>review</c>, <c>paused</c> or <c>resumed</c>.</param>
    /// <param name="EffectiveAt">From when it holds.</param>
    [StoredAs("contacts.consent-changed.v1")]
    public sealed record ConsentChanged(
        Guid ContactId, Guid EntryId, string Person, Guid? SmsId, string? OurNumber, string? Purpose, string Change,
        DateTimeOffset EffectiveAt) : EntryEvent(ContactId);
}
