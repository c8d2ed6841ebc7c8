using static Sms.Contacts.Contacts.ContactEvent;

namespace Sms.Contacts.Contacts;

/// <summary>What may be asked of a contact.</summary>
public abstract record ContactCommand
{
    /// <summary>Put a text of theirs on record.</summary>
    public sealed record RecordSms(
        Guid SmsId, string Endpoint, string From, string To, string Text, DateTimeOffset SentAt) : ContactCommand;
}

/// <summary>The rules by which contacts come to be and collect their texts.</summary>
public static class ContactDecider
{
    /// <summary>What follows from a command, as facts; none when it changes nothing.</summary>
    public static ContactEvent[] Decide(Contact contact, ContactCommand command) => command switch
    {
        ContactCommand.RecordSms c when contact.Seen.Contains(c.SmsId) => [],
        ContactCommand.RecordSms c when contact.Known => [Received(c)],
        ContactCommand.RecordSms c => [new ContactCreated(c.From, c.SentAt), Received(c)],

        _ => throw new ArgumentException($"{command.GetType().Name} is not something a contact can do.", nameof(command)),
    };

    private static SmsReceived Received(ContactCommand.RecordSms c) => new(c.SmsId, c.Endpoint, c.To, c.Text, c.SentAt);
}
