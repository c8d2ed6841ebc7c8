using Sms.AutoReply.Rules;
using Sms.AutoReply.Trials;
using Sms.PhoneNumbers;

namespace Sms.AutoReply.Tests.Trials;

public sealed class ReplayTests
{
    private static readonly RuleSet Cooling = new() { Rules = [Some.Rule("all", Match.Any, []) with { CooldownMinutes = 30 }] };

    [Fact]
    public void What_the_tried_rules_would_have_done_counts_for_what_they_would_do_next() =>
        Outcome(Cooling, Text("one", 0), Text("two", 10), Text("three", 31)).ShouldBe(["answered", "none", "answered"]);

    [Fact]
    public void What_was_done_before_the_period_counts_as_it_was_done()
    {
        var was = Summary.Of(Some.Decide(Some.Sms("zero"), Cooling));
        Outcome(Cooling, Text("zero", 0) with { Was = was, IsTried = false }, Text("one", 10), Text("two", 31)).ShouldBe(["none", "answered"]);
    }

    [Fact]
    public void Conversations_taken_and_given_back_are_so_in_a_trial_too() =>
        Outcome(new RuleSet { Rules = [Some.Rule("all", Match.Any, [])] }, new PastTurn.Pause(Some.Us.Value, true), Text("one", 0), new PastTurn.Pause(Some.Us.Value, false), Text("two", 1))
            .ShouldBe(["none", "answered"]);

    [Fact]
    public void A_summary_reads_back_as_what_it_came_to()
    {
        var ruling = Some.Decide("hours", Some.Hours);
        Summary.Of(ruling).ShouldBe("""{"outcome":"answered","rules":["hours"],"deeds":[{"rule":"hours","do":"reply","text":"9 to 18, +919876543210"}]}""");
        Summary.Read(Summary.Of(ruling)).Deeds.ShouldHaveSingleItem().Text.ShouldBe("9 to 18, +919876543210");
        Summary.Read(Summary.Of(Some.Decide("what", Some.Hours))).Outcome.ShouldBe("none");
    }

    [Theory]
    [InlineData("call +49 170 1234567 now", "call +00 000 0000000 now")]
    [InlineData("order 4711", "order 0000")]
    [InlineData("2 at 5", "2 at 5")]
    [InlineData("ada.l+x@mail.example.org!", "someone@example.com!")]
    public void A_frozen_text_tells_nobody_apart(string text, string masked) => FrozenCase.Masked(text).ShouldBe(masked);

    [Fact]
    public void Numbers_that_differ_stay_different_when_they_are_masked()
    {
        var other = Text("hi", 1) with { Sms = Some.Sms("hi") with { From = PhoneNumber.Parse("+919876543211") } };
        var frozen = FrozenCase.Freeze("case", "default", [Text("hi", 0), other, Text("hi", 2)], new CompiledRules(Cooling), "operator:jo");
        frozen.Texts.Select(text => text.From).Distinct().Count().ShouldBe(2);
        frozen.Texts.ShouldAllBe(text => text.From.StartsWith("+1202555") && text.To.StartsWith("+1303555"));
    }

    [Fact]
    public void Rules_that_text_people_and_are_new_or_changed_are_what_is_armed()
    {
        var inForce = new RuleSet { Rules = [Some.Hours, Some.Rule("off", Match.Any, []) with { Enabled = false }] };
        Trial.Arms(inForce, inForce).ShouldBeEmpty();
        Trial.Arms(inForce, new RuleSet { Rules = [Some.Hours with { Reply = "9 to 19" }] }).ShouldBe(["hours"]);
        Trial.Arms(inForce, new RuleSet { Rules = [Some.Hours with { Enabled = false }] }).ShouldBeEmpty();
        Trial.Arms(inForce, new RuleSet { Rules = [Some.Rule("off", Match.Any, [])] }).ShouldBe(["off"]);
        Trial.Arms(inForce, new RuleSet { Rules = [Some.Rule("tag", Match.Any, [], null) with { Actions = [new() { Do = RuleAction.Tags, Tag = "x" }] }], DefaultReply = "hi" })
            .ShouldBe([AnswerDecider.DefaultReply]);
    }

    [Fact]
    public void Another_draft_or_another_label_is_another_trial()
    {
        Trial.IdOf("a", Cooling).ShouldBe(Trial.IdOf("a", Cooling with { Rules = [.. Cooling.Rules] }));
        Trial.IdOf("a", Cooling).ShouldNotBe(Trial.IdOf("b", Cooling));
        Trial.IdOf("a", Cooling).ShouldNotBe(Trial.IdOf("a", Cooling with { TimeZone = "Europe/Berlin" }));
    }

    private static PastTurn.Text Text(string text, int minute) => new(Some.Sms(text, Some.Noon.AddMinutes(minute)), Circumstances.Unknown, "", IsTried: true);

    private static IEnumerable<string> Outcome(RuleSet ruleSet, params PastTurn[] turns) => Replay.Of(turns, new CompiledRules(ruleSet)).Select(turn => turn.Ruling.Outcome);
}
