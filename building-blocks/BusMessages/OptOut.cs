namespace Sms.BusMessages;

/// <summary>
/// Consent has been ruled on for one inbound text. Nothing that answers the text may leave before this has arrived.
/// </summary>
public sealed record InboundSmsScreened
{
    /// <summary>The text that was ruled on.</summary>
    public required Guid SmsId { get; init; }

    /// <summary>The endpoint it came in by.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Who texted.</summary>
    public required string From { get; init; }

    /// <summary>Our number that was texted.</summary>
    public required string To { get; init; }

    /// <summary>
    /// <c>clear</c>: an ordinary text of someone who may be texted; <c>blocked</c>: an ordinary text of someone who has
    /// opted out; <c>opt-out</c>, <c>opt-in</c>, <c>help</c>: the text was that keyword; <c>review</c>: it may have meant an
    /// opt-out, and a person has to say.
    /// </summary>
    public required string Verdict { get; init; }

    /// <summary>Whether replies to this text may leave. Only ever true for <c>clear</c> and <c>review</c>.</summary>
    public required bool RepliesAllowed { get; init; }

    /// <summary>Whether the person is opted out of texts from our number once this text is taken into account.</summary>
    public required bool OptedOut { get; init; }

    /// <summary>
    /// The one text that consent itself answers with (the confirmation of a STOP or START, the answer to HELP), or null.
    /// Outbound sends it on the strength of this verdict alone; no other text is exempt from the gate.
    /// </summary>
    public string? Answer { get; init; }

    /// <summary>When the text was sent, as in <see cref="InboundSmsReceived.SentAt"/>.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>When the ruling was made.</summary>
    public required DateTimeOffset ScreenedAt { get; init; }

    /// <summary>When the text was accepted by Ingress; a STOP's confirmation is due within minutes of it. Null in rulings of before this was told.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Whether only people, no rules, may text the person until a review of what they meant is decided.</summary>
    public bool AutomationPaused { get; init; }

    /// <summary>The fact in the consent ledger that the ruling rests on: a text that leaves on its strength names it.</summary>
    public Guid? FactId { get; init; }

    /// <summary>The hash of that fact in its chain, 64 hexadecimal digits.</summary>
    public string? FactHash { get; init; }
}

/// <summary>
/// May this text, which answers none, leave? Asked of OptOut by Outbound for every such text; nothing leaves before the answer.
/// </summary>
public sealed record ConsentAsked
{
    /// <summary>The text's id. Asked again with the same id (held for long, say), it is ruled on anew.</summary>
    public required Guid SendId { get; init; }

    /// <summary>The endpoint it would leave through.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Our number.</summary>
    public required string From { get; init; }

    /// <summary>The person.</summary>
    public required string To { get; init; }

    /// <summary><c>reply</c>, <c>notification</c> or <c>marketing</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>Who asks, as an actor.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When Outbound asked.</summary>
    public required DateTimeOffset AskedAt { get; init; }
}

/// <summary>OptOut's answer to <see cref="ConsentAsked"/>, with the fact it rests on.</summary>
public sealed record ConsentRuled
{
    /// <summary>The text that was asked about.</summary>
    public required Guid SendId { get; init; }

    /// <summary>When Outbound had asked: tells the answers to two questions about one text apart.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Whether it may leave.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Why, in a word: <c>opted-in</c>, <c>wrote-first</c>, <c>not-opted-out</c>, <c>opted-out</c>, <c>no-consent</c>, <c>under-review</c>, <c>blocked-by-gateway</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>The fact in the ledger this rests on; null where there is none about the person.</summary>
    public Guid? FactId { get; init; }

    /// <summary>The hash of that fact in its chain, 64 hexadecimal digits.</summary>
    public string? FactHash { get; init; }

    /// <summary>When it was ruled.</summary>
    public required DateTimeOffset RuledAt { get; init; }
}

/// <summary>
/// A person's consent changed other than by a text of theirs: an operator, an import, a gateway's block, a policy or a decided
/// review. What is cleared and has not left yet must be looked at again.
/// </summary>
public sealed record ConsentChanged
{
    /// <summary>The fact in the ledger.</summary>
    public required Guid FactId { get; init; }

    /// <summary>Its hash in the chain, 64 hexadecimal digits.</summary>
    public required string FactHash { get; init; }

    /// <summary>The person.</summary>
    public required string Person { get; init; }

    /// <summary>Our number it concerns; null for all of them.</summary>
    public string? OurNumber { get; init; }

    /// <summary>The purpose it concerns; null for all of them.</summary>
    public string? Purpose { get; init; }

    /// <summary>What holds from then on: <c>opted-out</c>, <c>opted-in</c>, <c>paused</c> (only people may text) or <c>resumed</c>.</summary>
    public required string Change { get; init; }

    /// <summary>From when it holds.</summary>
    public required DateTimeOffset EffectiveAt { get; init; }
}
