using Sms.ConsentWords;
using Sms.EventStore;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;

namespace Sms.OptOut.Ledger;

/// <summary>Where a change that did not come by a text is to count, and for what.</summary>
/// <param name="Reach">How far; null leaves it to the policy.</param>
/// <param name="OurNumber">Our number, where one is meant.</param>
/// <param name="Endpoint">An endpoint, where its pool is meant.</param>
/// <param name="Purpose">The only purpose; null for all.</param>
public sealed record Extent(string? Reach, string? OurNumber, string? Endpoint, string? Purpose)
{
    /// <summary>What is wrong, by field; nothing when it can be used.</summary>
    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        if (Reach is not null && !Policies.Reach.All.Contains(Reach))
            faults["scope"] = [$"must be one of {string.Join(", ", Policies.Reach.All)}"];
        else if (Reach is Policies.Reach.Number && OurNumber is null)
            faults["ourNumber"] = ["must say which of our numbers, as the scope is number"];
        else if (Reach is Policies.Reach.Pool && Endpoint is null)
            faults["endpoint"] = ["must say whose pool, as the scope is pool"];
        if (OurNumber is not null && !PhoneNumber.TryParse(OurNumber, out _))
            faults["ourNumber"] = ["is not a phone number, short code or sender name"];
        if (Purpose is not null && !Purposes.All.Contains(Purpose))
            faults["purpose"] = [$"must be one of {string.Join(", ", Purposes.All)}, or left out for all"];
        return faults;
    }
}

/// <summary>What may be entered into a person's ledger other than by a text of theirs.</summary>
public abstract record LedgerCommand
{
    /// <summary>Someone who was told so enters that the person wants no texts, or wants them.</summary>
    /// <param name="CommandId">The same for the same wish asked again.</param>
    /// <param name="OptOut">Whether the person wants no more texts.</param>
    /// <param name="Extent">Where it counts.</param>
    /// <param name="EffectiveAt">When the person said so.</param>
    /// <param name="Actor">Who enters it.</param>
    /// <param name="Source">One of <see cref="FactSource"/>.</param>
    /// <param name="Reason">How they know.</param>
    /// <param name="Shown">What the person was told when they agreed.</param>
    /// <param name="Reference">The import it is part of.</param>
    public sealed record Enter(
        Guid CommandId, bool OptOut, Extent Extent, DateTimeOffset EffectiveAt, string Actor, string Source, string? Reason, string? Shown,
        Guid? Reference) : LedgerCommand;

    /// <summary>A gateway refused a text because of a block of its own.</summary>
    public sealed record Block(Guid SendId, string OurNumber, string Endpoint, string Code, DateTimeOffset BlockedAt) : LedgerCommand;

    /// <summary>A person decides what a text meant.</summary>
    public sealed record DecideReview(Guid ReviewId, bool OptOut, string Actor, string Reason) : LedgerCommand;

    /// <summary>A policy that is in force changes what holds for the person.</summary>
    public sealed record ApplyPolicy(ConsentPolicy Policy, IReadOnlyList<Announcement> Changes) : LedgerCommand;
}

