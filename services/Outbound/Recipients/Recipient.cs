using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.Outbound.Recipients;

/// <summary>A fact about one person as seen from one of our numbers.</summary>
public abstract record RecipientEvent
{
    /// <summary>They have told this number to stop.</summary>
    /// <param name="SmsId">The text by which they did.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    /// <param name="FactId">The fact in the consent ledger.</param>
    /// <param name="FactHash">The hash of that fact.</param>
    [StoredAs("outbound.recipient-opted-out.v1")]
    public sealed record OptedOut(
        Guid SmsId, DateTimeOffset SentAt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? FactId = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FactHash = null) : RecipientEvent;

    /// <summary>They have told this number to start again.</summary>
    /// <param name="SmsId">The text by which they did.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    /// <param name="FactId">The fact in the consent ledger.</param>
    /// <param name="FactHash">The hash of that fact.</param>
    [StoredAs("outbound.recipient-opted-in.v1")]
    public sealed record OptedIn(
        Guid SmsId, DateTimeOffset SentAt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? FactId = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FactHash = null) : RecipientEvent;

    /// <summary>Their consent to texts from this number changed, other than by a word of theirs.</summary>
    /// <param name="FactId">The fact in the consent ledger.</param>
    /// <param name="FactHash">The hash of that fact.</param>
    /// <param name="Purpose">The purpose it concerns; null for all.</param>
    /// <param name="Change">What holds from then on, as in <see cref="BusMessages.ConsentChanged.Change"/>.</param>
    /// <param name="EffectiveAt">From when.</param>
    [StoredAs("outbound.recipient-consent-changed.v1")]
    public sealed record ConsentChanged(
        Guid? FactId, string? FactHash, string? Purpose, string Change, DateTimeOffset EffectiveAt) : RecipientEvent;

    /// <summary>
    /// A text to them has been claimed for sending. It is written with the version the opt-out state was read at, so a claim
    /// and a STOP that happen at once cannot both believe they were first.
    /// </summary>
    /// <param name="SmsId">The inbound text it answers; its own id where it answers none.</param>
    /// <param name="SendId">The text.</param>
    /// <param name="Attempt">Which attempt at it.</param>
    [StoredAs("outbound.recipient-text-leaving.v1")]
    public sealed record TextLeaving(Guid SmsId, Guid SendId, int Attempt) : RecipientEvent;
}

/// <summary>What Outbound has heard about one person's consent to texts from one of our numbers.</summary>
/// <param name="Word">Their own last word, by the time it was sent; null when they never said either way.</param>
/// <param name="Changes">What others changed.</param>
public sealed record Recipient(ConsentFact? Word, ImmutableList<ConsentFact> Changes)
{
    // Part of every recipient's identity: a different value would forget who opted out.
    private static readonly Guid Scope = new("e3f2b7a4-2c55-4a0f-b1b8-8d7a1f3c9e60");

    /// <summary>What has happened between one person and one of our numbers.</summary>
    public static readonly StreamOf<Recipient, RecipientEvent> Stream = new("recipient", new Recipient(null, []), Evolve);

    /// <summary>Whether their own last word to this number was to stop.</summary>
    public bool OptedOut => Word is { Change: ConsentFact.OptedOut };

    /// <summary>The stream of this person and this number of ours.</summary>
    public static Guid IdFor(string ourNumber, string person) => NamedId.Of(Scope, ourNumber, person);

    /// <summary>
    /// What a verdict changes. Only the keywords count, and the latest by the time it was sent, so the order verdicts arrive in
    /// does not matter; of a STOP and a START sent at the same time the STOP holds. A verdict on an ordinary text says what was
    /// known when it was screened, which may be before a STOP that was sent earlier came in: it opens and closes nothing here.
    /// Nor does a STOP that the ledger knows to be overtaken by a later START, which may be one that was ruled an ordinary text.
    /// But while a person decides what somebody meant, whatever they write, rules stay silent.
    /// </summary>
    public static RecipientEvent[] Hear(Recipient recipient, HeardVerdict heard) => heard.Verdict switch
    {
        "opt-out" when !heard.OptedOut => [],
        "opt-out" when recipient.Word is not { } last || heard.SentAt > last.From || (heard.SentAt == last.From && !recipient.OptedOut) =>
            [new RecipientEvent.OptedOut(heard.SmsId, heard.SentAt, heard.FactId, heard.FactHash)],
        "opt-in" when recipient.Word is null || heard.SentAt > recipient.Word.From =>
            [new RecipientEvent.OptedIn(heard.SmsId, heard.SentAt, heard.FactId, heard.FactHash)],
        _ when heard.AutomationPaused && !recipient.Changes.Exists(IsPauseOf(heard)) =>
            [new RecipientEvent.ConsentChanged(heard.FactId, heard.FactHash, null, ConsentFact.Paused, heard.SentAt)],
        _ => [],
    };

    private static Predicate<ConsentFact> IsPauseOf(HeardVerdict heard) => known => known.Change == ConsentFact.Paused
        && (heard.FactId is null ? known.From == heard.SentAt : known.FactId == heard.FactId && known.From <= heard.SentAt);

    private static Recipient Evolve(Recipient recipient, RecipientEvent happened) => happened switch
    {
        RecipientEvent.OptedOut e => recipient with { Word = new ConsentFact(ConsentFact.OptedOut, null, e.SentAt, e.FactId, e.FactHash) },
        RecipientEvent.OptedIn e => recipient with { Word = new ConsentFact(ConsentFact.OptedIn, null, e.SentAt, e.FactId, e.FactHash) },
        RecipientEvent.ConsentChanged e =>
            recipient with { Changes = recipient.Changes.Add(new ConsentFact(e.Change, e.Purpose, e.EffectiveAt, e.FactId, e.FactHash)) },
        _ => recipient,
    };
}

/// <summary>What a verdict says about the person who texted.</summary>
public sealed record HeardVerdict(Guid SmsId, string Verdict, bool OptedOut, bool AutomationPaused, DateTimeOffset SentAt, Guid? FactId, string? FactHash);
