using Sms.Contacts.Contacts;
using Sms.Contacts.Timeline;
using Sms.EventStore;
using Sms.Webhooks;

namespace Sms.Contacts;

/// <summary>What Contacts tells webhooks.</summary>
public static class ContactWebhooks
{
    /// <summary>The types of events, which facts they are, and what is said of each.</summary>
    public static WebhookEvents Events() => new WebhookEvents(
            new("contact.created", "Somebody has become a contact, by a text or because a person entered them."),
            new("contact.changed", "Something else is known of a contact, or it was merged with another or taken apart again."),
            new("message.received", "A contact has texted one of our numbers."),
            new("message.sent", "The gateway has taken a text of ours to a contact."),
            new("message.delivered", "A text of ours has reached the contact."),
            new("message.failed", "A text of ours has not reached the contact and will not."))
        .Tell(Contact.Stream, OfContact, (fact, contact) => new { contact = Said(Contact.IdOf(fact.StreamId), contact, null) })
        .Tell(OfMessage, async (fact, log, ct) =>
        {
            var id = ((EntryEvent)fact.Data).ContactId;
            var stream = Contact.Stream.StreamId(id.ToString());
            // As the contact was then, so that what is told again is the same.
            var contact = await log.StateAt(stream, Contact.Stream.Name, await log.VersionAt(stream, fact.At, ct), ct) as Contact;
            return fact.Data switch
            {
                EntryEvent.SmsReceived sms => new
                {
                    contact = Said(id, contact, sms.From),
                    message = new { id = sms.SmsId, direction = "inbound", endpoint = sms.Endpoint, from = sms.From, to = sms.To, text = sms.Text, at = sms.SentAt },
                },
                EntryEvent.SmsChanged sms => new
                {
                    contact = Said(id, contact, sms.To),
                    message = new
                    {
                        id = sms.SendId, direction = "outbound", endpoint = sms.Endpoint, from = sms.From, to = sms.To, text = sms.Text, at = sms.ChangedAt,
                        inReplyTo = sms.InReplyTo, purpose = sms.Purpose, requestedBy = sms.RequestedBy, reason = sms.Reason,
                    },
                },
                _ => (object?)null,
            };
        });

    private static WebhookEvent? OfContact(StoredEvent fact) => fact.Data switch
    {
        ContactEvent.ContactCreated or ContactEvent.ContactEntered => new("contact.created", Contact.IdOf(fact.StreamId)),
        // How texts were stored when they were part of the contact.
        ContactEvent.SmsReceived => null,
        _ => new("contact.changed", Contact.IdOf(fact.StreamId)),
    };

    private static WebhookEvent? OfMessage(StoredEvent fact) => fact.Data switch
    {
        EntryEvent.SmsReceived e => new("message.received", e.ContactId),
        EntryEvent.SmsChanged { Status: "accepted" } e => new("message.sent", e.ContactId),
        EntryEvent.SmsChanged { Status: "delivered" } e => new("message.delivered", e.ContactId),
        EntryEvent.SmsChanged { Status: "failed" } e => new("message.failed", e.ContactId),
        _ => null,
    };

    /// <summary>A contact.</summary>
    /// <param name="id">Its identity.</param>
    /// <param name="contact">It; null for one that has not become a contact.</param>
    /// <param name="number">The number it is about; the contact's first where it is about none.</param>
    private static object Said(Guid id, Contact? contact, string? number)
    {
        var card = contact?.Card ?? ContactCard.Blank;
        return new
        {
            id, number = number ?? (card.Numbers is [var first, ..] ? first : null), numbers = card.Numbers, name = card.Name, language = card.Language, timeZone = card.TimeZone,
            tags = card.Tags, fields = card.Fields.ToDictionary(field => field.Name, field => field.Value), externalIds = card.ExternalIds,
            verified = card.Verified, mergedInto = contact?.MergedInto,
        };
    }
}
