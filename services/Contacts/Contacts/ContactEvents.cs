using Sms.EventStore;

namespace Sms.Contacts.Contacts;

/// <summary>A fact about a contact.</summary>
public abstract record ContactEvent
{
    /// <summary>Someone who was unknown has become a contact.</summary>
    /// <param name="Number">The number, short code or name they write from, as the gateway gives it.</param>
    /// <param name="At">When the text that made them known was sent.</param>
    [StoredAs("contacts.contact-created.v1")]
    public sealed record ContactCreated(string Number, DateTimeOffset At) : ContactEvent;

    /// <summary>The contact has texted one of our numbers.</summary>
    /// <param name="SmsId">The text's identity.</param>
    /// <param name="Endpoint">The webhook endpoint it came in by.</param>
    /// <param name="To">Our number that was texted.</param>
    /// <param name="Text">What they wrote.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    [StoredAs("contacts.sms-received.v1")]
    public sealed record SmsReceived(Guid SmsId, string Endpoint, string To, string Text, DateTimeOffset SentAt) : ContactEvent;
}
