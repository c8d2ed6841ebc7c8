using Sms.BusMessages;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;

namespace Sms.Helpdesk;

/// <summary>What Helpdesk says in public: what agents want sent, and where tickets stand.</summary>
public static class TicketBus
{
    /// <summary>The public messages that follow from a fact alone.</summary>
    public static IEnumerable<object> From(StoredEvent happened) => happened.Data is TicketEvent.AgentReplied reply
        ?
        [
            new SendSms
            {
                SendId = reply.SendId,
                InReplyTo = reply.InReplyTo,
                Endpoint = reply.Endpoint,
                From = reply.From,
                To = reply.To,
                Text = reply.Text,
                RequestedBy = happened.Actor,
                RequestedAt = reply.At,
                ExpiresAt = reply.ExpiresAt,
                Purpose = "reply",
            },
        ]
        : [];

    /// <summary>How to tell where a ticket stands after a fact; null for a fact that leaves it where it is.</summary>
    public static Func<Ticket, IEnumerable<object>>? Standing(StoredEvent happened) => happened.Data is
        TicketEvent.TicketOpened or TicketEvent.TicketNumbered or TicketEvent.TicketReopened or TicketEvent.StatusChanged or TicketEvent.TicketAssigned
        or TicketEvent.PriorityChanged or TicketEvent.TagsChanged or TicketEvent.TicketMerged or TicketEvent.TicketUnmerged
        ? ticket =>
        [
            new TicketChanged
            {
                TicketId = Ticket.IdOf(happened.StreamId),
                Version = happened.Version,
                Number = ticket.Number,
                Customer = ticket.Customer,
                OurNumber = ticket.OurNumber,
                Status = ticket.Status!,
                Priority = ticket.Priority,
                Assignee = ticket.Assignee,
                Team = ticket.Team,
                Tags = ticket.Tags.IsEmpty ? null : string.Join('\n', ticket.Tags),
                ChangedAt = happened.At,
            },
        ]
        : null;
}
