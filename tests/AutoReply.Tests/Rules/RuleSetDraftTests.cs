using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Tests.Rules;

public sealed class RuleSetDraftTests
{
    private static readonly RuleDraft Good = new("hours", "exact", ["HOURS"], "9 to 18");

    [Fact]
    public void Good_rules_have_no_faults_and_keep_their_order()
    {
        var draft = new RuleSetDraft([Good, new(" prices ", "contains", ["price", "stop"], "{{from}}"), new("rest", "any", null, "thanks")]);
        draft.Faults().ShouldBeEmpty();
        draft.ToRules().Select(rule => rule.Name).ShouldBe(["hours", "prices", "rest"]);
    }

    [Fact]
    public void No_rules_at_all_is_a_rule_set_too() => new RuleSetDraft([]).Faults().ShouldBeEmpty();

    public static TheoryData<RuleDraft, string, string> Faulty => new()
    {
        { Good with { Name = null }, "name", "must not be empty" },
        { Good with { Name = " " }, "name", "must not be empty" },
        { Good with { Name = new string('x', 101) }, "name", "must not be longer than 100 characters" },
        { Good with { Name = "a\nb" }, "name", "must not contain control characters" },
        { Good with { Match = null }, "match", "must be exact, contains or any" },
        { Good with { Match = "regex" }, "match", "must be exact, contains or any" },
        { Good with { Words = null }, "words", "must not be empty" },
        { Good with { Words = [] }, "words", "must not be empty" },
        { Good with { Match = "any" }, "words", "must be left out of a rule that matches any text" },
        { Good with { Words = [.. Enumerable.Repeat("x", 101)] }, "words", "must not be more than 100" },
        { Good with { Words = ["HOURS", null] }, "words[1]", "must not be empty" },
        { Good with { Words = ["  "] }, "words[0]", "must not be empty" },
        { Good with { Match = "contains", Words = ["\u200B"] }, "words[0]", "must not be empty" },
        { Good with { Words = [new string('x', 161)] }, "words[0]", "must not be longer than 160 characters" },
        { Good with { Words = ["a\0"] }, "words[0]", "must not contain the character U+0000" },
        { Good with { Words = ["HOURS", "Stop!"] }, "words[1]", "is the consent word STOP, which is answered before any rule" },
        { Good with { Words = ["opt-out"] }, "words[0]", "is the consent word OPT OUT, which is answered before any rule" },
        { Good with { Words = ["ｈéｌｐ"] }, "words[0]", "is the consent word HELP, which is answered before any rule" },
        { Good with { Reply = null }, "reply", "must not be empty" },
        { Good with { Reply = " \n" }, "reply", "must not be empty" },
        { Good with { Reply = new string('x', 1601) }, "reply", "must not be longer than 1600 characters" },
        { Good with { Reply = "a\0" }, "reply", "must not contain the character U+0000" },
        { Good with { Reply = "Hi {{name}}" }, "reply", "'{{name}}' is not a variable; there are {{from}}, {{to}}, {{text}}, {{ref}}, {{now}}, {{tenantName}}, {{deviceId}}" },
    };

    [Theory]
    [MemberData(nameof(Faulty), DisableDiscoveryEnumeration = true)]
    public void A_fault_names_the_field(RuleDraft rule, string field, string fault)
    {
        var faults = new RuleSetDraft([new("first", "any", null, "thanks"), rule]).Faults();
        faults.Keys.ShouldBe([$"rules[1].{field}"]);
        faults.Values.Single().ShouldBe([fault]);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() =>
        new RuleSetDraft([new(null, null, null, null), null]).Faults().Keys
            .ShouldBe(["rules[0].name", "rules[0].match", "rules[0].words", "rules[0].reply", "rules[1]"], ignoreOrder: true);

    [Fact]
    public void Two_rules_of_one_name_cannot_be_told_apart() =>
        new RuleSetDraft([Good, Good with { Name = "Hours " }]).Faults()["rules[1].name"].ShouldBe(["is the name of rules[0] too"]);

    [Fact]
    public void A_missing_list_and_a_list_too_long_are_refused()
    {
        new RuleSetDraft(null).Faults()["rules"].ShouldBe(["must be a list of rules"]);
        new RuleSetDraft([.. Enumerable.Range(0, 201).Select(i => Good with { Name = $"{i}" })]).Faults()["rules"]
            .ShouldBe(["must not have more than 200 rules"]);
    }

    [Theory]
    [InlineData("START")]
    [InlineData("YES")]
    [InlineData("stop it")]
    public void Words_that_reach_the_rules_are_allowed(string word) =>
        new RuleSetDraft([Good with { Words = [word] }]).Faults().ShouldBeEmpty();
}
