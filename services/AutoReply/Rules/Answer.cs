using Sms.EventStore;

namespace Sms.AutoReply.Rules;

/// <summary>Whether the rules have had their say on a text. They have it once, whatever is redelivered or replayed.</summary>
public sealed record Answer(bool Decided)
{
    public static readonly StreamOf<Answer, AnswerEvent> Stream = new("answer", new Answer(false), (_, _) => new Answer(true));
}

/// <summary>A rule that was looked at.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Why"><c>matched</c>, or why it did not match.</param>
public sealed record TriedRule(string Rule, string Why);

/// <summary>What came of the rules for one text.</summary>
public abstract record AnswerEvent
{
    /// <summary>The rules were tried on a text.</summary>
    [StoredAs("autoreply.sms-ruled.v1")]
    public sealed record SmsRuled : AnswerEvent
    {
        /// <summary>The text.</summary>
        public required Guid SmsId { get; init; }

        /// <summary>The endpoint it came in by and replies leave through.</summary>
        public required string Endpoint { get; init; }

        /// <summary>Whose rule set was tried: an endpoint label, or <c>default</c>.</summary>
        public required string Label { get; init; }

        /// <summary>The rule set's version.</summary>
        public required long RuleSetVersion { get; init; }

        /// <summary>Who texted.</summary>
        public required string From { get; init; }

        /// <summary>Our number.</summary>
        public required string To { get; init; }

        /// <summary>What they said.</summary>
        public required string Text { get; init; }

        /// <summary>When the text was accepted.</summary>
        public required DateTimeOffset ReceivedAt { get; init; }

        /// <summary>The caller's reference.</summary>
        public string? Ref { get; init; }

        /// <summary>The gateway account's name.</summary>
        public string? TenantName { get; init; }

        /// <summary>The gateway's id of the phone.</summary>
        public string? DeviceId { get; init; }

        /// <summary>What was known.</summary>
        public required Circumstances Seen { get; init; }

        /// <summary>The person, as in the id of their stream.</summary>
        public required Guid Person { get; init; }

        /// <summary>How many facts of the person's stream the ruling rests on.</summary>
        public required long PersonVersion { get; init; }

        /// <summary>What the rules made of it.</summary>
        public required Ruling Ruling { get; init; }

        /// <summary>What the rules that are tried in the shadow made of it.</summary>
        public ShadowRuling? Shadow { get; init; }

        /// <summary>When it was ruled.</summary>
        public required DateTimeOffset RuledAt { get; init; }

        /// <summary>When replies are too late to be sent, each counted from when it is due: so many seconds.</summary>
        public required int LifetimeSeconds { get; init; }
    }

    /// <summary>A rule answered. Stored before rules did more than that; nothing writes it any more.</summary>
    [StoredAs("autoreply.sms-answered.v1")]
    public sealed record SmsAnswered(
        Guid SmsId, Guid SendId, string RuleName, long RuleSetVersion, IReadOnlyList<TriedRule> Tried, string Endpoint,
        string From, string To, string Text, DateTimeOffset AnsweredAt, DateTimeOffset ExpiresAt) : AnswerEvent;

    /// <summary>No rule matched the text. Nothing writes it any more.</summary>
    [StoredAs("autoreply.no-rule-matched.v1")]
    public sealed record NoRuleMatched(Guid SmsId, long RuleSetVersion, IReadOnlyList<TriedRule> Tried) : AnswerEvent;

    /// <summary>The text got no answer whatever the rules said. Nothing writes it any more.</summary>
    [StoredAs("autoreply.answer-withheld.v1")]
    public sealed record AnswerWithheld(Guid SmsId, string Why, string? RuleName) : AnswerEvent;
}

/// <summary>What rules make of one text.</summary>
public sealed record Ruling
{
    /// <summary>One of <see cref="Outcomes"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The rules that matched and did something, in order.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>The rules whose words stand in the text, in the order they were tried; every other before the last of them had no word in it.</summary>
    public IReadOnlyList<TriedRule> Tried { get; init; } = [];

    /// <summary>The rule at which the trying stopped; null where all were tried.</summary>
    public string? StoppedBy { get; init; }

