using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.OptOut.Consent;

/// <summary>Whether a text has been ruled on. It is ruled on once, whatever is redelivered or replayed.</summary>
/// <param name="Done">Whether it has.</param>
/// <param name="Endpoint">The endpoint it came in by, once it has.</param>
/// <param name="Waiting">Later texts of the person that came here first and are ruled on with this one.</param>
public sealed record Screening(bool Done, string? Endpoint, ImmutableList<ScreeningEvent.TextWaits> Waiting)
{
    public static readonly StreamOf<Screening, ScreeningEvent> Stream = new("screening", new Screening(false, null, []), Evolve);

    /// <summary>
    /// Whether a ruling holds although what the person wrote before the text has not been ruled on yet. Only an opt-out does: by its own
    /// time it counts whatever else comes, and nobody's STOP has to wait for anything. Any other might be answered.
    /// </summary>
    public static bool HoldsAtOnce(ScreeningEvent.SmsScreened ruling) => ruling is { Verdict: Verdict.OptOut, OptedOut: true };

    /// <summary>A later text of the person has come before this one was ruled on: it waits for this one. Once, however often it comes.</summary>
    public ScreeningEvent[] LetWait(ScreeningEvent.TextWaits text) => Waiting.Exists(known => known.SmsId == text.SmsId) ? [] : [text];

    private static Screening Evolve(Screening screening, ScreeningEvent happened) => happened switch
    {
        ScreeningEvent.SmsScreened ruling => new Screening(true, ruling.Endpoint, []),
        ScreeningEvent.TextWaits text => screening with { Waiting = screening.Waiting.Add(text) },
        _ => screening,
    };
}

public abstract record ScreeningEvent
{
    /// <summary>A text was ruled on.</summary>
    /// <param name="SmsId">The text.</param>
    /// <param name="Endpoint">The endpoint it came in by.</param>
    /// <param name="Person">Who texted.</param>
    /// <param name="OurNumber">Our number that was texted.</param>
    /// <param name="Verdict">One of <see cref="Consent.Verdict"/>.</param>
    /// <param name="Word">The word or phrase that it was read as, if it said anything about consent.</param>
    /// <param name="MatchedBy">How that was found: one of <see cref="ConsentWords.MatchedBy"/>.</param>
    /// <param name="OptedOut">Whether the person is opted out, this text included.</param>
    /// <param name="AutomationPaused">Whether only people may text the person, this text included.</param>
    /// <param name="LedgerVersion">How many facts the person's chain held when the text was ruled on.</param>
    /// <param name="PolicyId">The policy by which they counted.</param>
    /// <param name="FactId">The fact the ruling rests on, where there is one.</param>
    /// <param name="FactHash">Its hash.</param>
    /// <param name="Answer">What consent itself answers, if anything.</param>
    /// <param name="SentAt">When the text was sent.</param>
    /// <param name="ScreenedAt">When it was ruled on.</param>
    /// <param name="ReceivedAt">When it was accepted by Ingress.</param>
    /// <param name="WaitedFor">The person's earlier text that had to be ruled on first, where it had to wait.</param>
    [StoredAs("optout.sms-screened.v2")]
    public sealed record SmsScreened(
        Guid SmsId, string Endpoint, string Person, string OurNumber, string Verdict, string? Word, string? MatchedBy, bool OptedOut,
        bool AutomationPaused, long LedgerVersion, Guid? PolicyId, Guid? FactId, string? FactHash, string? Answer, DateTimeOffset SentAt,
        DateTimeOffset ScreenedAt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ReceivedAt = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? WaitedFor = null) : ScreeningEvent;

    /// <summary>A later text of the person came here first, and waits on the stream of the earlier one.</summary>
    /// <param name="SmsId">The later text.</param>
    /// <param name="MessageId">The message it came in.</param>
    /// <param name="Endpoint">The endpoint it came in by.</param>
    /// <param name="Person">Who texted.</param>
    /// <param name="OurNumber">Our number that was texted.</param>
    /// <param name="Text">What was written.</param>
    /// <param name="SentAt">When it was sent.</param>
    /// <param name="ReceivedAt">When it was accepted by Ingress.</param>
    /// <param name="Since">Since when it waits.</param>
    [StoredAs("optout.text-waits.v1")]
    public sealed record TextWaits(
        Guid SmsId, Guid MessageId, string Endpoint, string Person, string OurNumber, string Text, DateTimeOffset SentAt, DateTimeOffset ReceivedAt,
        DateTimeOffset Since) : ScreeningEvent;

    /// <summary>A ruling of before there were chains, phrases and reviews.</summary>
    [StoredAs("optout.sms-screened.v1")]
    public sealed record SmsScreenedV1(
        Guid SmsId, string Endpoint, string Person, string OurNumber, string Verdict, string? Word, bool OptedOut, long ConsentVersion,
        string? Answer, DateTimeOffset SentAt, DateTimeOffset ScreenedAt) : ScreeningEvent, IEarlierVersion
    {
        public object Upcast() => new SmsScreened(
            SmsId, Endpoint, Person, OurNumber, Verdict, Word, Word is null ? null : ConsentWords.MatchedBy.Keyword, OptedOut, false, ConsentVersion,
            null, null, null, Answer, SentAt, ScreenedAt);
    }
}

/// <summary>What a text can be ruled to be.</summary>
public static class Verdict
{
    /// <summary>An ordinary text of someone who may be texted.</summary>
    public const string Clear = "clear";

    /// <summary>An ordinary text of someone who has opted out.</summary>
    public const string Blocked = "blocked";

    /// <summary>An opt-out.</summary>
    public const string OptOut = "opt-out";

    /// <summary>An opt-in word that took back an opt-out.</summary>
    public const string OptIn = "opt-in";

    /// <summary>A call for help.</summary>
    public const string Help = "help";

    /// <summary>Perhaps an opt-out: a person has to say.</summary>
    public const string Review = "review";
}
