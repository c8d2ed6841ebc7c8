using Sms.AutoReply.Rules;
using Sms.PhoneNumbers;
using static Sms.AutoReply.Rules.AnswerEvent;

namespace Sms.AutoReply.Tests.Rules;

public sealed class AnswerDeciderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly Rule Hours = new("hours", Match.Exact, ["HOURS"], "9 to 18, {{from}}");
    private static readonly ReceivedSms Sms = new(
        new Guid("0c9a1f9e-7a2b-5c53-9d39-3f1f0a8b7c11"), "sms", PhoneNumber.Parse("+919876543210"),
        PhoneNumber.Parse("+911234500000"), "hours", Noon);

    [Fact]
    public void The_matching_rule_answers_from_the_number_that_was_texted()
    {
        Decide(Sms, Hours).ShouldBeOfType<SmsAnswered>().ShouldSatisfyAllConditions(
            a => a.SmsId.ShouldBe(Sms.SmsId), a => a.Endpoint.ShouldBe("sms"), a => a.From.ShouldBe("+911234500000"),
            a => a.To.ShouldBe("+919876543210"), a => a.Text.ShouldBe("9 to 18, +919876543210"), a => a.RuleName.ShouldBe("hours"),
            a => a.RuleSetVersion.ShouldBe(7), a => a.AnsweredAt.ShouldBe(Noon), a => a.ExpiresAt.ShouldBe(Noon.AddMinutes(15)),
            a => a.Tried.ShouldBeEmpty());
    }

    [Fact]
    public void The_id_of_a_reply_follows_from_the_text_it_answers() =>
        Decide(Sms, Hours).ShouldBeOfType<SmsAnswered>().SendId.ShouldBe(new Guid("1fac9811-f0e1-52fd-b46d-43d64bcdef7b"));

    [Fact]
    public void Where_no_rule_matches_it_is_said_why_of_each() =>
        Decide(Sms with { Text = "hello" }, Hours).ShouldBeOfType<NoRuleMatched>()
            .Tried.ShouldBe([new TriedRule("hours", "no-word-equals-text")]);

    [Fact]
    public void A_name_is_not_answered_because_nobody_can_text_it() =>
        Decide(Sms with { From = PhoneNumber.Parse("AD-AIRTEL") }, Hours)
            .ShouldBe(new AnswerWithheld(Sms.SmsId, Withheld.SenderIsAName, null));

    [Fact]
    public void Our_own_number_is_not_answered_because_it_would_never_end() =>
        Decide(Sms with { From = Sms.To }, Hours).ShouldBe(new AnswerWithheld(Sms.SmsId, Withheld.SenderIsOurNumber, null));

    [Fact]
    public void A_short_code_is_answered() =>
        Decide(Sms with { From = PhoneNumber.Parse("56161") }, Hours).ShouldBeOfType<SmsAnswered>().To.ShouldBe("56161");

    [Fact]
    public void A_reply_that_comes_out_empty_is_withheld() =>
        Decide(Sms, Hours with { Reply = "{{ref}}" }).ShouldBe(new AnswerWithheld(Sms.SmsId, Withheld.ReplyIsEmpty, "hours"));

    [Fact]
    public void A_reply_too_long_for_a_text_is_cut_between_characters()
    {
        var echo = new Rule("echo", Match.Any, [], "{{text}}");
        Decide(Sms with { Text = new string('x', 2000) }, echo).ShouldBeOfType<SmsAnswered>().Text.Length.ShouldBe(1600);
        Decide(Sms with { Text = new string('x', 1599) + "👍" }, echo).ShouldBeOfType<SmsAnswered>().Text.ShouldBe(new string('x', 1599));
    }

    private static AnswerEvent Decide(ReceivedSms sms, params Rule[] rules) =>
        AnswerDecider.Decide(new RuleSet([.. rules]), 7, sms, TimeSpan.FromMinutes(15));
}
