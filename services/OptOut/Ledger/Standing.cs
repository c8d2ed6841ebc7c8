using Sms.ConsentWords;
using Sms.OptOut.Policies;

namespace Sms.OptOut.Ledger;

/// <summary>Whether one person may be texted from one place for one purpose, and why.</summary>
/// <param name="Allowed">Whether a text may leave.</param>
/// <param name="Reason">Why, as in <see cref="BusMessages.ConsentRuled.Reason"/>.</param>
/// <param name="OptedOut">Whether the person ended consent, or a gateway blocks them.</param>
/// <param name="RestsOn">The fact that made it so; null where nothing is known about the person.</param>
public sealed record Standing(bool Allowed, string Reason, bool OptedOut, ConsentFact? RestsOn)
{
    /// <summary>
    /// What the facts add up to. The fact with the latest time of its own holds, whatever was entered last; of two at the same
    /// moment the one that ends consent.
    /// </summary>
    /// <param name="facts">The person's facts.</param>
    /// <param name="policy">The policy by which they count.</param>
    /// <param name="place">Where the text would leave.</param>
    /// <param name="purpose">What it would be for.</param>
    /// <param name="at">Only facts whose own time is not after it; null for all.</param>
    /// <param name="knownAt">Only facts that had been entered by then; null for all.</param>
    public static Standing Of(
        IEnumerable<ConsentFact> facts, ConsentPolicy policy, Place place, string purpose, DateTimeOffset? at = null, DateTimeOffset? knownAt = null)
    {
        ConsentFact? wroteFirst = null;
        var decisive = new List<ConsentFact>();
        foreach (var fact in facts)
        {
            if (fact.EffectiveAt > at || fact.RecordedAt > knownAt)
                continue;
            if (fact.Kind is FactKind.WroteFirst && fact.OurNumber == place.OurNumber)
                wroteFirst ??= fact;
            if ((fact.Ends || fact.Kind is FactKind.OptedIn) && (fact.Purpose ?? purpose) == purpose && policy.Reaches(fact, place))
                decisive.Add(fact);
        }
        decisive.Sort(ByOwnTime);

        // What the last opposite fact left: the earliest of the run made it so.
        var since = decisive.FindLastIndex(fact => fact.Ends != decisive[^1].Ends) + 1;
        if (decisive.Count > 0 && decisive[^1].Ends)
        {
            var run = decisive[since..];
            return run.Find(fact => fact.Kind is FactKind.OptedOut) is { } optOut
                ? new Standing(false, Because.OptedOut, true, optOut)
                : new Standing(false, Because.BlockedByGateway, true, run[0]);
        }

        // A START takes an opt-out back; permission for a purpose is something a person gave in so many words.
        var granted = decisive.FindLast(fact => fact is { Kind: FactKind.OptedIn, Source: FactSource.Operator or FactSource.Import });
        if (policy.NeedsOptIn.Contains(purpose) || !Purposes.All.Contains(purpose))
            return granted is null ? new Standing(false, Because.NoConsent, false, null) : new Standing(true, Because.OptedIn, false, granted);
        return decisive.Count > 0 ? new Standing(true, Because.OptedIn, false, decisive[since])
            : wroteFirst is not null ? new Standing(true, Because.WroteFirst, false, wroteFirst)
            : new Standing(true, Because.NotOptedOut, false, null);
    }

    private static int ByOwnTime(ConsentFact a, ConsentFact b) =>
        (a.EffectiveAt, a.Ends, a.No).CompareTo((b.EffectiveAt, b.Ends, b.No));
}

/// <summary>Why a text may leave or may not.</summary>
public static class Because
{
    public const string OptedIn = "opted-in";
    public const string WroteFirst = "wrote-first";
    public const string NotOptedOut = "not-opted-out";
    public const string OptedOut = "opted-out";
    public const string NoConsent = "no-consent";
    public const string UnderReview = "under-review";
    public const string BlockedByGateway = "blocked-by-gateway";
}
