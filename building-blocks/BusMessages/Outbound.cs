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
