using Sms.EventStore;
using Sms.GatewayProtocol;
using static Sms.Outbound.Sends.SendCommand;
using static Sms.Outbound.Sends.SendEvent;

namespace Sms.Outbound.Sends;

/// <summary>The rules of the only door out: what leaves, when, and that nothing leaves twice. What may leave is <see cref="Gate"/>'s to say.</summary>
public static class SendDecider
{
    /// <summary>
    /// A claim this old belongs to an instance that is gone: a living one gives up on the gateway after a quarter of it, and
    /// records what it knows at once.
    /// </summary>
    public static readonly TimeSpan AbandonedAfter = TimeSpan.FromSeconds(60);

    /// <summary>The longest text gateways take, in characters.</summary>
    public const int LongestText = 1600;

    /// <summary>What follows from a command, as facts; none when it changes nothing.</summary>
    /// <exception cref="RefusedException">An id was used again for something else, there is nothing to say or too much, or it is too late for it.</exception>
    public static OccasionEvent[] Decide(Occasion occasion, SendCommand command) => command switch
    {
        RecordVerdict when occasion.Verdict is not null => [],
        RecordVerdict c => Gate.Hear(occasion, c),

        RequestSms c when occasion.Find(c.SendId) is { } known =>
            SaysTheSame(known.Request, c) ? [] : throw new RefusedException($"Send {c.SendId} was asked for before, for something else."),
        RequestSms c when Refusal(c) is { } reason => throw new RefusedException($"Send {c.SendId} {reason}"),
        RequestSms c => Gate.Request(occasion, c),
        RecordRuling c when occasion.Find(c.SendId) is { } send => Gate.Hear(send, c),

        Attend c when occasion.Find(c.SendId) is { } send => Due(send, c),

        RecordAccepted c when AwaitsOutcome(occasion, c.SendId, c.Attempt) || Reported(occasion, c.SendId, c.Attempt) =>
            [new SmsAccepted(c.SendId, c.Attempt, c.GatewayId)],
        RecordFailed c when AwaitsOutcome(occasion, c.SendId, c.Attempt) =>
            [new DispatchFailed(c.SendId, c.Attempt, c.Reason, Earlier(c.RetryAt, occasion.Find(c.SendId)!.Request.ExpiresAt), c.WaitsFor)],
        RecordBlocked c when AwaitsOutcome(occasion, c.SendId, c.Attempt) && occasion.Find(c.SendId)!.Request is var asked =>
            [new BlockedByGateway(c.SendId, c.Attempt, asked.Endpoint, asked.From, asked.To, c.Code, c.At)],
        RecordUnknown c when AwaitsOutcome(occasion, c.SendId, c.Attempt) && occasion.Find(c.SendId)!.State == SendState.Dispatching =>
            [new OutcomeUnknown(c.SendId, c.Attempt, c.Reason, c.RepeatAt)],
        RecordReport c when occasion.Find(c.SendId) is { Attempt: > 0 } send => Advance(send, c),

        Cancel c when occasion.Find(c.SendId) is { } send => Cancelled(send, c),
        Resolve c when occasion.Find(c.SendId) is { } send => Resolved(send, c),
        Resend c when occasion.Find(c.SendId) is { } send => Resent(send, c),

        _ => [],
    };

    private static string? Refusal(RequestSms c) =>
        c.Text.Length is 0 or > LongestText ? $"has {c.Text.Length} characters; 1 to {LongestText} can be sent."
        : !SendPurpose.CanBeAskedFor.Contains(c.Purpose) ? $"must be one of {string.Join(", ", SendPurpose.CanBeAskedFor)} by its purpose."
        : Segments.Of(c.Text) is { } segments && segments.Count > c.MostSegments ? $"takes {segments.Count} segments; {c.MostSegments} are allowed."
        : null;

