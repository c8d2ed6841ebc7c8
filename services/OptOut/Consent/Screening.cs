using Sms.EventStore;

namespace Sms.OptOut.Consent;

/// <summary>Whether a text has been ruled on. It is ruled on once, whatever is redelivered or replayed.</summary>
public sealed record Screening(bool Done)
{
    public static readonly StreamOf<Screening, ScreeningEvent> Stream = new("screening", new Screening(false), Evolve);

    public static Screening Evolve(Screening screening, ScreeningEvent happened) =>
        happened is ScreeningEvent.SmsScreened ? new Screening(true) : screening;
}

public abstract record ScreeningEvent
{
    /// <summary>A text was ruled on.</summary>
    /// <param name="SmsId">The text.</param>
    /// <param name="Endpoint">The endpoint it came in by.</param>
    /// <param name="Person">Who texted.</param>
    /// <param name="OurNumber">Our number that was texted.</param>
    /// <param name="Verdict">One of <see cref="Consent.Verdict"/>.</param>
    /// <param name="Word">The consent word that the text was, if it was one.</param>
    /// <param name="OptedOut">Whether the person is opted out, this text included.</param>
    /// <param name="ConsentVersion">How many consent words the ledger held when it was ruled on: the version the ruling rests on.</param>
    /// <param name="Answer">What consent itself answers, if anything.</param>
    /// <param name="SentAt">When the text was sent.</param>
    /// <param name="ScreenedAt">When it was ruled on.</param>
    [StoredAs("optout.sms-screened.v1")]
    public sealed record SmsScreened(
        Guid SmsId, string Endpoint, string Person, string OurNumber, string Verdict, string? Word, bool OptedOut,
        long ConsentVersion, string? Answer, DateTimeOffset SentAt, DateTimeOffset ScreenedAt) : ScreeningEvent;
}

/// <summary>What a text can be ruled to be.</summary>
public static class Verdict
{
    /// <summary>An ordinary text of someone who may be texted.</summary>
    public const string Clear = "clear";

    /// <summary>An ordinary text of someone who has opted out.</summary>
    public const string Blocked = "blocked";

    /// <summary>An opt-out word.</summary>
    public const string OptOut = "opt-out";

    /// <summary>An opt-in word that took back an opt-out.</summary>
    public const string OptIn = "opt-in";

    /// <summary>A call for help.</summary>
    public const string Help = "help";
}
