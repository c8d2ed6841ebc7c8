namespace Sms.Outbound.Replies;

/// <summary>What may be asked of the answers to one inbound text.</summary>
public abstract record ReplyCommand
{
    /// <summary>Take note of the verdict on the text.</summary>
    /// <param name="SmsId">The text.</param>
    /// <param name="Verdict">The ruling.</param>
    /// <param name="RepliesAllowed">Whether answers may leave.</param>
    /// <param name="Answer">The one text the verdict itself answers with, or null.</param>
    /// <param name="Endpoint">The endpoint the text came in by.</param>
    /// <param name="Person">Who texted.</param>
    /// <param name="OurNumber">Our number that was texted.</param>
    /// <param name="SentAt">When the text was sent.</param>
    /// <param name="ScreenedAt">When the ruling was made.</param>
    /// <param name="Now">The time.</param>
    public sealed record RecordVerdict(
        Guid SmsId, string Verdict, bool RepliesAllowed, string? Answer, string Endpoint, string Person, string OurNumber,
        DateTimeOffset SentAt, DateTimeOffset ScreenedAt, DateTimeOffset Now) : ReplyCommand;

    /// <summary>Answer the text with this.</summary>
    public sealed record RequestSms(
        Guid SendId, string Endpoint, string From, string To, string Text, string RequestedBy,
        DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt, DateTimeOffset Now) : ReplyCommand;

    /// <summary>Do whatever is due for this answer: let it expire, claim it for sending, or declare an abandoned claim's outcome unknown.</summary>
    /// <param name="SendId">The answer.</param>
    /// <param name="OptedOut">Whether its recipient is opted out as of now.</param>
    /// <param name="Claim">A new id, should it be claimed.</param>
    /// <param name="Now">The time.</param>
    public sealed record Attend(Guid SendId, bool OptedOut, Guid Claim, DateTimeOffset Now) : ReplyCommand;

    /// <summary>The gateway has taken what this attempt sent.</summary>
    public sealed record RecordAccepted(Guid SendId, int Attempt, string? GatewayId) : ReplyCommand;

    /// <summary>The gateway has certainly not taken what this attempt sent; null for <paramref name="RetryAt"/> gives up.</summary>
    public sealed record RecordFailed(Guid SendId, int Attempt, string Reason, DateTimeOffset? RetryAt) : ReplyCommand;

    /// <summary>Whether the gateway has taken what this attempt sent cannot be known.</summary>
    public sealed record RecordUnknown(Guid SendId, int Attempt, string Reason) : ReplyCommand;
}
