using Sms.EventStore;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Sla;
using Sms.Helpdesk.Tickets;
using static Sms.Helpdesk.Tickets.TicketCommand;
using static Sms.Helpdesk.Tickets.TicketEvent;

namespace Sms.Helpdesk.Tests.Tickets;

public sealed class TicketDeciderTests
{
    private const string They = "+6581230000", Us = "+6591110000", Dana = "operator:dana";
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly RecordText Hello = new(Guid.NewGuid(), "sms", They, Us, "hello", Noon.AddMinutes(-1));
    private static readonly Open Opening = new(They, Us, "sms", 7, null, null, null, null, "manual");
    private static readonly Reply Answer = new(Guid.NewGuid(), "On its way.", Noon.AddDays(1));

    private static readonly TicketEvent[] New = TicketDecider.Decide(After(), Terms.Initial, Noon, Opening, Hello);
    private static readonly TicketEvent[] Solved = [.. New, .. TicketDecider.Decide(After(New), Terms.Initial, Noon, new SetStatus(Status.Solved))];
    private static readonly TicketEvent[] Closed = [.. New, .. TicketDecider.Decide(After(New), Terms.Initial, Noon, new SetStatus(Status.Closed))];
    private static readonly TicketEvent[] Merged = [.. New, new TicketMerged(Guid.NewGuid(), Guid.NewGuid(), 8, Noon)];

    [Fact]
    public void First_text_opens_a_ticket_that_is_new() => New.ShouldBe(
        [new TicketOpened(They, Us) { Number = 7, Endpoint = "sms", At = Noon }, new CustomerWrote(Hello.SmsId, "sms", "hello", Hello.SentAt)]);

    [Fact]
    public void A_ticket_follows_the_one_before_and_is_given_to_whose_turn_it_is() =>
        Decide(After(), Opening with { Follows = Guid.Empty, FollowsNumber = 3, Team = "support", Agent = Dana, How = "round-robin" }).ShouldBe(
            [new TicketOpened(They, Us) { Number = 7, Endpoint = "sms", At = Noon, Follows = Guid.Empty, FollowsNumber = 3 }, new TicketAssigned(Dana, "support", "round-robin")]);

    [Fact]
    public void A_ticket_is_opened_once() => Refused(After(New), Opening);

    [Fact]
    public void Next_text_joins_it_and_a_new_one_stays_new() => Decide(After(New), Hello).ShouldBe([New[1]]);

    [Fact]
    public void A_text_from_another_number_or_to_another_of_ours_says_so() =>
        Decide(After(New), Hello with { Customer = "+1", OurNumber = "+2" }).ShouldBe([(CustomerWrote)New[1] with { Customer = "+1", OurNumber = "+2" }]);

    [Theory]
    [InlineData(Status.Pending)]
    [InlineData(Status.OnHold)]
    public void A_text_on_a_ticket_that_waits_makes_it_open(string status) => Decide(Standing(status), Hello)[0].ShouldBe(
        new StatusChanged(Status.Open, Noon, "customer-wrote", null, null));

    [Fact]
    public void A_text_on_a_ticket_that_ended_reopens_it_with_its_owner()
    {
        Decide(After(Solved), Hello).ShouldBe([new TicketReopened(Hello.SmsId) { At = Noon }, New[1]]);
        Decide(After(Closed), Hello)[0].ShouldBe(new TicketReopened(Hello.SmsId) { At = Noon });
    }

    [Fact]
    public void Or_without_where_the_policy_says_so()
    {
        var terms = new Terms(Policy.Initial with { KeepOwner = false }, BusinessCalendar.Always);
        TicketDecider.Decide(After([.. New, new TicketAssigned(Dana, null, "manual"), new StatusChanged(Status.Solved, Noon, null, null, null)]), terms, Noon, Hello)[0]
            .ShouldBe(new TicketReopened(Hello.SmsId) { At = Noon, OwnerCleared = true });
        After([.. New, new TicketAssigned(Dana, "support", "manual"), new TicketReopened(Hello.SmsId) { OwnerCleared = true }])
            .ShouldSatisfyAllConditions(ticket => ticket.Assignee.ShouldBeNull(), ticket => ticket.Team.ShouldBe("support"));
    }

    [Fact]
    public void A_solved_ticket_closes_when_no_text_reopens_it_any_more()
    {
        Solved[^1].ShouldBe(new StatusChanged(Status.Solved, Noon, null, null, Noon.AddDays(1)));
        Decide(After(Solved), new Attend()).ShouldBeEmpty();
        Later(After(Solved), TimeSpan.FromDays(1), new Attend()).ShouldBe([new StatusChanged(Status.Closed, Noon.AddDays(1), "settled", null, null)]);
        After([.. Solved, new StatusChanged(Status.Closed, Noon.AddDays(1), "settled", null, null)]).EndedAt.ShouldBe(Noon, "the window counts from the first end");
    }

