using Sms.EventStore;
using Sms.Helpdesk.Sla;
using static Sms.Helpdesk.Tickets.TicketEvent;

namespace Sms.Helpdesk.Tickets;

/// <summary>What a correction means for the two tickets it is about.</summary>
/// <param name="Source">Facts of the ticket that something is taken from.</param>
/// <param name="Target">Facts of the ticket that it is given to.</param>
/// <param name="TurnsTo">Which of the two its conversation goes on in from here; null where that stays.</param>
public sealed record Correction(TicketEvent[] Source, TicketEvent[] Target, Turn? TurnsTo = null);

/// <summary>The ticket a conversation goes on in after a correction, and why.</summary>
public sealed record Turn(bool ToTarget, string Why);

/// <summary>Splitting, moving and merging, and taking each of them back. Of a conversation's tickets at most one stays open.</summary>
public static class Corrections
{
    /// <summary>A ticket with its id.</summary>
    public sealed record Known(Guid Id, Ticket Ticket);

    /// <summary>Texts belong to another ticket of the same customer. Where the tickets stand does not change.</summary>
    public static Correction Move(Guid moveId, Known source, Known target, IReadOnlyList<MovedText> texts)
    {
        Refuse(source.Id == target.Id, "The texts are on that ticket already.");
        RefuseMerged(source.Ticket);
        return new(
            [new TextsMovedOut(moveId, [.. texts.Select(text => text.SmsId)], target.Id, target.Ticket.Number)],
            [new TextsMovedIn(moveId, texts, source.Id, source.Ticket.Number)]);
    }

    /// <summary>
    /// Texts become a ticket of their own. The new ticket is open and the old one solved, for a conversation has one open ticket; where
    /// a third one is open, the new one is closed.
    /// </summary>
    public static Correction Split(Guid moveId, Known source, Guid newId, long number, IReadOnlyList<MovedText> texts, bool otherIsOpen, Terms terms, DateTimeOffset now)
    {
        RefuseMerged(source.Ticket);
        Refuse(texts.Count >= source.Ticket.Texts, "At least one text must stay on the ticket.");
        var (old, opened) = (source.Ticket, new TicketOpened(source.Ticket.Customer, source.Ticket.OurNumber)
        {
            Number = number, Endpoint = source.Ticket.Endpoint, At = now, Follows = source.Id, FollowsNumber = source.Ticket.Number, Status = otherIsOpen ? Status.Closed : null,
        });
        List<TicketEvent> left = [new TextsMovedOut(moveId, [.. texts.Select(text => text.SmsId)], newId, number)];
        if (!otherIsOpen && !old.IsOver)
            left.Add(new StatusChanged(Status.Solved, now, "split", null, now.AddMinutes(terms.Policy.ReopenMinutes)));
        List<TicketEvent> begun = [opened];
        if (old.Assignee is not null || old.Team is not null)
            begun.Add(new TicketAssigned(old.Assignee, old.Team, "split"));
        begun.Add(new TextsMovedIn(moveId, texts, source.Id, old.Number));
        return new(
            TicketDecider.WithClocks(old, left, terms, now), TicketDecider.WithClocks(Ticket.Stream.Initial, begun, terms, now),
            otherIsOpen ? null : new Turn(ToTarget: true, Conversation.WasSplit));
    }

    /// <summary>Texts come back, those that are still where they went. A ticket that is left without any is closed, and where it was the open one the other is open again.</summary>
    public static Correction Undo(Guid undoId, Guid moveId, Known source, Known target, IReadOnlyList<MovedText> texts, Terms terms, DateTimeOffset now)
    {
        RefuseMerged(source.Ticket);
        RefuseMerged(target.Ticket);
        var emptied = texts.Count == target.Ticket.Texts;
        var changesOver = emptied && !target.Ticket.IsOver && source.Ticket.IsOver
            && (source.Ticket.Customer, source.Ticket.OurNumber) == (target.Ticket.Customer, target.Ticket.OurNumber);
        List<TicketEvent> back = [new TextsMovedIn(undoId, texts, target.Id, target.Ticket.Number) { Undoes = moveId }];
        if (changesOver)
            back.Insert(0, new StatusChanged(Status.Open, now, "undone", null, null));
        List<TicketEvent> left = [new TextsMovedOut(undoId, [.. texts.Select(text => text.SmsId)], source.Id, source.Ticket.Number) { Undoes = moveId }];
        if (emptied && !target.Ticket.IsOver)
            left.Add(new StatusChanged(Status.Closed, now, "undone", null, null));
        return new(
            TicketDecider.WithClocks(source.Ticket, back, terms, now), TicketDecider.WithClocks(target.Ticket, left, terms, now),
            changesOver ? new Turn(ToTarget: false, Conversation.WasUndone) : null);
    }

    /// <summary>A ticket goes on in another one. Where it was open and the other had ended, the other is open again; not beside a third one that is (<c>blocking</c>, by its number).</summary>
    public static Correction Merge(Guid mergeId, Known source, Known target, long? blocking, Terms terms, DateTimeOffset now)
    {
        Refuse(source.Id == target.Id, "A ticket cannot be merged into itself.");
        RefuseMerged(source.Ticket);
        var reopens = !source.Ticket.IsOver && target.Ticket.IsOver;
        Refuse(reopens && blocking is not null, $"#{blocking} of that conversation is open: merge into that one.");
        List<TicketEvent> absorbed = [new TicketAbsorbed(mergeId, source.Id, source.Ticket.Number)];
        if (reopens)
            absorbed.Insert(0, new StatusChanged(Status.Open, now, "merged", null, null));
        return new(
            TicketDecider.WithClocks(source.Ticket, [new TicketMerged(mergeId, target.Id, target.Ticket.Number, now)], terms, now),
            TicketDecider.WithClocks(target.Ticket, absorbed, terms, now), reopens ? new Turn(ToTarget: true, Conversation.WasMerged) : null);
    }

    /// <summary>A ticket stands for itself again, where it stood; solved, where another of its conversation is open by now.</summary>
    public static Correction Unmerge(Known source, Known target, bool otherIsOpen, DateTimeOffset now)
    {
        if (source.Ticket.MergedInto is not { } merge)
            throw new RefusedException("The ticket was not merged.");
        var before = source.Ticket.StatusBeforeMerge!;
        var status = Status.IsOver(before) ? before : otherIsOpen ? Status.Solved : Status.Open;
        return new(
            [new TicketUnmerged(merge.MergeId, status, now)], [new TicketReleased(merge.MergeId, source.Id)],
            Status.IsOver(status) ? null : new Turn(ToTarget: false, Conversation.WasUndone));
    }

    private static void RefuseMerged(Ticket ticket) => Refuse(ticket.MergedInto is not null, $"#{ticket.Number} goes on in #{ticket.MergedInto?.Number}.");

    private static void Refuse(bool wrong, string reason)
    {
        if (wrong)
            throw new RefusedException(reason);
    }
}
