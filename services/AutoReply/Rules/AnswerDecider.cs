using Sms.EventStore;
using Sms.PhoneNumbers;
using static Sms.AutoReply.Rules.AnswerEvent;

namespace Sms.AutoReply.Rules;

/// <summary>A text that the rules are tried on.</summary>
public sealed record ReceivedSms(
    Guid SmsId, string Endpoint, PhoneNumber From, PhoneNumber To, string Text, DateTimeOffset Now,
    string? Ref = null, string? TenantName = null, string? DeviceId = null);

/// <summary>Whether and what a text is answered. Whether the answer may leave is not decided here: Outbound holds it for the verdict.</summary>
public static class AnswerDecider
{
    private const int LongestText = 1600;

    // Never change it: a reply's id must stay the same on every replay.
    private static readonly Guid Scope = new("9b0e6a44-3c51-4f0d-8f58-0f6f7f1f2c8a");

    /// <summary>Tries the rules on a text.</summary>
    /// <param name="ruleSet">The rules in force.</param>
    /// <param name="version">The version of the rule set.</param>
    /// <param name="sms">The text.</param>
    /// <param name="lifetime">How long the reply is worth sending.</param>
    public static AnswerEvent Decide(RuleSet ruleSet, long version, ReceivedSms sms, TimeSpan lifetime)
    {
        if (!sms.From.CanBeReplied)
            return new AnswerWithheld(sms.SmsId, Withheld.SenderIsAName, null);
        if (sms.From == sms.To)
            return new AnswerWithheld(sms.SmsId, Withheld.SenderIsOurNumber, null);

        var (rule, tried) = RuleMatcher.First(ruleSet, sms.Text);
        if (rule is null)
            return new NoRuleMatched(sms.SmsId, version, tried);

        var reply = Cut(ReplyTemplate.Fill(rule.Reply, sms));
        if (string.IsNullOrWhiteSpace(reply))
            return new AnswerWithheld(sms.SmsId, Withheld.ReplyIsEmpty, rule.Name);

        return new SmsAnswered(
            sms.SmsId, NamedId.Of(Scope, sms.SmsId.ToString()), rule.Name, version, tried, sms.Endpoint,
            sms.To.Value, sms.From.Value, reply, sms.Now, sms.Now + lifetime);
    }

    /// <summary>Quoting a long text can make a reply longer than a text may be; it ends before half a character would be sent.</summary>
    private static string Cut(string reply) =>
        reply.Length <= LongestText ? reply
        : char.IsHighSurrogate(reply[LongestText - 1]) ? reply[..(LongestText - 1)]
        : reply[..LongestText];
}
