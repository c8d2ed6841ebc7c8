using Sms.BusMessages;
using Sms.Contacts.Contacts;
using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.Contacts;

/// <summary>What Contacts says to the other services.</summary>
public static class ContactsBus
{
    /// <summary>After every change of a contact: how it is now. A text changes no contact.</summary>
    public static Func<Contact, IEnumerable<object>>? From(StoredEvent fact) => fact.Data is ContactEvent.SmsReceived ? null : contact => [Now(contact, fact)];

    private static ContactChanged Now(Contact contact, StoredEvent fact)
    {
        var card = contact.Card;
        return new ContactChanged
        {
            ContactId = Contact.IdOf(fact.StreamId),
            Version = fact.Version,
            Numbers = string.Join('\n', card.Numbers.SelectMany(Spellings).Distinct()),
            Verified = card.Verified,
            Name = card.Name,
            Tags = card.Tags.Count == 0 ? null : string.Join('\n', card.Tags),
            Language = card.Language,
            TimeZone = card.TimeZone,
            MergedInto = contact.MergedInto,
            ChangedAt = fact.At,
        };
    }

    // A text may come in under any of them.
    private static IEnumerable<string> Spellings(string number) =>
        PhoneNumber.TryParse(number, out var one) ? one.Variants().Select(variant => variant.Value).Prepend(number) : [number];
}
