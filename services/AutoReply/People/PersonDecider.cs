using Sms.AutoReply.Rules;
using static Sms.AutoReply.People.PersonEvent;

namespace Sms.AutoReply.People;

/// <summary>What news about a person changes, and what a ruling adds to what is remembered of them.</summary>
public static class PersonDecider
{
    /// <summary>What is to be remembered of a ruling.</summary>
    public static PersonEvent[] Ruled(Person person, ReceivedSms sms, Ruling ruling)
    {
        var facts = new List<PersonEvent>();
        if (person.FirstSms is null)
            facts.Add(new FirstTexted(sms.SmsId, sms.At));
        if (AnswerDecider.Remembered(sms, ruling) is var (turn, handedOver))
            facts.Add(new RulesActed(sms.SmsId, ruling.Rules, turn.At, turn.Replies, turn.Heard, turn.Said, handedOver));
        return [.. facts];
    }

    /// <summary>A contact that has, or does not have any more, the person's number. Old news changes nothing.</summary>
    public static PersonEvent[] Saw(Person person, ContactSeen contact) =>
        person.Contacts.TryGetValue(contact.ContactId, out var known) ? known.Version >= contact.Version ? [] : [contact]
        : contact.Gone ? []
        : [contact];

    /// <summary>How a ticket stands. When it is solved the rules have the conversation again.</summary>
    public static PersonEvent[] Saw(Person person, TicketSeen ticket, DateTimeOffset at)
    {
        if (person.Tickets.TryGetValue(ticket.TicketId, out var known) && known.Version >= ticket.Version)
            return [];
        return !ticket.IsOpen && known is { IsOpen: true } && person.History.HandedOver.Contains(ticket.OurNumber)
            ? [ticket, new AutomationResumed(ticket.OurNumber, "system", at)]
            : [ticket];
    }

    /// <summary>A person's text to them has left, or is about to.</summary>
    public static PersonEvent[] Answered(Person person, PersonAnswered answered) =>
        person.PersonAnsweredAt >= answered.At ? [] : [answered];

    /// <summary>Somebody takes the conversation.</summary>
    public static PersonEvent[] Pause(Person person, string ourNumber, string by, DateTimeOffset at) =>
        person.History.HandedOver.Contains(ourNumber) ? [] : [new AutomationPaused(ourNumber, by, at)];

    /// <summary>Somebody gives it back to the rules.</summary>
    public static PersonEvent[] Resume(Person person, string ourNumber, string by, DateTimeOffset at) =>
        person.History.HandedOver.Contains(ourNumber) ? [new AutomationResumed(ourNumber, by, at)] : [];
}
