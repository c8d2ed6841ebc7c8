using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Sms.Console.Pages.Rules;

namespace Sms.Console.Tests.Pages.Rules;

public sealed class RuleFieldsTests
{
    [Fact]
    public void A_rule_is_read_from_its_form()
    {
        var (rule, _) = RuleFields.Read(Form(
            ("name", " hours "), ("enabled", "true"), ("match", "word"), ("words", "open\r\n\r\n hours "), ("reply", "9 to 18\r\nSee you"), ("cooldownMinutes", "60"),
            ("only.tags", "vip, member"), ("only.contactKnown", "true"), ("actions[0].do", ""), ("actions[1].do", "ticket"), ("actions[1].assignee", "jo"),
            ("actions[1].url", "https://elsewhere"), ("only.hours.open[0].days", "tue"), ("only.hours.open[0].days", "mon"), ("only.hours.open[0].from", "09:00"),
            ("only.hours.open[0].to", "18:00"), ("only.hours.closed", "true")), new Rule { Priority = 3 });
        rule.Name.ShouldBe("hours");
        rule.Enabled.ShouldBeTrue();
        rule.Words.ShouldBe(["open", "hours"]);
        rule.PunctuationCounts.ShouldBeFalse();
        rule.Reply.ShouldBe("9 to 18\nSee you");
        rule.CooldownMinutes.ShouldBe(60);
        rule.Priority.ShouldBe(3);
        rule.Only!.Tags.ShouldBe(["vip", "member"]);
        rule.Only.ContactKnown.ShouldBe(true);
        rule.Only.HasOpenTicket.ShouldBeNull();
        rule.Only.Hours!.Open.ShouldHaveSingleItem().Days.ShouldBe(["mon", "tue"]);
        rule.Only.Hours.Closed.ShouldBeTrue();
        rule.Actions.ShouldHaveSingleItem().ShouldBe(new RuleAction { Do = "ticket", Assignee = "operator:jo" });
    }

    [Fact]
    public void Nothing_to_narrow_it_down_is_no_filter_and_any_text_has_no_words()
    {
        var (rule, _) = RuleFields.Read(Form(("match", "any"), ("words", "left over"), ("only.tags", " ")), new Rule());
        rule.Only.ShouldBeNull();
        rule.Words.ShouldBeEmpty();
        rule.Reply.ShouldBeNull();
    }

    [Fact]
    public void An_answer_at_once_is_shown_as_the_answer_however_it_was_written()
    {
        var tag = new RuleAction { Do = "tag", Tag = "vip" };
        var shown = RuleFields.Shown(new Rule { Actions = [new() { Do = "reply", Text = "hi" }, tag] });
        shown.Reply.ShouldBe("hi");
        shown.Actions.ShouldBe([tag]);
        RuleFields.Shown(new Rule { Actions = [new() { Do = "reply", Text = "hi", AfterSeconds = 60 }] }).Reply.ShouldBeNull();
    }

    [Fact]
    public void Problems_are_told_by_the_fields_of_the_form()
    {
        var (_, fields) = RuleFields.Read(Form(
            ("words", "a\nstop"), ("actions[0].do", ""), ("actions[2].do", "tag"), ("only.hours.open[1].from", "9")), new Rule());
        var problem = fields.Here(new Problem("autoreply", 400, "all of it", new Dictionary<string, string[]>
        {
            ["rules[4].words[1]"] = ["is a consent word"], ["rules[4].actions[0].tag"] = ["must not be empty"], ["rules[4].only.hours.open[0]"] = ["must go on"],
            ["rules[4].name"] = ["must not be empty"], ["timeZone"] = ["must be one"],
        }), 4);
        problem.Errors!.Keys.ShouldBe(["words", "actions[2].tag", "only.hours.open[1].from", "name", "timeZone"]);
        problem.Errors!["words"].ShouldBe(["“stop”: Is a consent word."]);
        problem.Errors!["timeZone"].ShouldBe(["timeZone: must be one."]);
    }

    private static FormCollection Form(params (string Name, string Value)[] fields) =>
        new(fields.GroupBy(field => field.Name).ToDictionary(field => field.Key, field => new StringValues([.. field.Select(one => one.Value)])));
}