    [Fact]
    public void A_ticket_that_waits_for_its_customer_is_given_up_after_a_while_and_no_other_is()
    {
        Decide(After(New), new SetStatus(Status.Pending)).ShouldBe([new StatusChanged(Status.Pending, Noon, null, null, Noon.AddDays(7))]);
        Later(Standing(Status.Pending), TimeSpan.FromDays(7), new Attend()).ShouldBe([new StatusChanged(Status.Closed, Noon.AddDays(7), "idle", null, null)]);
        foreach (var status in new[] { Status.Open, Status.OnHold })
            Later(Standing(status), TimeSpan.FromDays(1000), new Attend()).ShouldBeEmpty();
        Later(After(New), TimeSpan.FromDays(1000), new Attend()).ShouldBeEmpty();
    }

    [Fact]
    public void Never_where_the_policy_says_so() =>
        TicketDecider.Decide(After(New), new Terms(Policy.Initial with { IdleHours = 0 }, BusinessCalendar.Always), Noon, new SetStatus(Status.Pending))
            .ShouldBe([new StatusChanged(Status.Pending, Noon, null, null, null)]);

    [Theory]
    [InlineData(Status.Pending)]
    [InlineData(Status.OnHold)]
    public void A_ticket_can_sleep_until_a_time(string status)
    {
        var until = Noon.AddHours(3);
        var facts = Decide(After(New), new SetStatus(status, until, "lunch"));
        facts.ShouldBe([new StatusChanged(status, Noon, "lunch", until, null)]);
        Decide(After([.. New, .. facts]), new SetStatus(status, until)).ShouldBeEmpty();
        Later(After([.. New, .. facts]), TimeSpan.FromHours(3), new Attend()).ShouldBe([new StatusChanged(Status.Open, until, "woken", null, null)]);
        Refused(After(New), new SetStatus(Status.Solved, until));
    }

    [Fact]
    public void A_ticket_can_stand_anywhere_but_new_again()
    {
        foreach (var status in Status.All.Skip(1))
            After([.. New, .. Decide(After(New), new SetStatus(status))]).Status.ShouldBe(status);
        Refused(Standing(Status.Open), new SetStatus(Status.New));
        Decide(Standing(Status.Open), new SetStatus(Status.Open)).ShouldBeEmpty();
    }

    [Fact]
    public void A_closed_ticket_takes_texts_notes_and_another_status_and_nothing_else()
    {
        Decide(After(Closed), new AddNote(Guid.Empty, "well")).ShouldBe([new NoteAdded(Guid.Empty, "well")]);
        Decide(After(Closed), new SetStatus(Status.Open)).ShouldBe([new StatusChanged(Status.Open, Noon, null, null, null)]);
        foreach (var command in new TicketCommand[] { new Assign(Dana, null), new SetPriority("high"), new ChangeTags(["a"], []), Answer })
            Refused(After(Closed), command);
    }

    [Fact]
    public void A_merged_ticket_says_where_it_goes_on()
    {
        foreach (var command in new TicketCommand[] { Hello, new SetStatus(Status.Open), new Assign(Dana, null), Answer })
            Should.Throw<RefusedException>(() => Decide(After(Merged), command)).Message.ShouldBe("The ticket goes on in #8.");
        Decide(After(Merged), new AddNote(Guid.Empty, "well")).Length.ShouldBe(1);
        Decide(After(Merged), new RecordReplyFailed(Guid.Empty, "failed", null)).Length.ShouldBe(1);
    }

    [Fact]
    public void Owner_priority_and_tags_change_once()
    {
        foreach (var (command, fact) in new (TicketCommand, TicketEvent)[]
        {
            (new Assign(Dana, "support"), new TicketAssigned(Dana, "support", "manual")), (new SetPriority("urgent"), new PriorityChanged("urgent")),
        })
        {
            Decide(After(New), command).ShouldBe([fact]);
            Decide(After([.. New, fact]), command).ShouldBeEmpty();
        }
        var tags = Decide(After([.. New, new TagsChanged(["old", "both"], [])]), new ChangeTags(["vip", "old"], ["both", "none"])).ShouldHaveSingleItem().ShouldBeOfType<TagsChanged>();
        tags.Added.ShouldBe(["vip"]);
        tags.Removed.ShouldBe(["both"]);
        After([.. New, new TagsChanged(["old", "both"], []), tags]).Tags.ShouldBe(["old", "vip"]);
        Decide(After(New), new ChangeTags([], ["none"])).ShouldBeEmpty();
    }

