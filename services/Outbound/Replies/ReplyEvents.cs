using Sms.EventStore;

namespace Sms.Outbound.Replies;

/// <summary>A fact about what one inbound text is answered with.</summary>
public abstract record ReplyEvent
{
    /// <summary>Consent has been ruled on for the inbound text; every answer to it stands or falls with this.</summary>
    /// <param name="Verdict">The ruling, in the words of <see cref="BusMessages.InboundSmsScreened.Verdict"/>.</param>
    /// <param name="RepliesAllowed">Whether answers may leave.</param>
    /// <param name="Endpoint">The endpoint the text came in by, the only one an answer leaves through.</param>
    /// <param name="Person">Who texted, the only one an answer goes to.</param>
    /// <param name="OurNumber">Our number that was texted, the only one an answer leaves from.</param>
    /// <param name="SentAt">When the text was sent, by the gateway's clock.</param>
    /// <param name="ScreenedAt">When the ruling was made.</param>
    [StoredAs("outbound.verdict-recorded.v1")]
    public sealed record VerdictRecorded(
        string Verdict, bool RepliesAllowed, string Endpoint, string Person, string OurNumber,
        DateTimeOffset SentAt, DateTimeOffset ScreenedAt) : ReplyEvent;
}

/// <summary>A fact about one answer.</summary>
/// <param name="SendId">The answer's identity.</param>
public abstract record SendEvent(Guid SendId) : ReplyEvent
{
    /// <summary>Someone wants this said. It is held until the verdict.</summary>
    /// <param name="SendId">The answer's identity.</param>
    /// <param name="Purpose">One of <see cref="SendPurpose"/>.</param>
    /// <param name="Endpoint">The endpoint to leave through.</param>
    /// <param name="From">Our number.</param>
    /// <param name="To">The customer's number.</param>
    /// <param name="Text">What to say.</param>
    /// <param name="RequestedBy">Who asked, as an actor.</param>
    /// <param name="RequestedAt">When they asked.</param>
    /// <param name="ExpiresAt">No attempt starts at or after this time.</param>
    [StoredAs("outbound.sms-requested.v1")]
    public sealed record SmsRequested(
        Guid SendId, string Purpose, string Endpoint, string From, string To, string Text,
        string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt) : SendEvent(SendId);

    /// <summary>It may leave.</summary>
    /// <param name="SendId">The answer's identity.</param>
    /// <param name="Verdict">The verdict this rests on.</param>
    /// <param name="ScreenedAt">When that verdict was given.</param>
    [StoredAs("outbound.sms-cleared.v1")]
    public sealed record SmsCleared(Guid SendId, string Verdict, DateTimeOffset ScreenedAt) : SendEvent(SendId);

    /// <summary>It must not leave, ever.</summary>
    /// <param name="SendId">The answer's identity.</param>
    /// <param name="Reason">The verdict that forbids it, or one of <see cref="SuppressedBecause"/>.</param>
    [StoredAs("outbound.sms-suppressed.v1")]
    public sealed record SmsSuppressed(Guid SendId, string Reason) : SendEvent(SendId);

    /// <summary>It came too late to be worth saying.</summary>
    /// <param name="SendId">The answer's identity.</param>
    [StoredAs("outbound.sms-expired.v1")]
    public sealed record SmsExpired(Guid SendId) : SendEvent(SendId);

    /// <summary>An instance has claimed it and is about to call the gateway: from here until an outcome is recorded nobody knows whether it left.</summary>
    /// <param name="SendId">The answer's identity.</param>
    /// <param name="Attempt">Which attempt this is, from 1.</param>
    /// <param name="Claim">The claim's own id, by which whoever made it knows it again.</param>
    /// <param name="At">When it was claimed.</param>
    [StoredAs("outbound.dispatch-started.v1")]
    public sealed record DispatchStarted(Guid SendId, int Attempt, Guid Claim, DateTimeOffset At) : SendEvent(SendId);

    /// <summary>The gateway has taken it.</summary>
    /// <param name="SendId">The answer's identity.</param>
    /// <param name="Attempt">The attempt that succeeded.</param>
    /// <param name="GatewayId">The gateway's id of it, where its answer could be read.</param>
    [StoredAs("outbound.sms-accepted.v1")]
    public sealed record SmsAccepted(Guid SendId, int Attempt, string? GatewayId) : SendEvent(SendId);

    /// <summary>The gateway has certainly not taken it.</summary>
    /// <param name="SendId">The answer's identity.</param>
    /// <param name="Attempt">The attempt that failed.</param>
    /// <param name="Reason">Why, as a short code.</param>
    /// <param name="RetryAt">When to try again; null when it never will be.</param>
    [StoredAs("outbound.dispatch-failed.v1")]
    public sealed record DispatchFailed(Guid SendId, int Attempt, string Reason, DateTimeOffset? RetryAt) : SendEvent(SendId);

    /// <summary>The gateway may or may not have taken it. Saying it again could say it twice, so a person has to look.</summary>
    /// <param name="SendId">The answer's identity.</param>
    /// <param name="Attempt">The attempt whose outcome is unknown.</param>
    /// <param name="Reason">Why, as a short code.</param>
    [StoredAs("outbound.outcome-unknown.v1")]
    public sealed record OutcomeUnknown(Guid SendId, int Attempt, string Reason) : SendEvent(SendId);
}

/// <summary>Why an answer is sent, which decides what it needs to be allowed out.</summary>
public static class SendPurpose
{
    /// <summary>Leaves only with a verdict that allows replies, and only while the person is not opted out.</summary>
    public const string Reply = "reply";

    /// <summary>The one text a verdict itself carries (a STOP's confirmation, HELP's answer): leaves on the strength of that verdict alone.</summary>
    public const string ConsentAnswer = "consent-answer";
}

/// <summary>Why an answer was suppressed, where it was not the verdict on the text it answers.</summary>
public static class SuppressedBecause
{
    /// <summary>The person opted out, in another text, after this answer was cleared.</summary>
    public const string OptedOutSince = "opted-out-since";

    /// <summary>It would go to, or leave from, somewhere other than the text it answers: the verdict on that text says nothing about it.</summary>
    public const string NotToTheSender = "not-to-the-sender";
}