    /// <summary>Why replies, or everything, did not happen: one of <see cref="Rules.Withheld"/>.</summary>
    public string? Withheld { get; init; }

    /// <summary>What there is to be done, in order.</summary>
    public IReadOnlyList<Deed> Deeds { get; init; } = [];

    /// <summary>Whether this and another ruling come to the same for the person and the business.</summary>
    public bool SameAs(Ruling other) =>
        Outcome == other.Outcome && Withheld == other.Withheld && Rules.SequenceEqual(other.Rules) && Deeds.SequenceEqual(other.Deeds);
}

/// <summary>What rules in the shadow make of a text.</summary>
/// <param name="Version">The version of the shadow's stream.</param>
/// <param name="Ruling">Their ruling.</param>
/// <param name="Differs">Whether it comes to something else than the rules in force.</param>
public sealed record ShadowRuling(long Version, Ruling Ruling, bool Differs);

/// <summary>One thing to be done for a text: an action with its variables filled in.</summary>
public sealed record Deed
{
    /// <summary>Its id: follows from the text and its place, so it is the same however often it is decided.</summary>
    public Guid Id { get; init; }

    /// <summary>The rule that wants it.</summary>
    public required string Rule { get; init; }

    /// <summary>One of <see cref="RuleAction.Kinds"/>.</summary>
    public required string Do { get; init; }

    /// <summary>The reply, the e-mail's text, the ticket's note.</summary>
    public string? Text { get; init; }

    /// <summary>How long after the text it is due, in seconds.</summary>
    public int AfterSeconds { get; init; }

    /// <summary>The webhook's address.</summary>
    public string? Url { get; init; }

    /// <summary>The e-mail's recipient.</summary>
    public string? To { get; init; }

    /// <summary>The e-mail's subject.</summary>
    public string? Subject { get; init; }

    /// <summary>The tag.</summary>
    public string? Tag { get; init; }

    /// <summary>The ticket's priority.</summary>
    public string? Priority { get; init; }

    /// <summary>Its agent.</summary>
    public string? Assignee { get; init; }

    /// <summary>Its team.</summary>
    public string? Team { get; init; }
}

/// <summary>What rules can come to.</summary>
public static class Outcomes
{
    public const string Answered = "answered", Acted = "acted", HandedOver = "handed-over", None = "none";
}

/// <summary>Why a text gets no reply, or rules do nothing, whatever they say.</summary>
public static class Withheld
{
    /// <summary>The sender is a name; nobody can text it.</summary>
    public const string SenderIsAName = "sender-is-a-name";

    /// <summary>The sender is a short code: a machine.</summary>
    public const string SenderIsAShortCode = "sender-is-a-short-code";

    /// <summary>Our own number texted; answering would never end.</summary>
    public const string SenderIsOurNumber = "sender-is-our-number";

    /// <summary>The reply is nothing but variables that are empty for this text.</summary>
    public const string ReplyIsEmpty = "reply-is-empty";

    /// <summary>The master switch is off.</summary>
    public const string SwitchedOff = "switched-off";

    /// <summary>The conversation is left to a person.</summary>
    public const string HandedOver = "handed-over";

    /// <summary>A person has just answered.</summary>
    public const string PersonAnswers = "a-person-answers";

    /// <summary>The text is what we have just said ourselves.</summary>
    public const string Echo = "echo";

    /// <summary>The same text got the same reply again and again.</summary>
    public const string Repeats = "repeats-itself";

    /// <summary>The person has had as many replies as there may be.</summary>
    public const string PersonCap = "cap-for-the-person";

    /// <summary>As many replies as there may be have left through the endpoint: its breaker opens.</summary>
    public const string EndpointCap = "cap-for-the-endpoint";

    /// <summary>As many replies as there may be have left in all: the breaker opens.</summary>
    public const string OverallCap = "cap-in-all";

    /// <summary>The endpoint's breaker is open, until a person closes it.</summary>
    public const string EndpointBreaker = "breaker-of-the-endpoint";

    /// <summary>The breaker for all is open, until a person closes it.</summary>
    public const string OverallBreaker = "breaker-for-all";
}