    [Fact]
    public void A_reply_leaves_from_the_number_that_was_texted_last_and_waits_for_the_customer()
    {
        var elsewhere = Hello with { SmsId = Guid.NewGuid(), Endpoint = "other", OurNumber = "+2", SentAt = Noon };
        var ticket = After([.. New, .. Decide(After(New), elsewhere)]);
        Decide(ticket, Answer).ShouldBe(
        [
            new AgentReplied(Answer.SendId, elsewhere.SmsId, "other", "+2", They, "On its way.", Noon, Answer.ExpiresAt, null),
            new StatusChanged(Status.Pending, Noon, "replied", null, Noon.AddDays(7)),
        ]);
        Decide(ticket, Answer with { Then = Status.Solved })[1].ShouldBe(new StatusChanged(Status.Solved, Noon, "replied", null, Noon.AddDays(1)));
        Refused(ticket, Answer with { Then = Status.New });
    }

    [Fact]
    public void A_text_that_comes_in_late_is_not_what_a_reply_answers()
    {
        var late = Hello with { SmsId = Guid.NewGuid(), SentAt = Noon.AddHours(-1) };
        After([.. New, .. Decide(After(New), late)]).Latest!.SmsId.ShouldBe(Hello.SmsId);
    }

    [Fact]
    public void A_first_word_answers_no_text() => Decide(After(New[0]), Answer)[0].ShouldBe(
        new AgentReplied(Answer.SendId, Guid.Empty, "sms", Us, They, "On its way.", Noon, Answer.ExpiresAt, null));

    [Fact]
    public void A_reply_that_failed_brings_a_ticket_back_that_waits_for_its_answer()
    {
        Decide(Standing(Status.Pending), new RecordReplyFailed(Guid.Empty, "suppressed", "opted-out")).ShouldBe(
            [new ReplyFailed(Guid.Empty, "suppressed", "opted-out"), new StatusChanged(Status.Open, Noon, "reply-failed", null, null)]);
        foreach (var status in new[] { Status.Open, Status.OnHold, Status.Solved })
            Decide(Standing(status), new RecordReplyFailed(Guid.Empty, "failed", null)).ShouldBe([new ReplyFailed(Guid.Empty, "failed", null)]);
    }

    [Fact]
    public void Who_the_customer_waits_for_follows_from_who_spoke_last()
    {
        After(New).Waiting.ShouldBeTrue();
        After([.. New, .. Decide(After(New), Answer)]).Waiting.ShouldBeFalse();
        After(Solved).Waiting.ShouldBeFalse();
    }

    [Fact]
    public void Ticket_nobody_opened_takes_nothing()
    {
        foreach (var command in new TicketCommand[] { Hello, new SetStatus(Status.Solved), Answer, new AddNote(Guid.Empty, "well") })
            Refused(After(), command);
    }

    [Fact]
    public void Solved_as_it_was_stored_before_there_were_more_states_is_solved()
    {
        var ticket = After(new TicketOpened(They, Us), new CustomerWrote(Hello.SmsId, "sms", "hello", Noon), (TicketEvent)new TicketSolved().Upcast());
        (ticket.Status, ticket.EndedAt, ticket.Number).ShouldBe((Status.Solved, null, 0));
    }

    [Fact]
    public void Each_customer_has_tickets_with_each_of_our_numbers()
    {
        Ticket.IdFor("+1", "+2").ShouldBe(Ticket.IdFor("+1", "+2", 0));
        new[] { Ticket.IdFor("+1", "+2"), Ticket.IdFor("+2", "+1"), Ticket.IdFor("+1", "+3"), Ticket.IdFor("+1", "+2", 1), Ticket.IdFor("+1", "+2", 2) }.ShouldBeUnique();
    }

    private static Ticket Standing(string status) => After([.. New, .. Decide(After(New), new SetStatus(status))]);

    private static TicketEvent[] Decide(Ticket ticket, TicketCommand command) => TicketDecider.Decide(ticket, Terms.Initial, Noon, command);

    private static TicketEvent[] Later(Ticket ticket, TimeSpan later, TicketCommand command) => TicketDecider.Decide(ticket, Terms.Initial, Noon + later, command);

    private static void Refused(Ticket ticket, TicketCommand command) => Should.Throw<RefusedException>(() => Decide(ticket, command));

    private static Ticket After(params TicketEvent[] happened) => happened.Aggregate(Ticket.Stream.Initial, Ticket.Stream.Evolve);
}
