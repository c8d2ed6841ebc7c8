using Sms.AutoReply.Rules;
using Sms.PhoneNumbers;

namespace Sms.AutoReply.Tests.Rules;

public sealed class AnswerDeciderTests
{
    private static readonly Rule Prices = Some.Rule("prices", Match.Contains, ["price"], "see our list");
    private static readonly Rule Everything = Some.Rule("everything", Match.Any, [], "thanks");

    [Fact]
    public void The_matching_rule_replies() =>
        Some.Decide("hours", Some.Hours).ShouldSatisfyAllConditions(
            r => r.Outcome.ShouldBe(Outcomes.Answered), r => r.Rules.ShouldBe(["hours"]), r => r.StoppedBy.ShouldBe("hours"),
            r => r.Deeds.ShouldHaveSingleItem().Text.ShouldBe("9 to 18, +919876543210"), r => r.Withheld.ShouldBeNull());

    [Fact]
    public void The_id_of_a_reply_follows_from_the_text_it_answers() =>
        Some.Decide("hours", Some.Hours).Deeds[0].Id.ShouldBe(new Guid("1fac9811-f0e1-52fd-b46d-43d64bcdef7b"));

    [Fact]
    public void The_first_match_wins_and_the_rules_before_it_say_why_they_did_not()
    {
        var open = Prices with { Name = "open prices", Only = new RuleFilter { ContactKnown = true } };
        var ruling = Some.Decide("the price?", Some.Hours, open, Prices, Everything);
        ruling.Rules.ShouldBe(["prices"]);
        ruling.Tried.ShouldBe([new TriedRule("open prices", "contact-is-unknown"), new TriedRule("prices", "matched")]);
    }

    [Fact]
    public void A_lower_priority_comes_first_whatever_the_order_of_the_list() =>
        Some.Decide("the price?", Everything with { Priority = 2 }, Prices with { Priority = 1 }).Rules.ShouldBe(["prices"]);

    [Fact]
    public void A_rule_that_continues_lets_the_next_act_too()
    {
        var ruling = Some.Decide("the price?", Prices with { Continue = true }, Everything, Some.Hours);
        ruling.Rules.ShouldBe(["prices", "everything"]);
        ruling.StoppedBy.ShouldBe("everything");
        ruling.Deeds.Select(deed => deed.Text).ShouldBe(["see our list", "thanks"]);
        ruling.Deeds.Select(deed => deed.Id).ShouldBeUnique();
    }

    [Fact]
    public void A_rule_that_is_switched_off_is_not_tried() =>
        Some.Decide("hours", Some.Hours with { Enabled = false }).Tried.ShouldBeEmpty();

    [Fact]
    public void With_the_master_switch_off_nothing_is_tried() =>
        Some.Decide(Some.Sms("hours"), new RuleSet { Enabled = false, Rules = [Some.Hours], DefaultReply = "thanks" })
            .ShouldSatisfyAllConditions(r => r.Outcome.ShouldBe(Outcomes.None), r => r.Withheld.ShouldBe(Withheld.SwitchedOff), r => r.Tried.ShouldBeEmpty());

    [Fact]
    public void Where_no_rule_matches_the_default_reply_is_given_once_in_a_while()
    {
        var ruleSet = new RuleSet { Rules = [Some.Hours], DefaultReply = "we will be back", DefaultReplyCooldownMinutes = 60 };
        var first = Some.Decide(Some.Sms("hello"), ruleSet);
        first.Deeds.ShouldHaveSingleItem().Text.ShouldBe("we will be back");
        first.Rules.ShouldBe([AnswerDecider.DefaultReply]);

        var history = AutomationHistory.None.After(Some.Sms("hello"), first);
        Some.Decide(Some.Sms("anybody?", Some.Noon.AddMinutes(59)), ruleSet, history: history).Outcome.ShouldBe(Outcomes.None);
        Some.Decide(Some.Sms("anybody?", Some.Noon.AddMinutes(60)), ruleSet, history: history).Outcome.ShouldBe(Outcomes.Answered);
        Some.Decide(Some.Sms("hours", Some.Noon.AddMinutes(1)), ruleSet, history: history).Rules.ShouldBe(["hours"]);
    }

