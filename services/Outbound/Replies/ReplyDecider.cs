using Sms.EventStore;
using static Sms.Outbound.Replies.ReplyCommand;
using static Sms.Outbound.Replies.ReplyEvent;
using static Sms.Outbound.Replies.SendEvent;

namespace Sms.Outbound.Replies;

/// <summary>The rules of the only door out: what may leave, when, and that nothing leaves twice.</summary>
public static class ReplyDecider
{
    /// <summary>
    /// A claim this old belongs to an instance that is gone: a living one gives up on the gateway after a quarter of it, and
    /// records what it knows at once.
    /// </summary>
    public static readonly TimeSpan AbandonedAfter = TimeSpan.FromSeconds(60);

    /// <summary>The longest text gateways take, in characters.</summary>
    public const int LongestText = 1600;

    /// <summary>What follows from a command, as facts; none when it changes nothing.</summary>
    /// <exception cref="RefusedException">An id was used again for something else, or there is nothing to say or too much.</exception>
    public static ReplyEvent[] Decide(Reply reply, ReplyCommand command) => command switch
    {
        RecordVerdict when reply.Verdict is not null => [],
        RecordVerdict c => Recorded(reply, c),

        RequestSms c when reply.Find(c.SendId) is { } known =>
            SaysTheSame(known.Request, c) ? [] : throw new RefusedException($"Send {c.SendId} was asked for before, for something else."),
        RequestSms { Text.Length: 0 or > LongestText } c =>
            throw new RefusedException($"Send {c.SendId} has {c.Text.Length} characters; 1 to {LongestText} can be sent."),
        RequestSms c => Requested(reply, c),

        Attend c when reply.Find(c.SendId) is { } send => Due(send, c),

        RecordAccepted c when AwaitsOutcome(reply, c.SendId, c.Attempt) is not null =>
            [new SmsAccepted(c.SendId, c.Attempt, c.GatewayId)],
        RecordFailed c when AwaitsOutcome(reply, c.SendId, c.Attempt) is { } send =>
            [new DispatchFailed(c.SendId, c.Attempt, c.Reason, Earlier(c.RetryAt, send.Request.ExpiresAt))],
        RecordUnknown c when AwaitsOutcome(reply, c.SendId, c.Attempt) is { State: SendState.Dispatching } =>
            [new OutcomeUnknown(c.SendId, c.Attempt, c.Reason)],

        _ => [],
    };

    private static ReplyEvent[] Recorded(Reply reply, RecordVerdict c)
    {
        var verdict = new VerdictRecorded(
            c.Verdict, c.RepliesAllowed, c.Endpoint, c.Person, c.OurNumber, c.SentAt, c.ScreenedAt);
        var held = reply.Sends.Where(send => send.State == SendState.Held).Select(send => Ruling(send.Request, verdict, c.Now));
        return c.Answer is null ? [verdict, .. held] : [verdict, .. held, .. ConsentAnswer(c)];
    }

    private static ReplyEvent[] ConsentAnswer(RecordVerdict c)
    {
        // The id follows from the text, so a verdict has one answer however often it is heard.
        var id = NamedId.Of(c.SmsId, SendPurpose.ConsentAnswer);
        return
        [
            new SmsRequested(
                id, SendPurpose.ConsentAnswer, c.Endpoint, c.OurNumber, c.Person, c.Answer!, Cause.System, c.ScreenedAt,
                c.ScreenedAt + GoodFor(c.Verdict)),
            new SmsCleared(id, c.Verdict, c.ScreenedAt),
        ];
    }

    // The FCC presumes the one confirmation of an opt-out to be fine within five minutes of it; a later one needs justifying.
    private static TimeSpan GoodFor(string verdict) => verdict == "opt-out" ? TimeSpan.FromMinutes(5) : TimeSpan.FromHours(1);

    private static ReplyEvent[] Requested(Reply reply, RequestSms c)
    {
        var request = new SmsRequested(
            c.SendId, SendPurpose.Reply, c.Endpoint, c.From, c.To, c.Text, c.RequestedBy, c.RequestedAt, c.ExpiresAt);
        return reply.Verdict is null ? [request] : [request, Ruling(request, reply.Verdict, c.Now)];
    }

    private static SendEvent Ruling(SmsRequested request, VerdictRecorded verdict, DateTimeOffset now) => request switch
    {
        _ when !verdict.RepliesAllowed => new SmsSuppressed(request.SendId, verdict.Verdict),
        _ when (request.To, request.From, request.Endpoint) != (verdict.Person, verdict.OurNumber, verdict.Endpoint) =>
            new SmsSuppressed(request.SendId, SuppressedBecause.NotToTheSender),
        _ when now >= request.ExpiresAt => new SmsExpired(request.SendId),
        _ => new SmsCleared(request.SendId, verdict.Verdict, verdict.ScreenedAt),
    };

    private static SendEvent[] Due(Send send, Attend c) => send.State switch
    {
        SendState.Cleared when c.OptedOut && send.Request.Purpose != SendPurpose.ConsentAnswer =>
            [new SmsSuppressed(send.Id, SuppressedBecause.OptedOutSince)],
        SendState.Held or SendState.Cleared when c.Now >= send.Request.ExpiresAt => [new SmsExpired(send.Id)],
        SendState.Cleared when send.NotBefore is null || c.Now >= send.NotBefore =>
            [new DispatchStarted(send.Id, send.Attempt + 1, c.Claim, c.Now)],
        SendState.Dispatching when c.Now >= send.ClaimedAt + AbandonedAfter =>
            [new OutcomeUnknown(send.Id, send.Attempt, "abandoned")],
        _ => [],
    };

    // An outcome that comes in after its claim was taken for abandoned is still the truth about that attempt.
    private static Send? AwaitsOutcome(Reply reply, Guid sendId, int attempt) =>
        reply.Find(sendId) is { State: SendState.Dispatching or SendState.Unknown } send && send.Attempt == attempt ? send : null;

    private static bool SaysTheSame(SmsRequested known, RequestSms c) =>
        (known.Endpoint, known.From, known.To, known.Text) == (c.Endpoint, c.From, c.To, c.Text);

    private static DateTimeOffset? Earlier(DateTimeOffset? retryAt, DateTimeOffset expiresAt) =>
        retryAt > expiresAt ? expiresAt : retryAt;
}
