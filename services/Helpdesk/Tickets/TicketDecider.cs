using Sms.EventStore;
using static Sms.Helpdesk.Tickets.TicketCommand;
using static Sms.Helpdesk.Tickets.TicketEvent;

namespace Sms.Helpdesk.Tickets;

/// <summary>The rules a ticket follows.</summary>
public static class TicketDecider
{
    /// <summary>What follows from a command, as facts; none when it changes nothing.</summary>
    /// <exception cref="RefusedException">The ticket's status does not allow it.</exception>
    public static TicketEvent[] Decide(Ticket ticket, TicketCommand command) => (ticket.Status, command) switch
    {
        (_, RecordCustomerSms c) when ticket.Seen.Contains(c.SmsId) => [],
        (TicketStatus.None, RecordCustomerSms c) => [new TicketOpened(c.From, c.To), Wrote(c)],
        (TicketStatus.Open, RecordCustomerSms c) => [Wrote(c)],
        // However old the text is: whoever solved the ticket had not seen it.
        (TicketStatus.Solved, RecordCustomerSms c) => [new TicketReopened(c.SmsId), Wrote(c)],

        (TicketStatus.Open, Solve) => [new TicketSolved()],
        (TicketStatus.Solved, Solve) => [],

        _ => throw new RefusedException($"Cannot {command.GetType().Name} a ticket with status {ticket.Status}."),
    };

    private static CustomerWrote Wrote(RecordCustomerSms c) => new(c.SmsId, c.Endpoint, c.Text, c.SentAt);
}
