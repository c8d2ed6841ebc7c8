using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Tests.Rules;

public sealed class RuleMatcherTests
{
    private static readonly Rule Hours = new("hours", Match.Exact, ["HOURS", "Öffnungszeiten", "opening hours"], "9 to 18");
    private static readonly Rule Prices = new("prices", Match.Contains, ["price", "how much"], "see our list");
    private static readonly Rule Everything = new("everything", Match.Any, [], "thanks");

    [Theory]
    [InlineData("hours", "hours")]
    [InlineData(" Hours ", "hours")]
    [InlineData("OFFNUNGSZEITEN", "hours")]
    [InlineData("opening\n  hours", "hours")]
    [InlineData("What's the price?", "prices")]
    [InlineData("PRICELIST", "prices")]
    [InlineData("and HOW   MUCH is it", "prices")]
    public void A_rule_matches_by_its_words(string text, string rule) =>
        RuleMatcher.First(new RuleSet([Hours, Prices]), text).Rule!.Name.ShouldBe(rule);

    [Theory]
    [InlineData("hours please")]
    [InlineData("hours?")]
    [InlineData("how very much")]
    [InlineData("")]
    public void Where_no_rule_matches_there_is_none(string text) =>
        RuleMatcher.First(new RuleSet([Hours, Prices]), text).Rule.ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("👍")]
    [InlineData("anything at all")]
    public void Any_matches_every_text(string text) =>
        RuleMatcher.First(new RuleSet([Everything]), text).Rule.ShouldBe(Everything);

    [Fact]
    public void The_first_match_answers_and_the_rules_before_it_say_why_they_did_not()
    {
        var (rule, tried) = RuleMatcher.First(new RuleSet([Hours, Prices, Everything]), "hello");
        rule.ShouldBe(Everything);
        tried.ShouldBe([new TriedRule("hours", "no-word-equals-text"), new TriedRule("prices", "no-word-in-text")]);

        (rule, tried) = RuleMatcher.First(new RuleSet([Everything, Hours]), "HOURS");
        rule.ShouldBe(Everything);
        tried.ShouldBeEmpty();
    }

    [Fact]
    public void Without_rules_nothing_matches() => RuleMatcher.First(new RuleSet([]), "hello").Rule.ShouldBeNull();
}