/// <summary>The rules on everything that enters a ledger other than by a text.</summary>
public static class LedgerDecider
{
    /// <summary>The facts to add, chained to the ledger; none when it changes nothing.</summary>
    /// <exception cref="RefusedException">There is no such review, or it was decided the other way.</exception>
    public static ConsentFact[] Decide(PersonLedger ledger, string person, ConsentPolicy policy, LedgerCommand command, DateTimeOffset now)
    {
        IEnumerable<ConsentFact> facts = command switch
        {
            LedgerCommand.Enter c when ledger.Facts.Exists(fact => fact.FactId == c.CommandId || c.Source is FactSource.Import && IsSame(fact, c)) => [],
            LedgerCommand.Enter c => [Told(Entered(c))],
            // Every text to them is refused until they text the gateway's word: one entry says it.
            LedgerCommand.Block c when ledger.Facts.FindLast(fact => fact.OurNumber == c.OurNumber && (fact.Ends || fact.Kind is FactKind.OptedIn))
                is { Kind: FactKind.Blocked } => [],
            LedgerCommand.Block c => [Told(Blocked(c))],
            LedgerCommand.DecideReview c => Decided(c),
            LedgerCommand.ApplyPolicy c when ledger.Facts.Exists(fact => fact.Kind is FactKind.PolicyApplied && fact.Reference == c.Policy.PolicyId) => [],
            LedgerCommand.ApplyPolicy c =>
            [
                Fact(FactKind.PolicyApplied, FactIds.Of(c.Policy.PolicyId, FactKind.PolicyApplied, person), c.Policy.EffectiveFrom, "system", FactSource.Policy)
                    with { Reference = c.Policy.PolicyId, Reason = c.Policy.Name, Announced = c.Changes },
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
        return ledger.With(facts).Chained;

        ConsentFact Told(ConsentFact fact) => fact with
        {
            // An opt-in changes something for a text that waits only where there was an opt-out.
            Announced = fact.Ends || ledger.Facts.Exists(earlier => earlier.Ends)
                ? [.. Announcements.Of(ledger, policy, fact, fact.Ends ? Change.OptedOut : Change.OptedIn)]
                : [],
        };

        ConsentFact Entered(LedgerCommand.Enter c) =>
            Fact(c.OptOut ? FactKind.OptedOut : FactKind.OptedIn, c.CommandId, c.EffectiveAt, c.Actor, c.Source) with
            {
                OurNumber = c.Extent.OurNumber is { } ours ? PhoneNumber.Parse(ours).Value : null,
                Endpoint = c.Extent.Endpoint,
                Reach = c.Extent.Reach,
                Purpose = c.Extent.Purpose,
                Reason = c.Reason,
                Shown = c.Shown,
                Reference = c.Reference,
            };

        ConsentFact Blocked(LedgerCommand.Block c) =>
            Fact(FactKind.Blocked, FactIds.Of(c.SendId, FactKind.Blocked), c.BlockedAt, "gateway", FactSource.Gateway) with
            {
                OurNumber = c.OurNumber,
                Endpoint = c.Endpoint,
                Reach = Reach.Number,
                Reason = c.Code,
            };

        IEnumerable<ConsentFact> Decided(LedgerCommand.DecideReview c)
        {
            var outcome = c.OptOut ? ReviewOutcome.OptedOut : ReviewOutcome.NoOptOut;
            var opened = ledger.Facts.Find(fact => fact.Kind is FactKind.ReviewOpened && fact.FactId == c.ReviewId)
                ?? throw new RefusedException($"There is no review {c.ReviewId}.");
            if (ledger.Facts.Find(fact => fact.Kind is FactKind.ReviewDecided && fact.Reference == c.ReviewId) is { } earlier)
                return earlier.Word == outcome ? [] : throw new RefusedException($"Review {c.ReviewId} was decided before, the other way, by {earlier.Actor}.");

            var decided = Fact(FactKind.ReviewDecided, FactIds.Of(c.ReviewId, FactKind.ReviewDecided), now, c.Actor, FactSource.Review) with
            {
                Reference = c.ReviewId,
                Word = outcome,
                Reason = c.Reason,
                Announced = [new Announcement(null, null, Change.Resumed)],
            };
            if (!c.OptOut)
                return [decided];
            // It holds from when the person wrote it, so a START sent since still holds.
            var optOut = Fact(FactKind.OptedOut, FactIds.Of(c.ReviewId, FactKind.OptedOut), opened.EffectiveAt, c.Actor, FactSource.Review) with
            {
                OurNumber = opened.OurNumber,
                Endpoint = opened.Endpoint,
                SmsId = opened.SmsId,
                Reference = c.ReviewId,
                Reason = c.Reason,
            };
            return [Told(optOut), decided];
        }

        ConsentFact Fact(string kind, Guid id, DateTimeOffset effectiveAt, string actor, string source) => new()
        {
            No = 0,
            FactId = id,
            Previous = "",
            Hash = "",
            Kind = kind,
            Person = person,
            EffectiveAt = effectiveAt,
            RecordedAt = now,
            Actor = actor,
            Source = source,
        };
    }

    // A list imported twice says nothing new the second time.
    private static bool IsSame(ConsentFact fact, LedgerCommand.Enter c) =>
        fact.Source is FactSource.Import && fact.Kind == (c.OptOut ? FactKind.OptedOut : FactKind.OptedIn) && fact.EffectiveAt == c.EffectiveAt
        && (fact.OurNumber, fact.Endpoint, fact.Reach, fact.Purpose) == (c.Extent.OurNumber, c.Extent.Endpoint, c.Extent.Reach, c.Extent.Purpose);
}

/// <summary>How a review can end.</summary>
public static class ReviewOutcome
{
    public const string OptedOut = "opted-out";
    public const string NoOptOut = "no-opt-out";
}
