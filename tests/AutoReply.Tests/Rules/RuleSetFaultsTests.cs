using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Tests.Rules;

public sealed class RuleSetFaultsTests
{
    private static readonly Rule Good = Some.Rule("hours", Match.Exact, ["HOURS"], "9 to 18");

    [Fact]
    public void Good_rules_have_no_faults() => RuleSetFaults.Of(new RuleSet { Rules = [Good, Some.Rule("rest", Match.Any, [])] }).ShouldBeEmpty();

    [Fact]
    public void No_rules_at_all_is_a_rule_set_too() => RuleSetFaults.Of(new RuleSet()).ShouldBeEmpty();

    public static TheoryData<Rule, string, string> Faulty => new()
    {
        { Good with { Name = "" }, "name", "must not be empty" },
        { Good with { Name = new string('x', 101) }, "name", "must not be longer than 100 characters" },
        { Good with { Name = "a\nb" }, "name", "must not contain control characters" },
        { Good with { Match = "" }, "match", "must be exact, word, contains, starts-with, regex or any" },
        { Good with { Words = [] }, "words", "must not be empty" },
        { Good with { Match = "any" }, "words", "must be left out of a rule that matches any text" },
        { Good with { Words = [.. Enumerable.Repeat("x", 101)] }, "words", "must not be more than 100" },
        { Good with { Words = ["HOURS", null!] }, "words[1]", "must not be empty" },
        { Good with { Match = "contains", Words = ["\u200B"] }, "words[0]", "must not be empty" },
        { Good with { Words = ["?!"], PunctuationCounts = false }, "words[0]", "must not be empty" },
        { Good with { Words = [new string('x', 161)] }, "words[0]", "must not be longer than 160 characters" },
        { Good with { Words = ["a\0"] }, "words[0]", "must not contain the character U+0000" },
        { Good with { Words = ["HOURS", "Stop!"] }, "words[1]", "is the consent word STOP, which is answered before any rule" },
        { Good with { Match = "contains", Words = ["opt-out"] }, "words[0]", "is the consent word OPT OUT, which is answered before any rule" },
        { Good with { Match = "word", Words = ["cancel"] }, "words[0]", "is the consent word CANCEL, which is answered before any rule" },
        { Good with { Words = ["ｈéｌｐ"] }, "words[0]", "is the consent word HELP, which is answered before any rule" },
        { Good with { Words = ["arrêt"] }, "words[0]", "is the consent word ARRET, which is answered before any rule" },
        { Good with { Match = "regex", Words = ["^(stop|quit)$"] }, "words[0]", "is the consent word STOP, which is answered before any rule" },
        { Good with { Match = "regex", Words = ["(?=a)"] }, "words[0]", "uses what takes time beyond all bounds on some texts: look-around, back-references, atomic groups or conditions" },
        { Good with { Words = ["@everything"] }, "words[0]", "is no list of words; there are @hello, @thanks, @yes, @no, @person" },
        { Good with { Reply = null }, "reply", "must not be empty where there are no actions" },
        { Good with { Reply = " \n" }, "reply", "must not be empty" },
        { Good with { Reply = new string('x', 1601) }, "reply", "must not be longer than 1600 characters" },
        { Good with { Reply = "a\0" }, "reply", "must not contain the character U+0000" },
        { Good with { Reply = "Hi {{from" }, "reply", "has '{{' without '}}'" },
        { Good with { CooldownMinutes = 43_201 }, "cooldownMinutes", "must be 0 to 43200" },
        { Good with { Actions = [null!] }, "actions[0]", "must be an action" },
        { Good with { Actions = [new() { Do = "sing" }] }, "actions[0].do", "must be one of reply, webhook, email, tag, ticket, hand-over" },
        { Good with { Actions = [new() { Do = "reply" }] }, "actions[0].text", "must not be empty" },
        { Good with { Actions = [new() { Do = "tag", Tag = "x", AfterSeconds = 5 }] }, "actions[0].afterSeconds", "must be 0 to 86400, and is for replies" },
        { Good with { Actions = [new() { Do = "email", To = "nobody", Subject = "x", Text = "y" }] }, "actions[0].to", "must be an e-mail address" },
        { Good with { Actions = [new() { Do = "email", To = "a@example.com", Text = "y" }] }, "actions[0].subject", "must not be empty" },
        { Good with { Actions = [new() { Do = "webhook", Url = "https://me:secret@example.com" }] }, "actions[0].url", "must be an https address of at most 500 characters, without a password in it" },
        { Good with { Actions = [new() { Do = "tag", Tag = "" }] }, "actions[0].tag", "must be 1 to 50 characters on one line" },
        { Good with { Actions = [new() { Do = "ticket", Priority = "top" }] }, "actions[0].priority", "must be one of low, normal, high, urgent" },
        { Good with { Actions = [new() { Do = "ticket", Note = "{{who}}" }] }, "actions[0].note", ReplyTemplate.Fault("{{who}}")! },
        { Good with { Only = new() { From = [""] } }, "only.from", "must be at most 1000 values of 1 to 100 characters" },
        { Good with { Only = new() { FirstDay = "2027-02-29" } }, "only.firstDay", "must be a day written yyyy-MM-dd" },
        { Good with { Only = new() { FirstDay = "2026-06-12", LastDay = "2026-06-11" } }, "only.lastDay", "must not be before the first day" },
        { Good with { Only = new() { Hours = new() { Open = [new(["mon"], "9:00", "17:00")] } } }, "only.hours.open[0]", "must go from and to a time written HH:mm" },
        { Good with { Only = new() { Hours = new() { Open = [new(["monday"], "09:00", "17:00")] } } }, "only.hours.open[0].days", "must be some of mon, tue, wed, thu, fri, sat, sun" },
        { Good with { Only = new() { Hours = new() { Open = [] } } }, "only.hours.open", "must be 1 to 50 times of the week" },
        { Good with { Only = new() { Hours = new() { Open = [new(["mon"], "09:00", "17:00")], Calendar = "none" } } }, "only.hours.calendar", "there is no calendar called 'none'" },
        { Good with { Only = new() { Hours = new() { Open = [new(["mon"], "09:00", "17:00")], TimeZone = "Mars" } } }, "only.hours.timeZone", "must be an IANA time zone such as Europe/Berlin" },
    };

