using System.Collections.Immutable;
using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.OptOut.Ledger;

/// <summary>All there is to know about one person's consent, in the order it was entered. One stream and one chain per person.</summary>
public sealed record PersonLedger(ImmutableList<ConsentFact> Facts)
{
    // Never change it: it is part of every stream id.
    private static readonly Guid Scope = new("0b6a5a0e-9a55-4d0a-8a7f-51f3a2c1d6b4");

    /// <summary>The facts about one person.</summary>
    public static readonly StreamOf<PersonLedger, ConsentFact> Stream =
        new("ledger", new PersonLedger([]), (ledger, fact) => new PersonLedger(ledger.Facts.Add(fact)));

    /// <summary>The stream's id: derived from the number, and not showing it.</summary>
    public static Guid IdOf(PhoneNumber person) => NamedId.Of(Scope, person.Value);

    /// <summary>The end of the chain, or null.</summary>
    public ConsentFact? Last => Facts.Count == 0 ? null : Facts[^1];

    /// <summary>The review that is still to be decided, or null.</summary>
    public ConsentFact? OpenReview => Facts.FindLast(fact => fact.Kind == FactKind.ReviewOpened) is { } opened
        && !Facts.Exists(fact => fact.Kind == FactKind.ReviewDecided && fact.Reference == opened.FactId) ? opened : null;

    /// <summary>Our numbers that the person has to do with, each with its endpoint where that is known.</summary>
    public IEnumerable<Place> Places => Facts.Where(fact => fact.OurNumber is not null)
        .GroupBy(fact => fact.OurNumber!).Select(of => new Place(of.Key, of.LastOrDefault(fact => fact.Endpoint is not null)?.Endpoint));

    /// <summary>The ledger after these facts, chained already.</summary>
    public PersonLedger After(IEnumerable<ConsentFact> chained) => new(Facts.AddRange(chained));

    /// <summary>The ledger with these facts chained to its end.</summary>
    public (PersonLedger Ledger, ConsentFact[] Chained) With(IEnumerable<ConsentFact> facts)
    {
        var (ledger, chained) = (this, new List<ConsentFact>());
        foreach (var fact in facts)
        {
            chained.Add(FactChain.Chain(fact, ledger.Last));
            ledger = new PersonLedger(ledger.Facts.Add(chained[^1]));
        }
        return (ledger, [.. chained]);
    }
}

/// <summary>Where a text is exchanged.</summary>
/// <param name="OurNumber">Our number.</param>
/// <param name="Endpoint">Its endpoint, where it is known.</param>
public sealed record Place(string OurNumber, string? Endpoint);
