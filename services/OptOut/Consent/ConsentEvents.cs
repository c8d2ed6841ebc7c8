using System.Collections.Immutable;
using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.PhoneNumbers;

namespace Sms.OptOut.Consent;

/// <summary>A consent word of one person to one of our numbers, as it was stored before facts were chained. Nothing writes these any more.</summary>
public abstract record ConsentEvent
{
    /// <summary>The person asked for no more texts.</summary>
    [StoredAs("optout.opt-out-requested.v1")]
    public sealed record OptOutRequested(Guid SmsId, string Person, string OurNumber, string Word, DateTimeOffset SentAt) : ConsentEvent;

    /// <summary>The person asked for texts again.</summary>
    [StoredAs("optout.opt-in-requested.v1")]
    public sealed record OptInRequested(Guid SmsId, string Person, string OurNumber, string Word, DateTimeOffset SentAt) : ConsentEvent;
}

/// <summary>The consent words of before the chain, and how each becomes a fact of the person's chain.</summary>
public static class EarlierConsent
{
    // Never change it: it is part of every stream id.
    private static readonly Guid Scope = new("5c2f6d1e-8a0b-4c37-9f0e-2d4b7a916e53");

    public static readonly StreamOf<ImmutableList<ConsentEvent>, ConsentEvent> Stream = new("consent", [], (words, word) => words.Add(word));

    /// <summary>The stream of one person's words to one of our numbers.</summary>
    public static Guid IdOf(PhoneNumber person, PhoneNumber ourNumber) => NamedId.Of(Scope, ourNumber.Value, person.Value);

    /// <summary>
    /// The fact an earlier event stands for, ready to be chained: it keeps the stored event's id, as its own and as its reference, and
    /// the time the event was stored. So whoever chains it, whenever, gets the same fact.
    /// </summary>
    public static ConsentFact ToFact(ConsentEvent word, Guid eventId, DateTimeOffset storedAt, string? endpoint) => word switch
    {
        ConsentEvent.OptOutRequested e => Fact(FactKind.OptedOut, e.Person, e.OurNumber, e.SmsId, e.Word, e.SentAt),
        ConsentEvent.OptInRequested e => Fact(FactKind.OptedIn, e.Person, e.OurNumber, e.SmsId, e.Word, e.SentAt),
        _ => throw new ArgumentException($"{word.GetType().Name} is no consent word.", nameof(word)),
    }
    with { FactId = eventId, Reference = eventId, RecordedAt = storedAt, Endpoint = endpoint };

    private static ConsentFact Fact(string kind, string person, string ourNumber, Guid smsId, string word, DateTimeOffset sentAt) => new()
    {
        No = 0,
        FactId = default,
        Previous = "",
        Hash = "",
        Kind = kind,
        Person = person,
        OurNumber = ourNumber,
        EffectiveAt = sentAt,
        RecordedAt = default,
        Actor = "person",
        Source = FactSource.BeforeChain,
        SmsId = smsId,
        Word = word,
        MatchedBy = ConsentWords.MatchedBy.Keyword,
    };
}
