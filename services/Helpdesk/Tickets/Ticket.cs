using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Helpdesk.Tickets;

/// <summary>Where a ticket stands.</summary>
public enum TicketStatus
{
    /// <summary>Nobody has written yet.</summary>
    None,

    /// <summary>Waiting for us.</summary>
    Open,

    /// <summary>Settled, until the customer writes again.</summary>
    Solved,
}

/// <summary>The conversation between one customer and one of our numbers.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Seen">The texts already on it.</param>
public sealed record Ticket(TicketStatus Status, ImmutableHashSet<Guid> Seen)
{
    // Part of every ticket's identity: a different value would start every conversation anew.
    private static readonly Guid Scope = new("0c8a2f57-6f5d-4d0b-9a67-3c0b2f0f6a52");

    /// <summary>A ticket's facts, in the order they were recorded.</summary>
    public static readonly StreamOf<Ticket, TicketEvent> Stream = new("ticket", new Ticket(TicketStatus.None, []), Evolve);

    /// <summary>
    /// The ticket of this customer with this number of ours. The id follows from the two, so two first texts that are handled
    /// at once meet on one stream and the store lets only one of them start it.
    /// </summary>
    public static Guid IdFor(string customer, string ourNumber) => NamedId.Of(Scope, customer, ourNumber);

    /// <summary>The ticket a stream is about.</summary>
    public static Guid IdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    private static Ticket Evolve(Ticket ticket, TicketEvent happened) => happened switch
    {
        TicketEvent.TicketOpened or TicketEvent.TicketReopened => ticket with { Status = TicketStatus.Open },
        TicketEvent.TicketSolved => ticket with { Status = TicketStatus.Solved },
        TicketEvent.CustomerWrote text => ticket with { Seen = ticket.Seen.Add(text.SmsId) },
        _ => ticket,
    };
}
