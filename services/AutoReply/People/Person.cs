using System.Collections.Immutable;
using Sms.AutoReply.Rules;
using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.AutoReply.People;

/// <summary>
/// What decisions about one person's texts depend on: who they are, their tickets, what people and rules have said to them. One
/// stream for each number that texts; two instances that rule on two texts of one person meet on it, and the later decides again.
/// </summary>
public sealed record Person(
    Guid? FirstSms, DateTimeOffset? PersonAnsweredAt, AutomationHistory History,
    ImmutableDictionary<Guid, PersonEvent.ContactSeen> Contacts, ImmutableDictionary<Guid, PersonEvent.TicketSeen> Tickets)
{
    // Never change it: it is part of every stream id.
    private static readonly Guid Scope = new("5f2f4c07-52ad-4d0c-9b61-c6f0f5b7d1a9");

    // A ticket's last word is kept so that older news of it is recognised; with a hundred later ones there is none to be expected.
    private const int MostTickets = 100;

    /// <summary>One stream for each person.</summary>
    public static readonly StreamOf<Person, PersonEvent> Stream = new(
        "person", new Person(null, null, AutomationHistory.None, ImmutableDictionary<Guid, PersonEvent.ContactSeen>.Empty, ImmutableDictionary<Guid, PersonEvent.TicketSeen>.Empty), Evolve);

    /// <summary>The stream's id: derived from the number, and not showing it.</summary>
    public static Guid IdOf(PhoneNumber person) => NamedId.Of(Scope, person.Value);

    /// <summary>What is known when a text of theirs is ruled.</summary>
    /// <param name="smsId">The text.</param>
    /// <param name="fromOurNumber">Whether the number is one of ours.</param>
    /// <param name="brake">The breaker that holds replies back, or null.</param>
    public Circumstances Seen(Guid smsId, bool fromOurNumber, string? brake)
    {
        // Several contacts share a number at most for the moment of a merge.
        var contact = Contacts.Values.Where(c => !c.Gone).MaxBy(c => (c.Verified, c.Version));
        var ticket = Tickets.Values.Where(t => t.IsOpen).MaxBy(t => t.Number);
        return new Circumstances
        {
            ContactKnown = contact?.Verified ?? false,
            ContactName = contact?.Name,
            Tags = contact?.Tags ?? [],
            Language = contact?.Language,
            TimeZone = contact?.TimeZone,
            TicketNumber = ticket?.Number,
            TicketStatus = ticket?.Status,
            TicketPriority = ticket?.Priority,
            TicketAssignee = ticket?.Assignee,
            TicketTeam = ticket?.Team,
            FirstContact = FirstSms is null || FirstSms == smsId,
            PersonAnsweredAt = PersonAnsweredAt,
            FromOurNumber = fromOurNumber,
            Brake = brake,
        };
    }

    public static Person Evolve(Person person, PersonEvent happened) => happened switch
    {
        PersonEvent.FirstTexted e => person with { FirstSms = e.SmsId },
        PersonEvent.RulesActed e => person with { History = person.History.After(new(e.At, e.Replies, e.Heard, e.Said), e.Rules, e.HandedOver) },
        PersonEvent.AutomationPaused e => person with { History = person.History.Paused(e.OurNumber) },
        PersonEvent.AutomationResumed e => person with { History = person.History.Resumed(e.OurNumber) },
        PersonEvent.PersonAnswered e => person with { PersonAnsweredAt = e.At },
        PersonEvent.ContactSeen e => person with { Contacts = person.Contacts.SetItem(e.ContactId, e) },
        PersonEvent.TicketSeen e => person with { Tickets = Latest(person.Tickets.SetItem(e.TicketId, e)) },
        _ => person,
    };

    private static ImmutableDictionary<Guid, PersonEvent.TicketSeen> Latest(ImmutableDictionary<Guid, PersonEvent.TicketSeen> tickets) =>
        tickets.Count > MostTickets ? tickets.Remove(tickets.Values.OrderBy(t => t.IsOpen).ThenBy(t => t.Number).First().TicketId) : tickets;
}

/// <summary>What decisions about a person's texts depend on.</summary>
public abstract record PersonEvent
{
    /// <summary>The first text of the person's was ruled.</summary>
    [StoredAs("autoreply.first-texted.v1")]
    public sealed record FirstTexted(Guid SmsId, DateTimeOffset At) : PersonEvent;

    /// <summary>Rules acted on a text of the person's.</summary>
    /// <param name="SmsId">The text.</param>
    /// <param name="Rules">The rules.</param>
    /// <param name="At">When the text came.</param>
    /// <param name="Replies">How many replies it gets.</param>
    /// <param name="Heard">A digest of the text.</param>
    /// <param name="Said">Digests of the replies.</param>
    /// <param name="HandedOver">Our number, where the conversation on it was left to a person.</param>
    [StoredAs("autoreply.rules-acted.v1")]
    public sealed record RulesActed(
        Guid SmsId, IReadOnlyList<string> Rules, DateTimeOffset At, int Replies, long Heard, IReadOnlyList<long> Said, string? HandedOver) : PersonEvent;

    /// <summary>Somebody took the conversation on one of our numbers from the rules.</summary>
    [StoredAs("autoreply.automation-paused.v1")]
    public sealed record AutomationPaused(string OurNumber, string By, DateTimeOffset At) : PersonEvent;

    /// <summary>The conversation on one of our numbers is the rules' again: somebody said so, or its ticket is solved.</summary>
    [StoredAs("autoreply.automation-resumed.v1")]
    public sealed record AutomationResumed(string OurNumber, string By, DateTimeOffset At) : PersonEvent;

    /// <summary>A person texted them from our side.</summary>
    [StoredAs("autoreply.person-answered.v1")]
    public sealed record PersonAnswered(Guid SendId, DateTimeOffset At) : PersonEvent;

    /// <summary>Who the person is, as Contacts has it.</summary>
    /// <param name="ContactId">The contact.</param>
    /// <param name="Version">Its version; a lower one is old news.</param>
    /// <param name="Gone">Whether the contact does not have this number any more.</param>
    /// <param name="Verified">Whether somebody has said who it is.</param>
    /// <param name="Name">Their name.</param>
    /// <param name="Tags">Their tags.</param>
    /// <param name="Language">BCP 47.</param>
    /// <param name="TimeZone">IANA.</param>
    [StoredAs("autoreply.contact-seen.v1")]
    public sealed record ContactSeen(
        Guid ContactId, long Version, bool Gone, bool Verified, string? Name, IReadOnlyList<string> Tags, string? Language, string? TimeZone) : PersonEvent;

    /// <summary>How a ticket of the person's stands, as Helpdesk has it.</summary>
    [StoredAs("autoreply.ticket-seen.v1")]
    public sealed record TicketSeen(
        Guid TicketId, long Version, long Number, string OurNumber, string Status, string Priority, string? Assignee, string? Team) : PersonEvent
    {
        internal bool IsOpen => Status is not ("solved" or "closed");
    }
}
