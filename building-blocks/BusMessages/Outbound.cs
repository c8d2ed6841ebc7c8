namespace Sms.BusMessages;

/// <summary>Asks Outbound, the only door out, to text someone. Asking again with the same id changes nothing.</summary>
public sealed record SendSms
{
    /// <summary>The asker's id of this text; the same id is never sent twice.</summary>
    public required Guid SendId { get; init; }

    /// <summary>The inbound text this answers: it leaves only after the verdict on that text. The zero id for a text that answers none.</summary>
    public required Guid InReplyTo { get; init; }

    /// <summary>The endpoint to leave through: the one the customer's text came in by.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Our number to send from: the one the customer texted.</summary>
    public required string From { get; init; }

    /// <summary>The customer's number.</summary>
    public required string To { get; init; }

    /// <summary>What to say, 1 to 1600 characters.</summary>
    public required string Text { get; init; }

    /// <summary>Who asks, as an actor: <c>rule:{name}</c>, <c>operator:{name}</c> or <c>system</c>.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>A text still held at this time is not sent any more.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What the text is for: <c>reply</c> (as when left out), <c>notification</c> or <c>marketing</c>.</summary>
    public string? Purpose { get; init; }
}

/// <summary>A gateway refused a text because the person is blocked there for that number: the gateway's own list, of that pair only.</summary>
public sealed record RecipientBlocked
{
    /// <summary>The text that was refused.</summary>
    public required Guid SendId { get; init; }

    /// <summary>The endpoint it was to leave through.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Our number.</summary>
    public required string From { get; init; }

    /// <summary>The person.</summary>
    public required string To { get; init; }

    /// <summary>The gateway's code, such as Twilio's 21610.</summary>
    public required string Code { get; init; }

    /// <summary>When it refused.</summary>
    public required DateTimeOffset BlockedAt { get; init; }
}

/// <summary>
/// What has become of a text of ours, told at every step: whoever keeps a copy takes the highest <see cref="Version"/> it has seen.
/// </summary>
public sealed record SmsChanged
{
    /// <summary>The text.</summary>
    public required Guid SendId { get; init; }

    /// <summary>Counts what happened on the occasion the text belongs to. A lower one than was seen of this text is old news.</summary>
    public required long Version { get; init; }

    /// <summary>The inbound text it answers; the zero id for one that answers none.</summary>
    public required Guid InReplyTo { get; init; }

    /// <summary>The endpoint it leaves through.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Our number.</summary>
    public required string From { get; init; }

    /// <summary>The person.</summary>
    public required string To { get; init; }

    /// <summary>What it says.</summary>
    public required string Text { get; init; }

    /// <summary>What it is for: <c>reply</c>, <c>notification</c>, <c>marketing</c>, <c>confirmation</c> or <c>help</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>Who asked for it, as an actor.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>
    /// <c>held</c> (for consent's word, its turn or its next try), <c>suppressed</c>, <c>expired</c>, <c>cancelled</c>, <c>dispatching</c>,
    /// <c>accepted</c>, <c>sent</c>, <c>delivered</c>, <c>failed</c> or <c>unknown</c> (nobody can say whether it left; a person has to look).
    /// </summary>
    public required string Status { get; init; }

    /// <summary>Why, in a short code, where the status has a reason.</summary>
    public string? Reason { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}
