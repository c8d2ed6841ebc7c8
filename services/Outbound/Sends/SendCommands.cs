using Sms.GatewayProtocol;
using Sms.Outbound.Recipients;

namespace Sms.Outbound.Sends;

/// <summary>What may be asked of what is said on one occasion.</summary>
public abstract record SendCommand
{
    /// <summary>Take note of the verdict on the text that is answered.</summary>
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
        DateTimeOffset SentAt, DateTimeOffset ScreenedAt, DateTimeOffset Now) : SendCommand
    {
        /// <summary>When the text was accepted by Ingress, where the verdict says so.</summary>
        public DateTimeOffset? ReceivedAt { get; init; }

        /// <summary>Whether only people may answer.</summary>
        public bool AutomationPaused { get; init; }

        /// <summary>The fact in the ledger the ruling rests on.</summary>
        public Guid? FactId { get; init; }

        /// <summary>The hash of that fact.</summary>
        public string? FactHash { get; init; }
    }

    /// <summary>Say this.</summary>
    /// <param name="SendId">The text's identity.</param>
    /// <param name="Purpose">One of <see cref="SendPurpose.CanBeAskedFor"/>.</param>
    /// <param name="Answers">Whether it answers the inbound text of the occasion.</param>
    /// <param name="Endpoint">The endpoint to leave through.</param>
    /// <param name="From">Our number.</param>
    /// <param name="To">The person.</param>
    /// <param name="Text">What to say.</param>
    /// <param name="RequestedBy">Who asks, as an actor.</param>
    /// <param name="RequestedAt">When they asked.</param>
    /// <param name="ExpiresAt">No attempt starts at or after this time.</param>
    /// <param name="Now">The time.</param>
    public sealed record RequestSms(
        Guid SendId, string Purpose, bool Answers, string Endpoint, string From, string To, string Text, string RequestedBy,
        DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt, DateTimeOffset Now) : SendCommand
    {
        /// <summary>The text that a person wants said again by this one.</summary>
        public Guid? ResendOf { get; init; }

        /// <summary>The most segments a text may have.</summary>
        public int MostSegments { get; init; } = Segments.MostPossible;
    }

    /// <summary>Take note of OptOut's answer to the question asked at a time.</summary>
    public sealed record RecordRuling(
        Guid SendId, DateTimeOffset AskedAt, bool Allowed, string Reason, Guid? FactId, string? FactHash, DateTimeOffset RuledAt,
        DateTimeOffset Now) : SendCommand;

    /// <summary>Do whatever is due for this text: let it expire, ask again, defer it, claim it for sending, or look after an abandoned claim.</summary>
    /// <param name="SendId">The text.</param>
    /// <param name="Against">What the recipient's streams hold against it as of now, or null.</param>
    /// <param name="Claim">A new id, should it be claimed.</param>
    /// <param name="Now">The time.</param>
    public sealed record Attend(Guid SendId, Objection? Against, Guid Claim, DateTimeOffset Now) : SendCommand
    {
        /// <summary>The gateway to be called, where it takes the same id twice for the same text.</summary>
        public string? RepeatableAt { get; init; }

        /// <summary>Where it is night at the recipient's: until when, and how that is known.</summary>
        public QuietTime? Quiet { get; init; }
    }

    /// <summary>The gateway has taken what this attempt sent.</summary>
    public sealed record RecordAccepted(Guid SendId, int Attempt, string? GatewayId) : SendCommand;

    /// <summary>The gateway has certainly not taken what this attempt sent; null for <paramref name="RetryAt"/> gives up.</summary>
    public sealed record RecordFailed(Guid SendId, int Attempt, string Reason, DateTimeOffset? RetryAt, string? WaitsFor = null) : SendCommand;

    /// <summary>The gateway refused what this attempt sent, because the person is blocked there.</summary>
    public sealed record RecordBlocked(Guid SendId, int Attempt, string Code, DateTimeOffset At) : SendCommand;

    /// <summary>Whether the gateway has taken what this attempt sent cannot be known; with a time, it is repeated then.</summary>
    public sealed record RecordUnknown(Guid SendId, int Attempt, string Reason, DateTimeOffset? RepeatAt = null) : SendCommand;

    /// <summary>The gateway reports what became of the text.</summary>
    /// <param name="SendId">The text.</param>
    /// <param name="ReportId">The report.</param>
    /// <param name="Status">In the words of <see cref="BusMessages.DeliveryReported.Status"/>.</param>
    /// <param name="Reason">Why it failed, as a short code.</param>
    /// <param name="At">When, by the gateway's clock.</param>
    public sealed record RecordReport(Guid SendId, Guid ReportId, string Status, string? Reason, DateTimeOffset At) : SendCommand;

    /// <summary>A person takes the text back.</summary>
    public sealed record Cancel(Guid SendId, string Reason) : SendCommand;

    /// <summary>A person has found out whether the text left.</summary>
    public sealed record Resolve(Guid SendId, bool Left, string Reason) : SendCommand;

    /// <summary>A person wants the text said again, as another.</summary>
    public sealed record Resend(Guid SendId, Guid As, string Reason) : SendCommand;
}
