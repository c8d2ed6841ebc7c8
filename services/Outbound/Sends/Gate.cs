using Sms.EventStore;
using Sms.PhoneNumbers;
using static Sms.Outbound.Sends.OccasionEvent;
using static Sms.Outbound.Sends.SendCommand;
using static Sms.Outbound.Sends.SendEvent;

namespace Sms.Outbound.Sends;

/// <summary>
/// What consent lets out. An answer stands or falls with the verdict on the text it answers; a text that answers none with
/// OptOut's ruling on that very text; a consent answer is part of a verdict.
/// </summary>
public static class Gate
{
    /// <summary>A ruling older than this is asked for anew: a text held for long must not leave on yesterday's word.</summary>
    public static readonly TimeSpan RulingHolds = TimeSpan.FromMinutes(10);

    /// <summary>A text was asked for: what consent says about it at once, or that it has to be asked.</summary>
    public static OccasionEvent[] Request(Occasion occasion, RequestSms c)
    {
        var request = new SmsRequested(
            c.SendId, c.Purpose, c.Endpoint, c.From, c.To, c.Text, c.RequestedBy, c.RequestedAt, c.ExpiresAt, c.ResendOf);
        if (!PhoneNumber.TryParse(c.To, out var recipient) || !recipient.CanBeReplied)
            return [request, new SmsSuppressed(c.SendId, SuppressedBecause.NoNumber)];
        if (!c.Answers)
            return [request, c.Now >= c.ExpiresAt ? new SmsExpired(c.SendId) : Question(request, c.Now)];
        return occasion.Verdict is null ? [request] : [request, Ruling(new Send(request), occasion.Verdict, c.Now)];
    }

    /// <summary>A verdict came in: what it says about every answer that waits for it, and the answer it carries.</summary>
    public static OccasionEvent[] Hear(Occasion occasion, RecordVerdict c)
    {
        var verdict = new VerdictRecorded(
            c.Verdict, c.RepliesAllowed, c.Endpoint, c.Person, c.OurNumber, c.SentAt, c.ScreenedAt, c.FactId, c.FactHash, c.AutomationPaused);
        var held = occasion.Sends.Where(send => send.State == SendState.Held).Select(send => Ruling(send, verdict, c.Now));
        return c.Answer is null ? [verdict, .. held] : [verdict, .. held, .. ConsentAnswer(c)];
    }

    /// <summary>A ruling came in. One on an earlier question says nothing any more.</summary>
    public static OccasionEvent[] Hear(Send send, RecordRuling c) => send.State != SendState.Held || send.AskedAt != c.AskedAt ? [] :
    [
        !c.Allowed ? new SmsSuppressed(c.SendId, c.Reason, c.FactId, c.FactHash)
        : c.Now >= send.Request.ExpiresAt ? new SmsExpired(c.SendId)
        : new SmsCleared(c.SendId, c.Reason, c.RuledAt, c.FactId, c.FactHash),
    ];

    /// <summary>OptOut is asked.</summary>
    public static ConsentSought Question(SmsRequested request, DateTimeOffset now) => new(
        request.SendId, request.Endpoint, request.From, request.To, request.Purpose, request.RequestedBy, Microseconds(now));

    /// <summary>Whether the ruling a cleared text rests on has grown too old. A verdict does not: it is about one text, and stays true.</summary>
    public static bool IsOld(Send send, DateTimeOffset now) => send.AskedAt is not null && now - send.RuledAt > RulingHolds;

    private static SendEvent Ruling(Send send, VerdictRecorded verdict, DateTimeOffset now)
    {
        var asked = send.Request;
        return !verdict.RepliesAllowed ? Suppressed(verdict.Verdict)
            : (asked.To, asked.From, asked.Endpoint) != (verdict.Person, verdict.OurNumber, verdict.Endpoint) ? Suppressed(SuppressedBecause.NotToTheSender)
            : verdict.AutomationPaused && send.Automated ? Suppressed(SuppressedBecause.AutomationPaused)
            : now >= asked.ExpiresAt ? new SmsExpired(send.Id)
            : new SmsCleared(send.Id, verdict.Verdict, verdict.ScreenedAt, verdict.FactId, verdict.FactHash);

        SmsSuppressed Suppressed(string reason) => new(send.Id, reason, verdict.FactId, verdict.FactHash);
    }

    private static OccasionEvent[] ConsentAnswer(RecordVerdict c)
    {
        // The id follows from the text, so a verdict has one answer however often it is heard.
        var id = NamedId.Of(c.SmsId, SendPurpose.ConsentAnswer);
        return
        [
            new SmsRequested(
                id, SendPurpose.ConsentAnswer, c.Endpoint, c.OurNumber, c.Person, c.Answer!, Cause.System, c.ScreenedAt,
                (c.ReceivedAt ?? c.ScreenedAt) + GoodFor(c.Verdict)),
            new SmsCleared(id, c.Verdict, c.ScreenedAt, c.FactId, c.FactHash),
        ];
    }

    // The FCC presumes the one confirmation of an opt-out to be fine within five minutes of its receipt; a later one needs
    // justifying (47 CFR 64.1200(a)(12)).
    private static TimeSpan GoodFor(string verdict) => verdict == "opt-out" ? TimeSpan.FromMinutes(5) : TimeSpan.FromHours(1);

    // The question comes back on the bus, and is told from others by this time: nothing on the way may round it.
    private static DateTimeOffset Microseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
