using Sms.EventStore;
using Sms.Helpdesk.Sla;
using Sms.Helpdesk.Tickets;
using static Sms.Helpdesk.Tickets.TicketEvent;

namespace Sms.Helpdesk.Tests.Tickets;

/// <summary>What belongs where, and taking it back. Of a conversation's tickets at most one stays open.</summary>
public sealed class CorrectionsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly MovedText First = new(Guid.NewGuid(), "sms", "+1", "+2", "hello", Noon), Second = First with { SmsId = Guid.NewGuid(), Text = "and this", SentAt = Noon.AddMinutes(1) };
    private static readonly Guid Move = Guid.NewGuid();

    private readonly Corrections.Known _open = Known(5, Status.New, First, Second), _solved = Known(4, Status.Solved, First);

    [Fact]
    public void Moved_texts_leave_one_ticket_and_come_to_the_other_and_nothing_else_changes()
    {
        var (source, target, turn) = Corrections.Move(Move, _open, _solved, [Second]);
        turn.ShouldBeNull();
        (After(_open, source).Texts, After(_open, source).Status).ShouldBe((1, Status.New));
        (After(_solved, target).Texts, After(_solved, target).Status).ShouldBe((2, Status.Solved));
        After(_open, source).Moves[Move].ToNumber.ShouldBe(4);
        Refused(() => Corrections.Move(Move, _open, _open, [Second]));
        Refused(() => Corrections.Move(Move, Merged(_open), _solved, [Second]));
    }

    [Fact]
    public void A_split_opens_the_new_ticket_and_solves_the_old_one()
    {
        var (source, target, turn) = Corrections.Split(Move, _open, Guid.NewGuid(), 6, [Second], otherIsOpen: false, Terms.Initial, Noon);
        turn.ShouldBe(new Turn(ToTarget: true, Conversation.WasSplit));
        var (old, split) = (After(_open, source), target.Aggregate(Ticket.Stream.Initial, Ticket.Stream.Evolve));
        (old.Status, old.Texts, old.ClosesAt).ShouldBe((Status.Solved, 1, Noon.AddDays(1)));
        (split.Status, split.Texts, split.Number, split.Follows, split.FollowsNumber, split.Latest!.SmsId).ShouldBe((Status.New, 1, 6, _open.Id, 5, Second.SmsId));
    }

    [Fact]
    public void Beside_another_open_ticket_what_is_split_off_is_closed()
    {
        var (source, target, turn) = Corrections.Split(Move, Known(4, Status.Solved, First, Second), Guid.NewGuid(), 6, [Second], otherIsOpen: true, Terms.Initial, Noon);
        turn.ShouldBeNull();
        source.ShouldHaveSingleItem();
        target.Aggregate(Ticket.Stream.Initial, Ticket.Stream.Evolve).ShouldSatisfyAllConditions(split => split.Status.ShouldBe(Status.Closed), split => split.EndedAt.ShouldBe(Noon));
    }

    [Fact]
    public void Not_all_texts_can_be_split_off() => Refused(() => Corrections.Split(Move, _open, Guid.NewGuid(), 6, [First, Second], false, Terms.Initial, Noon));

    [Fact]
    public void A_split_that_is_taken_back_leaves_everything_where_it_was()
    {
        var (source, target, _) = Corrections.Split(Move, _open, Guid.NewGuid(), 6, [Second], otherIsOpen: false, Terms.Initial, Noon);
        var (old, split) = (_open with { Ticket = After(_open, source) }, new Corrections.Known(Guid.NewGuid(), target.Aggregate(Ticket.Stream.Initial, Ticket.Stream.Evolve)));
        var (back, left, turn) = Corrections.Undo(Guid.NewGuid(), Move, old, split, [Second], Terms.Initial, Noon);
        turn.ShouldBe(new Turn(ToTarget: false, Conversation.WasUndone));
        (After(old, back).Status, After(old, back).Texts, After(old, back).Moves.Count).ShouldBe((Status.Open, 2, 0));
        (After(split, left).Status, After(split, left).Texts).ShouldBe((Status.Closed, 0));
    }

    [Fact]
    public void What_came_to_the_new_ticket_meanwhile_stays_there_and_so_does_its_status()
    {
        var split = Known(6, Status.Open, Second, First with { SmsId = Guid.NewGuid() });
        var (back, left, turn) = Corrections.Undo(Guid.NewGuid(), Move, _solved, split, [Second], Terms.Initial, Noon);
        turn.ShouldBeNull();
        (After(_solved, back).Status, After(split, left).Status, After(split, left).Texts).ShouldBe((Status.Solved, Status.Open, 1));
    }

    [Fact]
    public void A_merged_ticket_is_closed_and_the_other_open_again_where_it_was()
    {
        var merge = Guid.NewGuid();
        var (source, target, turn) = Corrections.Merge(merge, _open, _solved, blocking: null, Terms.Initial, Noon);
        turn.ShouldBe(new Turn(ToTarget: true, Conversation.WasMerged));
        After(_open, source).ShouldSatisfyAllConditions(t => t.Status.ShouldBe(Status.Closed), t => t.MergedInto.ShouldBe(new Ticket.Merge(merge, _solved.Id, 4)));
        After(_solved, target).ShouldSatisfyAllConditions(t => t.Status.ShouldBe(Status.Open), t => t.Absorbed.Single().Ticket.ShouldBe(_open.Id));

        Corrections.Merge(merge, _solved, _open, null, Terms.Initial, Noon).ShouldSatisfyAllConditions(
            merged => merged.TurnsTo.ShouldBeNull(), merged => After(_open, merged.Target).Status.ShouldBe(Status.New));
    }

    [Fact]
    public void A_ticket_is_not_merged_into_itself_not_twice_and_not_into_one_that_cannot_be_reopened()
    {
        Refused(() => Corrections.Merge(Guid.NewGuid(), _open, _open, null, Terms.Initial, Noon));
        Refused(() => Corrections.Merge(Guid.NewGuid(), Merged(_open), _solved, null, Terms.Initial, Noon));
        Refused(() => Corrections.Merge(Guid.NewGuid(), _open, _solved, 9, Terms.Initial, Noon));
    }

    [Theory]
    [InlineData(Status.OnHold, false, Status.Open)]
    [InlineData(Status.Open, true, Status.Solved)]
    [InlineData(Status.Closed, false, Status.Closed)]
    [InlineData(Status.Solved, true, Status.Solved)]
    public void A_merge_that_is_taken_back_leaves_the_ticket_where_it_may_be(string before, bool otherIsOpen, string after)
    {
        var known = Known(5, before, First);
        var merged = Merged(known);
        var (source, target, turn) = Corrections.Unmerge(merged, _solved, otherIsOpen, Noon);
        (After(merged, source).Status, After(merged, source).MergedInto, turn is not null).ShouldBe((after, null, after == Status.Open));
        target.ShouldHaveSingleItem().ShouldBeOfType<TicketReleased>();
        Refused(() => Corrections.Unmerge(known, _solved, otherIsOpen, Noon));
    }

    private static Corrections.Known Merged(Corrections.Known known) =>
        known with { Ticket = Ticket.Stream.Evolve(known.Ticket, new TicketMerged(Guid.NewGuid(), Guid.NewGuid(), 9, Noon)) };

    private static Corrections.Known Known(long number, string status, params MovedText[] texts)
    {
        TicketEvent[] facts =
        [
            new TicketOpened("+1", "+2") { Number = number, Endpoint = "sms", At = Noon.AddHours(-1) },
            .. texts.Select(text => new CustomerWrote(text.SmsId, "sms", text.Text, text.SentAt)),
        ];
        var ticket = facts.Aggregate(Ticket.Stream.Initial, Ticket.Stream.Evolve);
        return new(Guid.NewGuid(), status == Status.New ? ticket : Ticket.Stream.Evolve(ticket, new StatusChanged(status, Noon, null, null, null)));
    }

    private static Ticket After(Corrections.Known known, TicketEvent[] facts) => facts.Aggregate(known.Ticket, Ticket.Stream.Evolve);

    private static void Refused(Func<object> correct) => Should.Throw<RefusedException>(correct);
}
