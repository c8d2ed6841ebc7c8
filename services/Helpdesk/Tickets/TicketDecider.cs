using Sms.EventStore;
using Sms.Helpdesk.Sla;
using static Sms.Helpdesk.Tickets.TicketCommand;
using static Sms.Helpdesk.Tickets.TicketEvent;

namespace Sms.Helpdesk.Tickets;

/// <summary>The rules a ticket follows.</summary>
public static class TicketDecider
{
    /// <summary>What follows from commands, one after the other, as facts; none when they change nothing.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="terms">The policy it follows, with its business hours.</param>
    /// <param name="now">When.</param>
    /// <param name="commands">What is asked.</param>
    /// <exception cref="RefusedException">The ticket's status does not allow it.</exception>
    public static TicketEvent[] Decide(Ticket ticket, Terms terms, DateTimeOffset now, params ReadOnlySpan<TicketCommand> commands)
    {
        var all = new List<TicketEvent>();
        foreach (var command in commands)
        {
            var facts = WithClocks(ticket, Decide(ticket, command, terms, now), terms, now);
            ticket = facts.Aggregate(ticket, Ticket.Stream.Evolve);
            all.AddRange(facts);
        }
        return [.. all];
    }

    /// <summary>Facts, each with what it does to the clocks right after it, so that every state in between is whole.</summary>
    internal static TicketEvent[] WithClocks(Ticket ticket, IEnumerable<TicketEvent> facts, Terms terms, DateTimeOffset now)
    {
        var all = new List<TicketEvent>();
        foreach (var fact in facts)
        {
            var clocks = SlaClocks.After(ticket, fact, terms, now);
            ticket = clocks.Aggregate(Ticket.Stream.Evolve(ticket, fact), Ticket.Stream.Evolve);
            all.Add(fact);
            all.AddRange(clocks);
        }
        return [.. all];
    }

    private static TicketEvent[] Decide(Ticket ticket, TicketCommand command, Terms terms, DateTimeOffset now) => (ticket.Status, command) switch
    {
        (null, Open c) => Opened(c, now),
        (null, _) => throw new RefusedException("There is no such ticket."),
        (_, Open) => throw new RefusedException("The ticket is open already."),
        (_, not (RecordReplyFailed or RecordTextSent or AddNote or Attend)) when ticket.MergedInto is { Number: var elsewhere } =>
            throw new RefusedException($"The ticket goes on in #{elsewhere}."),

        (_, RecordText c) => [.. Woken(ticket, terms, c.SmsId, now), Wrote(ticket, c)],
        (_, SetStatus c) => Set(ticket, c, terms, now),
        (_, AddNote c) => [new NoteAdded(c.NoteId, c.Text)],
        (_, RecordReplyFailed c) => ticket.Status == Status.Pending && ticket.MergedInto is null
            ? [new ReplyFailed(c.SendId, c.Status, c.Reason), new StatusChanged(Status.Open, now, "reply-failed", null, null)]
            : [new ReplyFailed(c.SendId, c.Status, c.Reason)],
        (_, RecordTextSent c) => [new TextSent(c.SendId, c.RequestedBy, c.Purpose, c.Text, c.At)],
        (_, Attend) => Due(ticket, now),

        (Status.Closed, _) => throw new RefusedException("The ticket is closed: open it first."),
        (_, Assign c) when (c.Agent, c.Team) == (ticket.Assignee, ticket.Team) => [],
        (_, Assign c) => [new TicketAssigned(c.Agent, c.Team, c.How)],
        (_, SetPriority c) when c.Priority == ticket.Priority => [],
        (_, SetPriority c) => [new PriorityChanged(c.Priority)],
        (_, ChangeTags c) => Tagged(ticket, c),
        (_, Reply { Then: Status.New }) => throw new RefusedException("A ticket that was answered is not new."),
        (_, Reply c) => Replied(ticket, c, terms, now),
        _ => throw new RefusedException($"Cannot {command.GetType().Name} a ticket that is {ticket.Status}."),
    };

