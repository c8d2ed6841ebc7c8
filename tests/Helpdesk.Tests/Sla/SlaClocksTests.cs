using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Sla;
using Sms.Helpdesk.Tickets;
using static Sms.Helpdesk.Tickets.TicketCommand;
using static Sms.Helpdesk.Tickets.TicketEvent;

namespace Sms.Helpdesk.Tests.Sla;

/// <summary>A ticket's clocks, as what happens on it starts and stops them.</summary>
public sealed class SlaClocksTests
{
    private static readonly DateTimeOffset Nine = new(2026, 6, 12, 9, 0, 0, TimeSpan.Zero);
    private static readonly Terms Terms = new(
        Policy.Initial with { Targets = [new("normal", 60, 30, 240), new("urgent", 10, null, 60)] }, BusinessCalendar.Always);

    private Ticket _ticket = Ticket.Stream.Initial;

    [Fact]
    public void The_first_reply_and_the_resolution_are_due_from_the_opening_on()
    {
        Opened();
        Due(Metric.FirstReply).ShouldBe(Nine.AddMinutes(60));
        Due(Metric.Resolution).ShouldBe(Nine.AddMinutes(240));
        _ticket.Clocks.ShouldNotContainKey(Metric.NextReply);
    }

    [Fact]
    public void A_reply_stops_the_first_clock_and_pauses_the_rest_while_we_wait_for_the_customer()
    {
        Opened();
        Then(20, new Reply(Guid.NewGuid(), "hello", Nine.AddDays(1))).OfType<ClockStopped>().ShouldHaveSingleItem()
            .ShouldBe(new ClockStopped(Metric.FirstReply, 20 * 60, true));
        (_ticket.Status, _ticket.Clocks[Metric.Resolution].State, Due(Metric.Resolution)).ShouldBe((Status.Pending, Clock.Paused, null));

        Then(120, Text());
        (_ticket.Status, Due(Metric.Resolution), Due(Metric.NextReply)).ShouldBe((Status.Open, Nine.AddMinutes(120 + 220), Nine.AddMinutes(150)));
    }

    [Fact]
    public void The_next_reply_counts_from_the_first_text_that_waits_for_it()
    {
        Opened();
        Then(20, new Reply(Guid.NewGuid(), "hello", Nine.AddDays(1)));
        Then(30, Text());
        Then(40, Text());
        Due(Metric.NextReply).ShouldBe(Nine.AddMinutes(60));
        Then(50, new Reply(Guid.NewGuid(), "hello", Nine.AddDays(1))).OfType<ClockStopped>().ShouldHaveSingleItem().Met.ShouldBeTrue();
    }

    [Fact]
    public void What_a_rule_answers_stops_nothing()
    {
        Opened();
        Then(1, new RecordTextSent(Guid.NewGuid(), "rule:hours", "reply", "9 to 17", Nine));
        Due(Metric.FirstReply).ShouldBe(Nine.AddMinutes(60));
    }

    [Fact]
    public void A_target_is_missed_once_and_a_late_reply_does_not_meet_it()
    {
        Opened();
        Then(59, new Attend()).ShouldBeEmpty();
        Then(60, new Attend()).ShouldBe([new TargetMissed(Metric.FirstReply, Nine.AddMinutes(60))]);
        Then(61, new Attend()).ShouldBeEmpty();
        Then(70, new Reply(Guid.NewGuid(), "sorry", Nine.AddDays(1))).OfType<ClockStopped>().Single(stopped => stopped.Metric == Metric.FirstReply).Met.ShouldBeFalse();
    }

    [Fact]
    public void On_hold_all_of_them_stand_still()
    {
        Opened();
        Then(30, new SetStatus(Status.OnHold));
        Then(600, new Attend()).ShouldBeEmpty();
        Then(600, new SetStatus(Status.Open));
        (Due(Metric.FirstReply), Due(Metric.Resolution)).ShouldBe((Nine.AddMinutes(630), Nine.AddMinutes(600 + 210)));
    }

    [Fact]
    public void When_it_becomes_urgent_what_was_used_stays_used()
    {
        Opened();
        Then(5, new SetPriority("urgent"));
        (Due(Metric.FirstReply), Due(Metric.Resolution)).ShouldBe((Nine.AddMinutes(10), Nine.AddMinutes(60)));
        Then(30, new SetPriority("normal"));
        (Due(Metric.FirstReply), Due(Metric.Resolution)).ShouldBe((Nine.AddMinutes(60), Nine.AddMinutes(240)));
    }

    [Fact]
    public void While_paused_another_target_stays_paused()
    {
        Opened();
        Then(5, new SetStatus(Status.Pending));
        Then(6, new SetPriority("urgent"));
        _ticket.Clocks.Values.Select(clock => clock.State).Distinct().ShouldBe([Clock.Paused]);
        Then(100, new SetStatus(Status.Open));
        Due(Metric.FirstReply).ShouldBe(Nine.AddMinutes(105));
    }

    [Fact]
    public void A_priority_without_targets_stops_them()
    {
        Opened();
        Then(5, new SetPriority("low"));
        _ticket.Clocks.Values.ShouldAllBe(clock => clock.State == Clock.Stopped);
    }

    [Fact]
    public void Solved_stops_all_and_a_reopening_starts_the_resolution_anew()
    {
        Opened();
        Then(100, new SetStatus(Status.Solved)).OfType<ClockStopped>().Select(stopped => (stopped.Metric, stopped.Met))
            .ShouldBe([(Metric.FirstReply, false), (Metric.Resolution, true)], ignoreOrder: true);
        Then(200, Text());
        (Due(Metric.Resolution), Due(Metric.NextReply)).ShouldBe((Nine.AddMinutes(440), Nine.AddMinutes(230)));
        Then(210, new SetStatus(Status.Solved));
        Then(300, new SetStatus(Status.Open));
        Due(Metric.Resolution).ShouldBe(Nine.AddMinutes(540));
    }

    [Fact]
    public void Targets_are_counted_in_business_hours()
    {
        var office = new Terms(Terms.Policy, new BusinessCalendar("UTC", [new("friday", "08:00", "09:30"), new("monday", "08:00", "17:00")], []));
        var facts = TicketDecider.Decide(_ticket, office, Nine, Open());
        facts.OfType<ClockStarted>().Single(clock => clock.Metric == Metric.FirstReply).DueAt.ShouldBe(new DateTimeOffset(2026, 6, 15, 8, 30, 0, TimeSpan.Zero));
    }

    private void Opened() => Then(0, Open(), Text());

    private TicketEvent[] Then(int minute, params TicketCommand[] commands)
    {
        var facts = TicketDecider.Decide(_ticket, Terms, Nine.AddMinutes(minute), commands);
        _ticket = facts.Aggregate(_ticket, Ticket.Stream.Evolve);
        return facts;
    }

    private DateTimeOffset? Due(string metric) => _ticket.Clocks[metric].DueAt;

    private static Open Open() => new("+1", "+2", "sms", 1, null, null, null, null, "manual");

    private static RecordText Text() => new(Guid.NewGuid(), "sms", "+1", "+2", "hello", Nine);
}
