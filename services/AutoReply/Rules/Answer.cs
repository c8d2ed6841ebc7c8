using Sms.EventStore;

namespace Sms.AutoReply.Rules;

/// <summary>Whether the rules have had their say on a text. They have it once, whatever is redelivered or replayed.</summary>
public sealed record Answer(bool Decided)
{
    public static readonly StreamOf<Answer, AnswerEvent> Stream = new("answer", new Answer(false), (_, _) => new Answer(true));
}

/// <summary>What came of the rules for one text.</summary>
public abstract record AnswerEvent
{
    /// <summary>A rule answered.</summary>
    /// <param name="SmsId">The text.</param>
    /// <param name="SendId">The reply's id.</param>
    /// <param name="RuleName">The rule.</param>
    /// <param name="RuleSetVersion">The version of the rule set it stands in.</param>
    /// <param name="Tried">The rules before it, and why they did not match.</param>
    /// <param name="Endpoint">The endpoint the text came in by and the reply leaves through.</param>
    /// <param name="From">Our number.</param>
    /// <param name="To">Who texted.</param>
    /// <param name="Text">The reply, its variables filled in.</param>
    /// <param name="AnsweredAt">When the rule answered.</param>
    /// <param name="ExpiresAt">When the reply is too late to be sent.</param>
    [StoredAs("autoreply.sms-answered.v1")]
    public sealed record SmsAnswered(
        Guid SmsId, Guid SendId, string RuleName, long RuleSetVersion, IReadOnlyList<TriedRule> Tried, string Endpoint,
        string From, string To, string Text, DateTimeOffset AnsweredAt, DateTimeOffset ExpiresAt) : AnswerEvent;

    /// <summary>No rule matched the text.</summary>
    [StoredAs("autoreply.no-rule-matched.v1")]
    public sealed record NoRuleMatched(Guid SmsId, long RuleSetVersion, IReadOnlyList<TriedRule> Tried) : AnswerEvent;

    /// <summary>The text gets no answer whatever the rules say.</summary>
    /// <param name="SmsId">The text.</param>
    /// <param name="Why">One of <see cref="Rules.Withheld"/>.</param>
    /// <param name="RuleName">The rule that would have answered, where it got that far.</param>
    [StoredAs("autoreply.answer-withheld.v1")]
    public sealed record AnswerWithheld(Guid SmsId, string Why, string? RuleName) : AnswerEvent;
}

/// <summary>Why a text gets no answer whatever the rules say.</summary>
public static class Withheld
{
    /// <summary>The sender is a name; nobody can text it.</summary>
    public const string SenderIsAName = "sender-is-a-name";

    /// <summary>Our own number texted itself; answering would never end.</summary>
    public const string SenderIsOurNumber = "sender-is-our-number";

    /// <summary>The reply is nothing but variables that are empty for this text.</summary>
    public const string ReplyIsEmpty = "reply-is-empty";
}