    [Fact]
    public void A_cooling_rule_lets_the_next_one_answer_and_others_people_are_not_concerned()
    {
        var ruleSet = new RuleSet { Rules = [Prices with { CooldownMinutes = 30 }, Everything] };
        var history = AutomationHistory.None.After(Some.Sms("price"), Some.Decide(Some.Sms("price"), ruleSet));
        var ruling = Some.Decide(Some.Sms("and the price?", Some.Noon.AddMinutes(29)), ruleSet, history: history);
        ruling.Rules.ShouldBe(["everything"]);
        ruling.Tried[0].ShouldBe(new TriedRule("prices", "cooling-down"));
        Some.Decide(Some.Sms("and the price?", Some.Noon.AddMinutes(30)), ruleSet, history: history).Rules.ShouldBe(["prices"]);
        Some.Decide(Some.Sms("and the price?", Some.Noon.AddMinutes(-29)), ruleSet, history: history).Rules.ShouldBe(["everything"], "handled out of order");
    }

    [Fact]
    public void Every_action_is_done_in_order_with_its_variables_filled_in()
    {
        var rule = new Rule
        {
            Name = "all", Match = Match.Any, Reply = "first",
            Actions =
            [
                new() { Do = RuleAction.Replies, Text = "second", AfterSeconds = 30 },
                new() { Do = RuleAction.SendsEmail, To = "shop@example.com", Subject = "From {{from}}", Text = "{{text}}" },
                new() { Do = RuleAction.Tags, Tag = "asked" },
                new() { Do = RuleAction.AsksForTicket, Priority = "high", Team = "sales", Note = "said {{text}}" },
            ],
        };
        var ruling = Some.Decide("hi", rule);
        ruling.Outcome.ShouldBe(Outcomes.Answered);
        ruling.Deeds.Select(deed => (deed.Do, deed.Text, deed.AfterSeconds, deed.Subject, deed.Tag, deed.Priority, deed.Team)).ShouldBe(
        [
            (RuleAction.Replies, "first", 0, null, null, null, null), (RuleAction.Replies, "second", 30, null, null, null, null),
            (RuleAction.SendsEmail, "hi", 0, "From +919876543210", null, null, null), (RuleAction.Tags, null, 0, null, "asked", null, null),
            (RuleAction.AsksForTicket, "said hi", 0, null, null, "high", "sales"),
        ]);
    }

    [Fact]
    public void A_conversation_that_was_handed_over_is_left_alone_on_that_number_of_ours()
    {
        var rule = Some.Rule("complaint", Match.Any, []) with { Actions = [new() { Do = RuleAction.HandsOver }] };
        var ruleSet = new RuleSet { Rules = [rule] };
        var ruling = Some.Decide(Some.Sms("it is broken"), ruleSet);
        ruling.Outcome.ShouldBe(Outcomes.HandedOver);

        var history = AutomationHistory.None.After(Some.Sms("it is broken"), ruling);
        var next = Some.Sms("hello?", Some.Noon.AddDays(3));
        Some.Decide(next, ruleSet, history: history).ShouldSatisfyAllConditions(r => r.Outcome.ShouldBe(Outcomes.None), r => r.Withheld.ShouldBe(Withheld.HandedOver));
        Some.Decide(next with { To = PhoneNumber.Parse("+911234500001") }, ruleSet, history: history).Outcome.ShouldBe(Outcomes.HandedOver);
        Some.Decide(next, ruleSet, history: history.Resumed(Some.Us.Value)).Outcome.ShouldBe(Outcomes.HandedOver);
    }

    [Theory]
    [InlineData("AD-AIRTEL", Withheld.SenderIsAName)]
    [InlineData("56161", Withheld.SenderIsAShortCode)]
    [InlineData("+911234500000", Withheld.SenderIsOurNumber)]
    public void Who_is_a_machine_gets_no_reply_but_what_else_rules_do_is_done(string from, string why)
    {
        var rule = Everything with { Actions = [new() { Do = RuleAction.SendsEmail, To = "a@example.com", Subject = "code", Text = "{{text}}" }] };
        var ruling = Some.Decide(Some.Sms("your code is 1234") with { From = PhoneNumber.Parse(from) }, new RuleSet { Rules = [rule] });
        ruling.Withheld.ShouldBe(why);
        ruling.Outcome.ShouldBe(Outcomes.Acted);
        ruling.Deeds.ShouldHaveSingleItem().Do.ShouldBe(RuleAction.SendsEmail);
    }

