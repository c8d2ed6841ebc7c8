using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using static Sms.Helpdesk.Tickets.TicketCommand;
using static Sms.Helpdesk.Tickets.TicketEvent;

namespace Sms.Helpdesk.Tests.Tickets;

public sealed class TicketDeciderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly RecordCustomerSms Hello = new(Guid.NewGuid(), "sms", "+6581230000", "+6591110000", "hello", Noon);
    private static readonly RecordCustomerSms Again = Hello with { SmsId = Guid.NewGuid(), Text = "again", SentAt = Noon.AddMinutes(1) };

    private static readonly TicketEvent[] Open = [new TicketOpened(Hello.From, Hello.To), Wrote(Hello)];
    private static readonly TicketEvent[] Solved = [.. Open, new TicketSolved()];

    [Fact]
    public void First_text_opens_a_ticket() => TicketDecider.Decide(After(), Hello).ShouldBe(Open);

    [Fact]
    public void Next_text_joins_the_open_ticket() => TicketDecider.Decide(After(Open), Again).ShouldBe([Wrote(Again)]);

    [Fact]
    public void Text_on_a_solved_ticket_reopens_it() =>
        TicketDecider.Decide(After(Solved), Again).ShouldBe([new TicketReopened(Again.SmsId), Wrote(Again)]);

    [Fact]
    public void Text_that_was_sent_before_the_ticket_was_solved_but_came_in_after_reopens_it_too() =>
        TicketDecider.Decide(After(Solved), Again with { SentAt = Noon.AddHours(-1) })[0].ShouldBe(new TicketReopened(Again.SmsId));

    [Fact]
    public void Same_text_delivered_twice_changes_nothing() => TicketDecider.Decide(After(Open), Hello).ShouldBeEmpty();

    [Fact]
    public void Same_text_delivered_again_does_not_reopen_a_solved_ticket() =>
        TicketDecider.Decide(After(Solved), Hello).ShouldBeEmpty();

    [Fact]
    public void Open_ticket_can_be_solved() => TicketDecider.Decide(After(Open), new Solve()).ShouldBe([new TicketSolved()]);

    [Fact]
    public void Solving_twice_changes_nothing() => TicketDecider.Decide(After(Solved), new Solve()).ShouldBeEmpty();

    [Fact]
    public void Ticket_nobody_opened_cannot_be_solved() =>
        Should.Throw<RefusedException>(() => TicketDecider.Decide(After(), new Solve()));

    [Fact]
    public void Each_customer_has_a_ticket_with_each_of_our_numbers()
    {
        Ticket.IdFor("+1", "+2").ShouldBe(Ticket.IdFor("+1", "+2"));
        Ticket.IdFor("+1", "+2").ShouldNotBe(Ticket.IdFor("+2", "+1"));
        Ticket.IdFor("+1", "+2").ShouldNotBe(Ticket.IdFor("+1", "+3"));
    }

    private static Ticket After(params TicketEvent[] happened) => happened.Aggregate(Ticket.Stream.Initial, Ticket.Stream.Evolve);

    private static CustomerWrote Wrote(RecordCustomerSms sms) => new(sms.SmsId, sms.Endpoint, sms.Text, sms.SentAt);
}
