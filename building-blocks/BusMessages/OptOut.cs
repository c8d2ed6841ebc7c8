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
    /// opted out; <c>opt-out</c>, <c>opt-in</c>, <c>help</c>: the text was that keyword.
    /// </summary>
    public required string Verdict { get; init; }

    /// <summary>Whether replies to this text may leave. Only ever true for <c>clear</c>.</summary>
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
}