    [Fact]
    public void Another_number_of_our_own_gets_no_reply() =>
        Some.Decide(Some.Sms("hi"), new RuleSet { Rules = [Everything] }, new Circumstances { FromOurNumber = true }).Withheld.ShouldBe(Withheld.SenderIsOurNumber);

    [Fact]
    public void Just_after_a_person_answered_no_rule_does()
    {
        var ruleSet = new RuleSet { Rules = [Everything], Limits = new Limits { QuietMinutesAfterPerson = 10 } };
        var seen = new Circumstances { PersonAnsweredAt = Some.Noon };
        Some.Decide(Some.Sms("thanks", Some.Noon.AddMinutes(9)), ruleSet, seen).Withheld.ShouldBe(Withheld.PersonAnswers);
        Some.Decide(Some.Sms("thanks", Some.Noon.AddMinutes(10)), ruleSet, seen).Outcome.ShouldBe(Outcomes.Answered);
        Some.Decide(Some.Sms("hello?", Some.Noon.AddMinutes(-1)), ruleSet, seen).Withheld.ShouldBe(Withheld.PersonAnswers, "the person has answered that very text");
        Some.Decide(Some.Sms("thanks", Some.Noon), ruleSet with { Limits = new Limits { QuietMinutesAfterPerson = 0 } }, seen).Outcome.ShouldBe(Outcomes.Answered);
    }

    [Fact]
    public void A_person_gets_no_more_replies_than_the_cap()
    {
        var ruleSet = new RuleSet { Rules = [Some.Rule("echo", Match.Any, [], "you said {{text}}")], Limits = new Limits { PerPerson = [new(3, 10)] } };
        var (history, answered) = (AutomationHistory.None, new List<int>());
        for (var minute = 0; minute < 25; minute++)
        {
            var sms = Some.Sms($"text {minute}", Some.Noon.AddMinutes(minute));
            var ruling = Some.Decide(sms, ruleSet, history: history);
            history = history.After(sms, ruling);
            if (ruling.Outcome == Outcomes.Answered)
                answered.Add(minute);
            else
                ruling.Withheld.ShouldBe(Withheld.PersonCap);
        }
        answered.ShouldBe([0, 1, 2, 10, 11, 12, 20, 21, 22]);
    }

    [Fact]
    public void A_rule_with_more_replies_than_the_cap_leaves_gives_none() =>
        Some.Decide(Some.Sms("hi"), new RuleSet
        {
            Rules = [Everything with { Actions = [new() { Do = RuleAction.Replies, Text = "and" }] }], Limits = new Limits { PerPerson = [new(1, 10)] },
        }).Withheld.ShouldBe(Withheld.PersonCap);

    [Fact]
    public void The_same_text_again_and_again_is_a_machines()
    {
        var ruleSet = new RuleSet { Rules = [Everything], Limits = Limits.None with { SameTextTimes = 2 } };
        var history = AutomationHistory.None;
        foreach (var no in Enumerable.Range(0, 2))
            history = history.After(Some.Sms("I am out of office", Some.Noon.AddMinutes(no)), Some.Decide(Some.Sms("I am out of office", Some.Noon.AddMinutes(no)), ruleSet, history: history));
        Some.Decide(Some.Sms("I'm... out of OFFICE", Some.Noon.AddMinutes(2)), ruleSet, history: history).Outcome.ShouldBe(Outcomes.Answered, "not the same letters");
        Some.Decide(Some.Sms("i am OUT of office!", Some.Noon.AddMinutes(2)), ruleSet, history: history).Withheld.ShouldBe(Withheld.Repeats);
        Some.Decide(Some.Sms("something else", Some.Noon.AddMinutes(2)), ruleSet, history: history).Outcome.ShouldBe(Outcomes.Answered);
    }

    [Fact]
    public void What_we_said_ourselves_is_not_answered()
    {
        var ruleSet = new RuleSet { Rules = [Everything] };
        var history = AutomationHistory.None.After(Some.Sms("hi"), Some.Decide(Some.Sms("hi"), ruleSet));
        Some.Decide(Some.Sms("THANKS!", Some.Noon.AddMinutes(1)), ruleSet, history: history).Withheld.ShouldBe(Withheld.Echo);
        Some.Decide(Some.Sms("thanks", Some.Noon.AddMinutes(11)), ruleSet, history: history).Outcome.ShouldBe(Outcomes.Answered);
    }

