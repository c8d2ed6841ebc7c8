using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.Outbound.Sends;

/// <summary>A fact about what is said on one occasion.</summary>
public abstract record OccasionEvent
{
    /// <summary>Consent has been ruled on for the inbound text; every answer to it stands or falls with this.</summary>
    /// <param name="Verdict">The ruling, in the words of <see cref="BusMessages.InboundSmsScreened.Verdict"/>.</param>
    /// <param name="RepliesAllowed">Whether answers may leave.</param>
    /// <param name="Endpoint">The endpoint the text came in by, the only one an answer leaves through.</param>
    /// <param name="Person">Who texted, the only one an answer goes to.</param>
    /// <param name="OurNumber">Our number that was texted, the only one an answer leaves from.</param>
    /// <param name="SentAt">When the text was sent, by the gateway's clock.</param>
    /// <param name="ScreenedAt">When the ruling was made.</param>
    /// <param name="FactId">The fact in the consent ledger that it rests on.</param>
    /// <param name="FactHash">The hash of that fact.</param>
    /// <param name="AutomationPaused">Whether only people may answer.</param>
    [StoredAs("outbound.verdict-recorded.v1")]
    public sealed record VerdictRecorded(
        string Verdict, bool RepliesAllowed, string Endpoint, string Person, string OurNumber,
        DateTimeOffset SentAt, DateTimeOffset ScreenedAt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? FactId = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FactHash = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool AutomationPaused = false) : OccasionEvent;
}

/// <summary>A fact about one text.</summary>
/// <param name="SendId">The text's identity.</param>
public abstract record SendEvent(Guid SendId) : OccasionEvent
{
    /// <summary>Someone wants this said. It is held until consent's word.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Purpose">One of <see cref="SendPurpose"/>.</param>
    /// <param name="Endpoint">The endpoint to leave through.</param>
    /// <param name="From">Our number.</param>
    /// <param name="To">The customer's number.</param>
    /// <param name="Text">What to say.</param>
    /// <param name="RequestedBy">Who asked, as an actor.</param>
    /// <param name="RequestedAt">When they asked.</param>
    /// <param name="ExpiresAt">No attempt starts at or after this time.</param>
    /// <param name="ResendOf">The text that a person wants said again by this one.</param>
    [StoredAs("outbound.sms-requested.v1")]
    public sealed record SmsRequested(
        Guid SendId, string Purpose, string Endpoint, string From, string To, string Text,
        string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ResendOf = null) : SendEvent(SendId);

    /// <summary>OptOut is asked whether this text, which answers none, may leave. It is held until the answer to this very question.</summary>
    [StoredAs("outbound.consent-sought.v1")]
    public sealed record ConsentSought(
        Guid SendId, string Endpoint, string From, string To, string Purpose, string RequestedBy, DateTimeOffset AskedAt) : SendEvent(SendId);

    /// <summary>It may leave: the proof that goes with the text.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Verdict">The verdict, or the reason of the ruling, that this rests on.</param>
    /// <param name="ScreenedAt">When that was given.</param>
    /// <param name="FactId">The fact in the consent ledger it rests on; null where there is none about the person.</param>
    /// <param name="FactHash">The hash of that fact.</param>
    [StoredAs("outbound.sms-cleared.v1")]
    public sealed record SmsCleared(
        Guid SendId, string Verdict, DateTimeOffset ScreenedAt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? FactId = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FactHash = null) : SendEvent(SendId);

    /// <summary>It may leave, and not now.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Until">From when on.</param>
    /// <param name="Reason">Why, as a short code.</param>
    [StoredAs("outbound.sms-deferred.v1")]
    public sealed record SmsDeferred(Guid SendId, DateTimeOffset Until, string Reason) : SendEvent(SendId);

    /// <summary>It must not leave, ever.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Reason">The verdict or ruling that forbids it, or one of <see cref="SuppressedBecause"/>.</param>
    /// <param name="FactId">The fact in the consent ledger that forbids it, where it is known.</param>
    /// <param name="FactHash">The hash of that fact.</param>
    [StoredAs("outbound.sms-suppressed.v1")]
    public sealed record SmsSuppressed(
        Guid SendId, string Reason,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? FactId = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FactHash = null) : SendEvent(SendId);

    /// <summary>It came too late to be worth saying.</summary>
    [StoredAs("outbound.sms-expired.v1")]
    public sealed record SmsExpired(Guid SendId) : SendEvent(SendId);

    /// <summary>A person has taken it back before it left.</summary>
    [StoredAs("outbound.sms-cancelled.v1")]
    public sealed record SmsCancelled(Guid SendId, string Reason) : SendEvent(SendId);

    /// <summary>An instance has claimed it and is about to call the gateway: from here until an outcome is recorded nobody knows whether it left.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Attempt">Which attempt this is, from 1.</param>
    /// <param name="Claim">The claim's own id, by which whoever made it knows it again.</param>
    /// <param name="At">When it was claimed.</param>
    /// <param name="RepeatableAt">The gateway to be called, where it takes the same id twice for the same text; null where a repetition would be a second text.</param>
    [StoredAs("outbound.dispatch-started.v1")]
    public sealed record DispatchStarted(
        Guid SendId, int Attempt, Guid Claim, DateTimeOffset At,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RepeatableAt = null) : SendEvent(SendId);

    /// <summary>The gateway has taken it.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Attempt">The attempt that succeeded.</param>
    /// <param name="GatewayId">The gateway's id of it, where its answer could be read.</param>
    [StoredAs("outbound.sms-accepted.v1")]
    public sealed record SmsAccepted(Guid SendId, int Attempt, string? GatewayId) : SendEvent(SendId);