    private static OccasionEvent[] Due(Send send, Attend c)
    {
        var exempt = send.Request.Purpose == SendPurpose.ConsentAnswer;
        var (late, objection) = (c.Now >= send.Request.ExpiresAt, exempt ? null : c.Against);
        return send.State switch
        {
            SendState.Cleared when objection is not null => [new SmsSuppressed(send.Id, objection.Reason, objection.FactId, objection.FactHash)],
            SendState.Held or SendState.Cleared when late => [new SmsExpired(send.Id)],
            SendState.Cleared when c.Now < send.NotBefore => [],
            SendState.Cleared when c.Quiet is { } quiet && !SendPurpose.IsConversation(send.Request.Purpose) =>
                [new SmsDeferred(send.Id, Earlier(quiet.Until, send.Request.ExpiresAt)!.Value, $"night in {quiet.Zone}{(quiet.Assumed ? " (assumed)" : "")}")],
            SendState.Cleared when Gate.IsOld(send, c.Now) => [Gate.Question(send.Request, c.Now)],
            SendState.Cleared => [Claim()],

            SendState.Dispatching when c.Now < send.ClaimedAt + AbandonedAfter => [],
            // A repetition may be the first that arrives, so it needs all that a first attempt needs.
            SendState.Dispatching => CanRepeat() ? [Claim()] : [new OutcomeUnknown(send.Id, send.Attempt, "abandoned")],
            SendState.Unknown when send.NotBefore is null || c.Now < send.NotBefore => [],
            SendState.Unknown => CanRepeat() ? [Claim()] : [new OutcomeUnknown(send.Id, send.Attempt, "not-repeated")],
            _ => [],
        };

        DispatchStarted Claim() => new(send.Id, send.Attempt + 1, c.Claim, c.Now, c.RepeatableAt);

        bool CanRepeat() => send.RepeatableAt is not null && send.RepeatableAt == c.RepeatableAt && objection is null && !late;
    }

    // Reports come late, twice, in any order, and one for every part of a text: each is further than the ones before or nothing.
    private static OccasionEvent[] Advance(Send send, RecordReport c) => (c.Status, send.State) switch
    {
        (_, SendState.Delivered) => [],
        ("delivered", _) => [new SmsDelivered(c.SendId, c.ReportId, c.At)],
        (_, SendState.Failed or SendState.Suppressed or SendState.Expired or SendState.Cancelled) => [],
        ("failed" or "expired", _) => [new DeliveryFailed(c.SendId, c.ReportId, c.Reason ?? c.Status, c.At)],
        ("sent", not SendState.Sent) => [new SmsSent(c.SendId, c.ReportId, c.At)],
        _ => [],
    };

    private static OccasionEvent[] Cancelled(Send send, Cancel c) => send.State switch
    {
        SendState.Held or SendState.Cleared => [new SmsCancelled(send.Id, c.Reason)],
        SendState.Cancelled => [],
        _ => throw new RefusedException($"Send {send.Id} is {Word(send)} and cannot be taken back any more."),
    };

    private static OccasionEvent[] Resolved(Send send, Resolve c) => send.State == SendState.Unknown
        ? [new OutcomeResolved(send.Id, c.Left, c.Reason)]
        : throw new RefusedException($"Send {send.Id} is {Word(send)}; only an unknown outcome can be resolved.");

    private static OccasionEvent[] Resent(Send send, Resend c) => send.State switch
    {
        _ when send.ResentAs == c.As => [],
        _ when send.Request.Purpose == SendPurpose.ConsentAnswer =>
            throw new RefusedException($"Send {send.Id} is consent's own word, which is said once."),
        _ when send.ResentAs is { } before => throw new RefusedException($"Send {send.Id} was sent again before, as {before}."),
        // By the person's word it did not arrive; a repetition of its own would be one too many.
        SendState.Unknown => [new OutcomeResolved(send.Id, Left: false, c.Reason), new SmsResent(send.Id, c.As, c.Reason)],
        SendState.Failed or SendState.Expired or SendState.Cancelled or SendState.Suppressed => [new SmsResent(send.Id, c.As, c.Reason)],
        _ => throw new RefusedException($"Send {send.Id} is {Word(send)}; only what has come to an end without arriving can be sent again."),
    };

    private static string Word(Send send) => send.State.ToString().ToLowerInvariant();

    // An outcome that comes in after its claim was taken for abandoned is still the truth about that attempt.
    private static bool AwaitsOutcome(Occasion occasion, Guid sendId, int attempt) =>
        occasion.Find(sendId) is { State: SendState.Dispatching or SendState.Unknown } send && send.Attempt == attempt;

    // The gateway's report overtook its answer, which is still worth its id.
    private static bool Reported(Occasion occasion, Guid sendId, int attempt) =>
        occasion.Find(sendId) is { State: SendState.Sent or SendState.Delivered or SendState.Failed, GatewayId: null } send && send.Attempt == attempt;

    private static bool SaysTheSame(SmsRequested known, RequestSms c) =>
        (known.Purpose, known.Endpoint, known.From, known.To, known.Text) == (c.Purpose, c.Endpoint, c.From, c.To, c.Text);

    private static DateTimeOffset? Earlier(DateTimeOffset? time, DateTimeOffset expiresAt) => time > expiresAt ? expiresAt : time;
}
