using System.Collections.Immutable;
using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;

namespace Sms.OptOut.Consent;

/// <summary>The rulings on one text of ours that answers none: one for every time it was asked about.</summary>
/// <param name="Answered">The times of the questions that were answered.</param>
public sealed record Ruling(ImmutableHashSet<DateTimeOffset> Answered)
{
    public static readonly StreamOf<Ruling, RulingEvent> Stream = new("ruling", new Ruling([]), Evolve);

    /// <summary>
    /// Rules on a text: what the ledger says for its purpose; and while a review is open, only people may text the person.
    /// </summary>
    public static RulingEvent[] Decide(Ruling ruling, PersonLedger ledger, Rulebook rules, AskConsent asked)
    {
        if (ruling.Answered.Contains(asked.AskedAt))
            return [];
        var policy = rules.At(asked.Now);
        var standing = Standing.Of(ledger.Facts, policy, new Place(asked.OurNumber, asked.Endpoint), asked.Purpose);
        if (standing.Allowed && ledger.OpenReview is { } review && !asked.RequestedBy.StartsWith("operator:", StringComparison.Ordinal))
            standing = new Standing(false, Because.UnderReview, false, review);
        return
        [
            new RulingEvent.SendRuled(
                asked.SendId, asked.AskedAt, asked.Endpoint, asked.Person, asked.OurNumber, asked.Purpose, asked.RequestedBy, standing.Allowed, standing.Reason,
                policy.PolicyId, ledger.Facts.Count, standing.RestsOn?.FactId, standing.RestsOn?.Hash, asked.Now),
        ];
    }

    private static Ruling Evolve(Ruling ruling, RulingEvent happened) =>
        happened is RulingEvent.SendRuled e ? new Ruling(ruling.Answered.Add(e.AskedAt)) : ruling;
}

/// <summary>May this text leave?</summary>
public sealed record AskConsent(
    Guid SendId, string Endpoint, string OurNumber, string Person, string Purpose, string RequestedBy, DateTimeOffset AskedAt, DateTimeOffset Now);

public abstract record RulingEvent
{
    /// <summary>It was ruled whether a text may leave. Kept, so that a text that left can be checked against what was known then.</summary>
    /// <param name="SendId">The text.</param>
    /// <param name="AskedAt">When it was asked.</param>
    /// <param name="Endpoint">The endpoint it would leave through.</param>
    /// <param name="Person">The person.</param>
    /// <param name="OurNumber">Our number.</param>
    /// <param name="Purpose">What it is for.</param>
    /// <param name="RequestedBy">Who wants it sent.</param>
    /// <param name="Allowed">Whether it may.</param>
    /// <param name="Reason">One of <see cref="Because"/>.</param>
    /// <param name="PolicyId">The policy by which the facts counted.</param>
    /// <param name="LedgerVersion">How many facts the person's chain held.</param>
    /// <param name="FactId">The fact it rests on.</param>
    /// <param name="FactHash">Its hash.</param>
    /// <param name="RuledAt">When it was ruled.</param>
    [StoredAs("optout.send-ruled.v1")]
    public sealed record SendRuled(
        Guid SendId, DateTimeOffset AskedAt, string Endpoint, string Person, string OurNumber, string Purpose, string RequestedBy, bool Allowed, string Reason,
        Guid PolicyId, long LedgerVersion, Guid? FactId, string? FactHash, DateTimeOffset RuledAt) : RulingEvent;
}