    /// <summary>The gateway has certainly not taken it.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Attempt">The attempt that failed.</param>
    /// <param name="Reason">Why, as a short code.</param>
    /// <param name="RetryAt">When to try again; null when it never will be.</param>
    /// <param name="WaitsFor">What it waits for, one of <see cref="Sends.WaitsFor"/>.</param>
    [StoredAs("outbound.dispatch-failed.v1")]
    public sealed record DispatchFailed(
        Guid SendId, int Attempt, string Reason, DateTimeOffset? RetryAt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WaitsFor = null) : SendEvent(SendId);

    /// <summary>The gateway has not taken it and never will: the person is blocked there, for this number of ours.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Attempt">The attempt that was refused.</param>
    /// <param name="Endpoint">The endpoint it was to leave through.</param>
    /// <param name="From">Our number.</param>
    /// <param name="To">The person.</param>
    /// <param name="Code">The gateway's code.</param>
    /// <param name="At">When it refused.</param>
    [StoredAs("outbound.blocked-by-gateway.v1")]
    public sealed record BlockedByGateway(
        Guid SendId, int Attempt, string Endpoint, string From, string To, string Code, DateTimeOffset At) : SendEvent(SendId);

    /// <summary>The gateway may or may not have taken it. Where saying it again could say it twice, a person has to look.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Attempt">The attempt whose outcome is unknown.</param>
    /// <param name="Reason">Why, as a short code.</param>
    /// <param name="RepeatAt">When to repeat it, where the gateway would recognise a repetition.</param>
    [StoredAs("outbound.outcome-unknown.v1")]
    public sealed record OutcomeUnknown(
        Guid SendId, int Attempt, string Reason,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RepeatAt = null) : SendEvent(SendId);

    /// <summary>A person has found out what became of it.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Left">Whether it has left.</param>
    /// <param name="Reason">How they know.</param>
    [StoredAs("outbound.outcome-resolved.v1")]
    public sealed record OutcomeResolved(Guid SendId, bool Left, string Reason) : SendEvent(SendId);

    /// <summary>A person wants it said again, by another text.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="As">The other text.</param>
    /// <param name="Reason">Why.</param>
    [StoredAs("outbound.sms-resent.v1")]
    public sealed record SmsResent(Guid SendId, Guid As, string Reason) : SendEvent(SendId);

    /// <summary>The gateway reports that it has left.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="ReportId">The report.</param>
    /// <param name="At">When, by the gateway's clock.</param>
    [StoredAs("outbound.sms-sent.v1")]
    public sealed record SmsSent(Guid SendId, Guid ReportId, DateTimeOffset At) : SendEvent(SendId);

    /// <summary>The gateway reports that it, or the first part of it, has arrived.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="ReportId">The report.</param>
    /// <param name="At">When, by the gateway's clock.</param>
    [StoredAs("outbound.sms-delivered.v1")]
    public sealed record SmsDelivered(Guid SendId, Guid ReportId, DateTimeOffset At) : SendEvent(SendId);

    /// <summary>The gateway reports that it will not arrive.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="ReportId">The report.</param>
    /// <param name="Reason">Why, as a short code.</param>
    /// <param name="At">When, by the gateway's clock.</param>
    [StoredAs("outbound.delivery-failed.v1")]
    public sealed record DeliveryFailed(Guid SendId, Guid ReportId, string Reason, DateTimeOffset At) : SendEvent(SendId);
}

/// <summary>Why a text is sent, which decides what it needs to be allowed out.</summary>
public static class SendPurpose
{
    /// <summary>Conversation. An answer leaves only with a verdict that allows replies; a person's first word only with a ruling of its own.</summary>
    public const string Reply = "reply";

    /// <summary>Told without being asked, such as a reminder: leaves only with a ruling of its own, and not at night.</summary>
    public const string Notification = "notification";

    /// <summary>Advertising: as a notification.</summary>
    public const string Marketing = "marketing";

    /// <summary>The one text a verdict itself carries (a STOP's confirmation, HELP's answer): leaves on the strength of that verdict alone.</summary>
    public const string ConsentAnswer = "consent-answer";

    /// <summary>What others may ask for. The consent answer is not among them: it follows from a verdict, and nobody can claim its exemption.</summary>
    public static readonly IReadOnlyList<string> CanBeAskedFor = [Reply, Notification, Marketing];

    /// <summary>Whether a text of this purpose is part of a conversation, and may therefore come at night.</summary>
    public static bool IsConversation(string purpose) => purpose is Reply or ConsentAnswer;
}

/// <summary>Why a text was suppressed, where it was not the verdict or ruling on it.</summary>
public static class SuppressedBecause
{
    /// <summary>The person opted out after this was cleared.</summary>
    public const string OptedOutSince = "opted-out-since";

    /// <summary>It would go to, or leave from, somewhere other than the text it answers: the verdict on that text says nothing about it.</summary>
    public const string NotToTheSender = "not-to-the-sender";

    /// <summary>What the person wrote may have been an opt-out: until a person has decided, only people may text them.</summary>
    public const string AutomationPaused = "automation-paused";

    /// <summary>It would go to a name, such as an alphanumeric sender: nothing can be texted to one.</summary>
    public const string NoNumber = "recipient-is-a-name";
}

/// <summary>What a text waits for that the gateway has not taken.</summary>
public static class WaitsFor
{
    /// <summary>For the gateway to serve again.</summary>
    public const string Gateway = "gateway";

    /// <summary>For a phone that sends for the gateway to come online.</summary>
    public const string Device = "device";

    /// <summary>For somebody to correct the configuration or the account.</summary>
    public const string Operator = "operator";
}