    [Fact]
    public void An_open_breaker_keeps_replies_back() =>
        Some.Decide(Some.Sms("hi"), new RuleSet { Rules = [Everything] }, new Circumstances { Brake = Withheld.EndpointBreaker }).Withheld.ShouldBe(Withheld.EndpointBreaker);

    [Fact]
    public void Where_no_rule_wants_to_reply_nothing_is_withheld() =>
        Some.Decide(Some.Sms("hi"), new RuleSet { Rules = [Some.Hours] }, new Circumstances { Brake = Withheld.EndpointBreaker }).Withheld.ShouldBeNull();

    [Fact]
    public void A_reply_that_comes_out_empty_is_withheld() =>
        Some.Decide("hours", Some.Hours with { Reply = "{{ref}}" }).ShouldSatisfyAllConditions(
            r => r.Withheld.ShouldBe(Withheld.ReplyIsEmpty), r => r.Outcome.ShouldBe(Outcomes.None));

    [Fact]
    public void A_reply_too_long_for_a_text_is_cut_between_characters()
    {
        var echo = Some.Rule("echo", Match.Any, [], "{{text}}");
        Some.Decide(new string('x', 2000), echo).Deeds[0].Text!.Length.ShouldBe(1600);
        Some.Decide(new string('x', 1599) + "👍", echo).Deeds[0].Text.ShouldBe(new string('x', 1599));
    }

    /// <summary>In worlds of chance: of the rules that match, the first of the lowest priority acts, and then those it lets through.</summary>
    [Fact]
    public void Whatever_the_rules_the_first_match_wins()
    {
        var random = new Random(20260612);
        for (var run = 0; run < 500; run++)
        {
            var rules = Enumerable.Range(0, 1 + random.Next(15)).Select(no => Some.Rule($"rule {no}", Match.Contains, [$"{(char)('a' + random.Next(8))}"]) with
            {
                Priority = random.Next(4), Continue = random.Next(3) == 0, Enabled = random.Next(5) > 0,
            }).ToArray();
            var text = string.Concat(Enumerable.Range(0, 4).Select(_ => (char)('a' + random.Next(8))));

            var matching = rules.Where(rule => rule.Enabled && text.Contains(rule.Words[0], StringComparison.Ordinal)).OrderBy(rule => rule.Priority).ToList();
            var stop = matching.FindIndex(rule => !rule.Continue);
            var expected = (stop < 0 ? matching : matching[..(stop + 1)]).Select(rule => rule.Name);
            Some.Decide(Some.Sms(text), new RuleSet { Rules = rules, Limits = Limits.None }).Rules.ShouldBe(expected);
        }
    }

    /// <summary>Two platforms whose rules answer everything, texting each other.</summary>
    [Theory]
    [InlineData("thanks", "you are welcome")]
    [InlineData("You said: {{text}}", "And you said: {{text}}")]
    [InlineData("it is {{now:HH:mm:ss}}", "time flies: {{now:HH:mm:ss}}")]
    public void Two_platforms_that_answer_each_other_stop_within_the_cap(string ours, string theirs)
    {
        var platforms = new[] { (Rules: Answering(ours), History: AutomationHistory.None), (Rules: Answering(theirs), History: AutomationHistory.None) };
        var (said, at, turn, texts) = ("hello", Some.Noon, 0, 0);
        while (true)
        {
            var sms = Some.Sms(said, at);
            var ruling = Some.Decide(sms, platforms[turn].Rules, history: platforms[turn].History);
            if (ruling.Outcome != Outcomes.Answered)
                break;
            platforms[turn].History = platforms[turn].History.After(sms, ruling);
            (said, at, turn, texts) = (ruling.Deeds[0].Text!, at.AddSeconds(2), 1 - turn, texts + 1);
            texts.ShouldBeLessThanOrEqualTo(10, "each says at most five things in ten minutes");
        }
        texts.ShouldBeGreaterThan(0);

        static RuleSet Answering(string reply) => new() { Rules = [Some.Rule("all", Match.Any, [], reply)] };
    }
}