    [Theory]
    [MemberData(nameof(Faulty), DisableDiscoveryEnumeration = true)]
    public void A_fault_names_the_field(Rule rule, string field, string fault)
    {
        var faults = RuleSetFaults.Of(new RuleSet { Rules = [Some.Rule("first", Match.Any, []), rule] });
        faults.Keys.ShouldBe([$"rules[1].{field}"]);
        faults.Values.Single().ShouldBe([fault]);
    }

    public static TheoryData<RuleSet, string> FaultySets => new()
    {
        { new RuleSet { TimeZone = "Europe/Nowhere" }, "timeZone" },
        { new RuleSet { Languages = ["xx"] }, "languages" },
        { new RuleSet { Languages = [] }, "languages" },
        { new RuleSet { DefaultReply = "{{who}}" }, "defaultReply" },
        { new RuleSet { DefaultReplyCooldownMinutes = -1 }, "defaultReplyCooldownMinutes" },
        { new RuleSet { Calendars = [new("a", ["2026-02-30"])] }, "calendars[0].days" },
        { new RuleSet { Calendars = [new("a", []), new("a", [])] }, "calendars[1]" },
        { new RuleSet { Limits = new Limits { PerPerson = [new(5, 0)] } }, "limits.perPerson" },
        { new RuleSet { Limits = new Limits { InAll = [new(-1, 5)] } }, "limits.inAll" },
        { new RuleSet { Limits = new Limits { QuietMinutesAfterPerson = 1441 } }, "limits.quietMinutesAfterPerson" },
        { new RuleSet { Limits = new Limits { SameTextTimes = 0 } }, "limits.sameTextTimes" },
        { new RuleSet { Rules = [null!] }, "rules[0]" },
        { new RuleSet { Rules = [.. Enumerable.Range(0, 10_001).Select(no => Good with { Name = $"{no}" })] }, "rules" },
        { new RuleSet { Rules = [Good, Good with { Name = "Hours " }] }, "rules[1].name" },
    };

    [Theory]
    [MemberData(nameof(FaultySets), DisableDiscoveryEnumeration = true)]
    public void What_holds_for_all_rules_has_to_make_sense_too(RuleSet ruleSet, string field) => RuleSetFaults.Of(ruleSet).Keys.ShouldBe([field]);

    [Theory]
    [InlineData("START")]
    [InlineData("YES")]
    [InlineData("stop it")]
    [InlineData("cancel my appointment")]
    [InlineData("help me")]
    public void Words_that_reach_the_rules_are_allowed(string word) => RuleSetFaults.Of(new RuleSet { Rules = [Good with { Words = [word] }] }).ShouldBeEmpty();

    [Fact]
    public void A_word_is_reserved_where_its_language_is_spoken()
    {
        RuleSetFaults.Of(new RuleSet { Languages = ["de"], Rules = [Good with { Words = ["abmelden"] }] }).Keys.ShouldBe(["rules[0].words[0]"]);
        RuleSetFaults.Of(new RuleSet { Languages = ["en"], Rules = [Good with { Words = ["abmelden"] }] }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(".*")]
    [InlineData(@"\d{4}")]
    [InlineData("^(?:where|track)")]
    public void A_pattern_for_any_text_or_for_others_is_no_clash(string pattern) =>
        RuleSetFaults.Of(new RuleSet { Rules = [Good with { Match = Match.Regex, Words = [pattern] }] }).ShouldBeEmpty();
}
