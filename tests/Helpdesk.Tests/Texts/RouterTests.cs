using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Texts;
using Sms.Helpdesk.Tickets;
using static Sms.Helpdesk.Texts.TextEvent;

namespace Sms.Helpdesk.Tests.Texts;

/// <summary>Which ticket a text belongs to.</summary>
public sealed class RouterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly Policy Usual = Policy.Initial;
    private static readonly Policy LogAnswered = Policy.Initial with { ConsentTexts = Policy.Open, AnsweredTexts = Policy.Log };
    private static readonly Policy LogNothing = Policy.Initial with { ConsentTexts = Policy.Open };

    [Fact]
    public void The_first_text_opens_a_ticket() => Decide(LogNothing).ShouldBe((RouteKind.Open, RouteRule.NewTicket));

    [Theory]
    [InlineData(Status.New)]
    [InlineData(Status.Open)]
    [InlineData(Status.Pending)]
    [InlineData(Status.OnHold)]
    public void A_text_joins_the_open_ticket_whatever_it_waits_for(string status) =>
        Decide(Usual, Of(status)).ShouldBe((RouteKind.Append, RouteRule.OpenTicket));

    [Fact]
    public void Even_STOP_joins_the_open_ticket_so_that_the_agent_sees_it() =>
        Decide(Usual, Of(Status.Open), verdict: "opt-out").ShouldBe((RouteKind.Append, RouteRule.OpenTicket));

    [Theory]
    [InlineData(Status.Solved, 0, RouteKind.Reopen)]
    [InlineData(Status.Solved, 24 * 60, RouteKind.Reopen)]
    [InlineData(Status.Solved, 24 * 60 + 1, RouteKind.Open)]
    [InlineData(Status.Closed, 24 * 60, RouteKind.Reopen)]
    [InlineData(Status.Closed, 24 * 60 + 1, RouteKind.Open)]
    public void Within_the_window_after_its_end_a_ticket_is_reopened(string status, int minutesAfter, RouteKind kind) =>
        Decide(LogNothing, Of(status, Noon.AddMinutes(-minutesAfter))).ShouldBe((kind, kind is RouteKind.Open ? RouteRule.NewTicket : RouteRule.ReopenWindow));

    [Fact]
    public void A_text_that_was_sent_before_the_end_reopens_whatever_the_window_for_whoever_ended_it_had_not_seen_it() =>
        Decide(LogNothing with { ReopenMinutes = 0 }, Of(Status.Solved, Noon.AddHours(1))).ShouldBe((RouteKind.Reopen, RouteRule.ReopenWindow));

    [Fact]
    public void Without_a_window_a_later_text_opens_a_new_ticket() =>
        Decide(LogNothing with { ReopenMinutes = 0 }, Of(Status.Solved, Noon.AddSeconds(-1))).ShouldBe((RouteKind.Open, RouteRule.NewTicket));

    [Fact]
    public void The_window_can_be_thirty_days() =>
        Decide(LogNothing with { ReopenMinutes = 43_200 }, Of(Status.Closed, Noon.AddDays(-30))).ShouldBe((RouteKind.Reopen, RouteRule.ReopenWindow));

    [Fact]
    public void A_ticket_from_before_ends_were_kept_is_reopened_as_it_was_then() =>
        Decide(LogNothing, Of(Status.Solved) with { EndedAt = null }).ShouldBe((RouteKind.Reopen, RouteRule.ReopenWindow));

    [Fact]
    public void A_named_ticket_that_is_open_gets_the_text_also_beside_the_conversations_own() =>
        Router.Decide(Text(), Usual, Of(Status.Open), Of(Status.Pending) with { Number = 7 }, null, Noon)
            .ShouldBe(new Route(RouteKind.Append, RouteRule.Named, "It names #7, which is pending.") { ToNamed = true });

    [Fact]
    public void A_named_ticket_is_reopened_however_long_ago_it_ended() =>
        Router.Decide(Text(), Usual, null, Of(Status.Closed, Noon.AddYears(-1)), null, Noon).ShouldSatisfyAllConditions(
            route => route.Kind.ShouldBe(RouteKind.Reopen), route => route.ToNamed.ShouldBeTrue(), route => route.Rule.ShouldBe(RouteRule.Named));

    [Fact]
    public void A_named_ticket_is_not_reopened_beside_an_open_one_which_gets_the_text()
    {
        var route = Router.Decide(Text(), Usual, Of(Status.Open) with { Number = 8 }, Of(Status.Closed, Noon) with { Number = 7 }, 8, Noon);
        (route.Kind, route.Rule, route.ToNamed).ShouldBe((RouteKind.Append, RouteRule.OpenTicket, false));
        route.Reason.ShouldBe("#8 is open. It names #7, which cannot be reopened beside #8.");
    }

    [Theory]
    [InlineData("opt-out")]
    [InlineData("opt-in")]
    [InlineData("help")]
    public void A_word_of_consent_is_logged_and_opens_nothing(string verdict)
    {
        Decide(Usual, verdict: verdict).ShouldBe((RouteKind.Log, RouteRule.ConsentOnly));
        Decide(Usual, Of(Status.Solved, Noon), verdict).ShouldBe((RouteKind.Log, RouteRule.ConsentOnly));
        Decide(LogNothing, verdict: verdict).ShouldBe((RouteKind.Open, RouteRule.NewTicket));
    }

    [Theory]
    [InlineData("clear")]
    [InlineData("blocked")]
    [InlineData("review")]
    public void Any_other_verdict_lets_it_open_a_ticket(string verdict) => Decide(Usual, verdict: verdict).ShouldBe((RouteKind.Open, RouteRule.NewTicket));

    [Fact]
    public void A_text_waits_for_the_verdict_and_opens_a_ticket_when_it_does_not_come()
    {
        Decide(Usual).Kind.ShouldBe(RouteKind.Wait);
        Decide(Usual, now: Noon.AddSeconds(29)).Kind.ShouldBe(RouteKind.Wait);
        Router.Decide(Text(), Usual, null, null, null, Noon.AddSeconds(30)).ShouldBe(
            new Route(RouteKind.Open, RouteRule.NewTicket, "It is the first of the conversation. Consent's verdict did not come in time."));
    }

    [Fact]
    public void A_text_that_a_rule_has_answered_is_logged_where_that_is_set_and_waits_for_the_rules()
    {
        Decide(LogAnswered, outcome: "answered").ShouldBe((RouteKind.Log, RouteRule.RuleAnswered));
        Decide(LogAnswered, outcome: "none").Kind.ShouldBe(RouteKind.Open);
        Decide(LogAnswered, outcome: "acted").Kind.ShouldBe(RouteKind.Open);
        Decide(LogAnswered).Kind.ShouldBe(RouteKind.Wait);
        Decide(LogAnswered, now: Noon.AddSeconds(30)).Kind.ShouldBe(RouteKind.Open);
        Decide(Usual, verdict: "clear", outcome: "answered").Kind.ShouldBe(RouteKind.Open);
    }

    [Fact]
    public void Where_both_are_logged_it_waits_for_both()
    {
        var both = Usual with { AnsweredTexts = Policy.Log };
        Decide(both, verdict: "clear").Kind.ShouldBe(RouteKind.Wait);
        Decide(both, outcome: "none").Kind.ShouldBe(RouteKind.Wait);
        Decide(both, verdict: "opt-out").Kind.ShouldBe(RouteKind.Log);
        Decide(both, verdict: "clear", outcome: "none").Kind.ShouldBe(RouteKind.Open);
    }

    [Fact]
    public void What_a_rule_hands_over_opens_a_ticket_whatever_is_set() =>
        Decide(Usual with { AnsweredTexts = Policy.Log }, verdict: "help", outcome: "handed-over").ShouldBe((RouteKind.Open, RouteRule.AskedFor));

    [Fact]
    public void What_a_ticket_was_asked_for_opens_one_or_reopens_one_without_waiting()
    {
        var asked = After(new TicketAsked(Guid.NewGuid()));
        Router.Decide(asked, Usual, null, null, null, Noon).Rule.ShouldBe(RouteRule.AskedFor);
        Router.Decide(asked, Usual, Of(Status.Solved, Noon), null, null, Noon).Kind.ShouldBe(RouteKind.Reopen);
    }

    [Fact]
    public void The_numbers_a_text_names_are_read_and_nothing_else_is()
    {
        Router.Names("about #1234, and (#77).").ShouldBe([1234, 77]);
        Router.Names("#1 #1").ShouldBe([1]);
        Router.Names("a#5 ##6 &#39; #0 #12a # 9 1234").ShouldBeEmpty();
    }

    private static (RouteKind Kind, string Rule) Decide(Policy policy, Ticket? current = null, string? verdict = null, string? outcome = null, DateTimeOffset? now = null)
    {
        List<TextEvent> heard = [];
        if (verdict is not null)
            heard.Add(new VerdictHeard(verdict));
        if (outcome is not null)
            heard.Add(new RulingHeard(outcome));
        var route = Router.Decide(After([.. heard]), policy, current, null, null, now ?? Noon);
        return (route.Kind, route.Rule);
    }

    private static Text Text() => After();

    private static Text After(params TextEvent[] heard) => heard.Prepend(new TextReceived("sms", "+1", "+2", "hello", Noon, Noon, Noon.AddSeconds(30)))
        .Aggregate(Sms.Helpdesk.Texts.Text.Stream.Initial, Sms.Helpdesk.Texts.Text.Stream.Evolve);

    private static Ticket Of(string status, DateTimeOffset? endedAt = null) => Ticket.Stream.Initial with { Status = status, Number = 5, EndedAt = endedAt };
}
