using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Outbound.Recipients;

/// <summary>A fact about one person, whichever of our numbers texts them.</summary>
public abstract record PersonEvent
{
    /// <summary>Their consent to texts from all our numbers changed.</summary>
    /// <param name="FactId">The fact in the consent ledger.</param>
    /// <param name="FactHash">The hash of that fact.</param>
    /// <param name="Purpose">The purpose it concerns; null for all.</param>
    /// <param name="Change">What holds from then on, as in <see cref="BusMessages.ConsentChanged.Change"/>.</param>
    /// <param name="EffectiveAt">From when.</param>
    [StoredAs("outbound.person-consent-changed.v1")]
    public sealed record ConsentChanged(
        Guid FactId, string FactHash, string? Purpose, string Change, DateTimeOffset EffectiveAt) : PersonEvent;

    /// <summary>
    /// A text to them has been claimed for sending, from any of our numbers. As the same fact on the recipient's stream: a claim
    /// and a change that concerns all numbers cannot both believe they were first.
    /// </summary>
    [StoredAs("outbound.person-text-leaving.v1")]
    public sealed record TextLeaving(Guid SendId, int Attempt) : PersonEvent;
}

/// <summary>What Outbound has heard about one person's consent to texts from any of our numbers.</summary>
/// <param name="Changes">What was changed.</param>
public sealed record Person(ImmutableList<ConsentFact> Changes)
{
    // Part of every person's identity: a different value would forget what changed.
    private static readonly Guid Scope = new("7f0c1e52-6a0e-4a5b-9a0d-3d2f5b8c1e74");

    /// <summary>What concerns one person and all our numbers.</summary>
    public static readonly StreamOf<Person, PersonEvent> Stream = new("person", new Person([]), Evolve);

    /// <summary>The stream of this person.</summary>
    public static Guid IdFor(string person) => NamedId.Of(Scope, person);

    private static Person Evolve(Person person, PersonEvent happened) => happened is PersonEvent.ConsentChanged e
        ? new Person(person.Changes.Add(new ConsentFact(e.Change, e.Purpose, e.EffectiveAt, e.FactId, e.FactHash)))
        : person;
}
