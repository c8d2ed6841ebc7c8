using Sms.AutoReply.Rules;
using Sms.AutoReply.UseCases;
using Sms.Yaml;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class ImportRulesTests
{
    private const string Rules = """
        {
          "enabled": true,
          "defaultReply": "We will be back, {{from}}.",
          "rules": [
            { "name": "stop", "matchType": "Exact", "pattern": "STOP", "priority": 1, "actions": [{ "type": "reply", "text": "bye" }] },
            { "name": "hours", "matchType": "Contains", "pattern": "hours", "priority": 10,
              "actions": [{ "type": "reply", "text": "9 to 18" }, { "type": "webhook", "url": "https://example.com/hook" }] },
            { "name": "order", "matchType": "Regex", "pattern": "order\\s+\\d+", "fromFilter": "+91*", "priority": 5, "action": { "type": "email", "to": "shop@example.com", "subject": "Order", "body": "{{text}}" } },
            { "name": "all", "matchType": "Any", "priority": 99, "reply": "Thanks" },
            { "name": "odd", "matchType": "Any", "priority": 100, "actions": [{ "type": "ring" }] }
          ]
        }
        """;

    [Fact]
    public void Mobile_API_Connects_rules_become_a_draft_and_what_cannot_is_said()
    {
        var (ruleSet, notes, faults) = ImportRules.FromMobileApiConnect(LinedDocument.OfJson(Rules));
        faults.ShouldBeEmpty();
        ruleSet!.DefaultReply.ShouldBe("We will be back, {{from}}.");
        ruleSet.Rules.Select(rule => (rule.Name, rule.Match, rule.Priority)).ShouldBe([("hours", Match.Contains, 10), ("order", Match.Regex, 5), ("all", Match.Any, 99)]);
        ruleSet.Rules[0].Actions.Select(action => action.Do).ShouldBe([RuleAction.Replies, RuleAction.CallsWebhook]);
        ruleSet.Rules[1].Only!.From.ShouldBe(["+91*"]);
        notes.Count.ShouldBe(3);
        notes[0].ShouldBe("stop: left out, because STOP is answered before any rule; here nobody has to write a rule for it");
    }

    [Fact]
    public void They_are_tried_as_there_by_priority_the_first_match_wins()
    {
        var rules = ImportRules.FromMobileApiConnect(LinedDocument.OfJson(Rules)).RuleSet!;
        Some.Decide(Some.Sms("hours of order 12"), rules).Rules.ShouldBe(["order"]);
        Some.Decide(Some.Sms("HOURS?"), rules).Rules.ShouldBe(["hours"]);
        Some.Decide(Some.Sms("something"), rules).Rules.ShouldBe(["all"]);
    }

    [Fact]
    public void A_fault_names_the_field_and_the_line()
    {
        var (_, _, faults) = ImportRules.FromMobileApiConnect(LinedDocument.OfYaml("rules:\n  - name: x\n    matchType: Fuzzy\n  - 7"));
        faults["rules[0].matchType"].Single().ShouldContain("(line 3)");
        faults["rules[1]"].Single().ShouldContain("(line 4)");
        ImportRules.FromMobileApiConnect(LinedDocument.OfJson("7")).Faults.Keys.ShouldBe(["rules"]);
    }

    public static TheoryData<string> Packs => new(RulePacks.Names);

    [Fact]
    public void There_are_packs_to_begin_with() => RulePacks.Names.ShouldBe(["appointment", "delivery-status", "shop-hours"]);

    [Theory]
    [MemberData(nameof(Packs))]
    public void Every_pack_can_be_put_in_force_and_written_out_again(string name)
    {
        var (ruleSet, faults) = RuleSetBody.Read(RulePacks.Text(name)!, yaml: true);
        faults.ShouldBeEmpty();
        RuleSetBody.Read(YamlText.Of(RuleSetBody.AsWritten(ruleSet!)), yaml: true).Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("shop-hours", "When are you open?", "opening hours")]
    [InlineData("shop-hours", "Öffnungszeiten", "opening hours")]
    [InlineData("appointment", "Yes!", "confirmed")]
    [InlineData("appointment", "please cancel my appointment", "another time")]
    [InlineData("delivery-status", "Where is my order??", "where is it")]
    [InlineData("delivery-status", "RR123456785DE", "parcel number")]
    [InlineData("delivery-status", "it is damaged, where is my order", "complaint")]
    public void The_packs_answer_what_they_are_for(string name, string text, string rule) =>
        Some.Decide(Some.Sms(text), RuleSetBody.Read(RulePacks.Text(name)!, yaml: true).RuleSet!).Rules.ShouldBe([rule]);

    [Fact]
    public void The_shop_says_that_it_is_closed_while_it_is()
    {
        var shop = RuleSetBody.Read(RulePacks.Text("shop-hours")!, yaml: true).RuleSet!;
        Some.Decide(Some.Sms("hello", new(2026, 6, 12, 19, 0, 0, TimeSpan.Zero)), shop).Rules.ShouldBe(["closed"]);
        Some.Decide(Some.Sms("hello", new(2026, 6, 12, 8, 0, 0, TimeSpan.Zero)), shop).Rules.ShouldBeEmpty();
        Some.Decide(Some.Sms("hello", new(2026, 12, 25, 10, 0, 0, TimeSpan.Zero)), shop).Rules.ShouldBe(["closed"]);
    }
}