    private static TicketEvent[] Opened(Open c, DateTimeOffset now)
    {
        var opened = new TicketOpened(c.Customer, c.OurNumber) { Number = c.Number, Endpoint = c.Endpoint, At = now, Follows = c.Follows, FollowsNumber = c.FollowsNumber };
        return c.Agent is null && c.Team is null ? [opened] : [opened, new TicketAssigned(c.Agent, c.Team, c.How)];
    }

    private static CustomerWrote Wrote(Ticket ticket, RecordText c) => new(c.SmsId, c.Endpoint, c.Text, c.SentAt)
    {
        Customer = c.Customer == ticket.Customer ? null : c.Customer, OurNumber = c.OurNumber == ticket.OurNumber ? null : c.OurNumber,
    };

    // Whatever we waited for, the customer has the word now. Whether an ended ticket may be reopened is for the conversation to say.
    private static TicketEvent[] Woken(Ticket ticket, Terms terms, Guid smsId, DateTimeOffset now) =>
        ticket.IsOver ? [new TicketReopened(smsId) { At = now, OwnerCleared = !terms.Policy.KeepOwner && ticket.Assignee is not null }]
        : Status.IsPaused(ticket.Status!) ? [new StatusChanged(Status.Open, now, "customer-wrote", null, null)]
        : [];

    private static TicketEvent[] Set(Ticket ticket, SetStatus c, Terms terms, DateTimeOffset now)
    {
        if (c.Status == Status.New)
            throw new RefusedException("A ticket is new only until something is done about it.");
        if (c.Until is not null && !Status.IsPaused(c.Status))
            throw new RefusedException($"Only {Status.Pending} and {Status.OnHold} last until a time.");
        if (c.Status == ticket.Status && c.Until == ticket.WakesAt)
            return [];
        return [new StatusChanged(c.Status, now, c.Reason, c.Until, ClosesAt(c.Status, c.Until, terms, now))];
    }

    private static TicketEvent[] Tagged(Ticket ticket, ChangeTags c)
    {
        var (added, removed) = (c.Add.Except(ticket.Tags).Distinct().ToArray(), c.Remove.Intersect(ticket.Tags).Except(c.Add).ToArray());
        return added.Length + removed.Length == 0 ? [] : [new TagsChanged(added, removed)];
    }

    private static TicketEvent[] Replied(Ticket ticket, Reply c, Terms terms, DateTimeOffset now)
    {
        var reply = ticket.Latest is { } latest
            ? new AgentReplied(c.SendId, latest.SmsId, latest.Endpoint, latest.OurNumber, latest.Customer, c.Text, now, c.ExpiresAt, c.Source)
            : new AgentReplied(c.SendId, Guid.Empty, ticket.Endpoint, ticket.OurNumber, ticket.Customer, c.Text, now, c.ExpiresAt, c.Source);
        return [reply, .. Set(ticket, new SetStatus(c.Then ?? Status.Pending, Reason: "replied"), terms, now)];
    }

    private static TicketEvent[] Due(Ticket ticket, DateTimeOffset now)
    {
        List<TicketEvent> due =
        [
            .. from clock in ticket.Clocks.Values
               where clock is { State: Clock.Running, Missed: false } && clock.DueAt <= now
               select new TargetMissed(clock.Metric, clock.DueAt!.Value),
        ];
        if (ticket.WakesAt <= now)
            due.Add(new StatusChanged(Status.Open, now, "woken", null, null));
        else if (ticket.ClosesAt <= now)
            due.Add(new StatusChanged(Status.Closed, now, ticket.Status == Status.Pending ? "idle" : "settled", null, null));
        return [.. due];
    }

    // A solved ticket is closed when no text reopens it any more. One that waits for its customer is given up after a while, never
    // one whose customer waits for us.
    private static DateTimeOffset? ClosesAt(string status, DateTimeOffset? until, Terms terms, DateTimeOffset now) => status switch
    {
        Status.Solved => now.AddMinutes(terms.Policy.ReopenMinutes),
        Status.Pending when until is null && terms.Policy.IdleHours > 0 => now.AddHours(terms.Policy.IdleHours),
        _ => null,
    };
}
