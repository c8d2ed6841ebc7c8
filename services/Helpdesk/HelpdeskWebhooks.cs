using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.Webhooks;

namespace Sms.Helpdesk;

/// <summary>What Helpdesk tells webhooks.</summary>
public static class HelpdeskWebhooks
{
    /// <summary>The types of events, which facts they are, and what is said of each.</summary>
    public static WebhookEvents Events() => new WebhookEvents(
            new("ticket.opened", "A ticket was opened."),
            new("ticket.changed", "A ticket stands elsewhere, is with somebody else, is more or less urgent or has other tags."),
            new("ticket.solved", "A ticket was solved."),
            new("ticket.message_received", "The customer has written."),
            new("ticket.message_sent", "An agent, a rule or consent has answered."))
        .Tell(Ticket.Stream, Of, (fact, ticket) => new
        {
            ticket = new
            {
                id = Ticket.IdOf(fact.StreamId), number = ticket.Number, status = ticket.Status, priority = ticket.Priority, customer = ticket.Customer,
                ourNumber = ticket.OurNumber, assignee = ticket.Assignee, team = ticket.Team, tags = ticket.Tags,
            },
            message = fact.Data switch
            {
                TicketEvent.CustomerWrote sms => new { id = sms.SmsId, direction = "inbound", text = sms.Text, at = sms.SentAt, author = (string?)null },
                TicketEvent.AgentReplied reply => new { id = reply.SendId, direction = "outbound", text = reply.Text, at = reply.At, author = (string?)fact.Actor },
                TicketEvent.TextSent text => new { id = text.SendId, direction = "outbound", text = text.Text, at = text.At, author = (string?)text.RequestedBy },
                _ => null,
            },
        });

    private static WebhookEvent? Of(StoredEvent fact) => TypeOf((TicketEvent)fact.Data) is { } type ? new(type, Ticket.IdOf(fact.StreamId)) : null;

    private static string? TypeOf(TicketEvent fact) => fact switch
    {
        TicketEvent.TicketOpened => "ticket.opened",
        TicketEvent.CustomerWrote => "ticket.message_received",
        TicketEvent.AgentReplied or TicketEvent.TextSent => "ticket.message_sent",
        TicketEvent.StatusChanged { Status: Status.Solved } => "ticket.solved",
        TicketEvent.StatusChanged or TicketEvent.TicketReopened or TicketEvent.TicketAssigned or TicketEvent.PriorityChanged or TicketEvent.TagsChanged
            or TicketEvent.TicketMerged or TicketEvent.TicketUnmerged => "ticket.changed",
        _ => null,
    };
}
