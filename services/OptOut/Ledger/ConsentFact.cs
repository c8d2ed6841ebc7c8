using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.OptOut.Ledger;

/// <summary>
/// One fact about what a person consents to, as it stands in the person's chain. Everything but <see cref="Hash"/> and
/// <see cref="Announced"/> is hashed (<see cref="FactChain"/>); whatever is added to this record later must be left out of the
/// canonical form while it is null.
/// </summary>
[StoredAs("optout.consent-recorded.v1")]
public sealed record ConsentFact
{
    /// <summary>Its place in the person's chain, from 1.</summary>
    public required int No { get; init; }

    /// <summary>Its identity.</summary>
    public required Guid FactId { get; init; }

    /// <summary>The hash of the fact before it; 64 zeros for the first.</summary>
    public required string Previous { get; init; }

    /// <summary>The SHA-256 of its canonical form, 64 hexadecimal digits.</summary>
    public required string Hash { get; init; }

    /// <summary>One of <see cref="FactKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The person.</summary>
    public required string Person { get; init; }

    /// <summary>Our number it concerns, or that was texted; null where none is meant.</summary>
    public string? OurNumber { get; init; }

    /// <summary>The endpoint of that number, where it is known.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The only purpose it concerns; null for all.</summary>
    public string? Purpose { get; init; }

    /// <summary>How far it reaches, one of <see cref="Policies.Reach"/>, where that was said; null leaves it to the policy in force.</summary>
    public string? Reach { get; init; }

    /// <summary>Its own time: when the person sent the text, when they had told the operator. Orders the facts.</summary>
    public required DateTimeOffset EffectiveAt { get; init; }

    /// <summary>When it was entered here.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Who acted: <c>person</c>, <c>operator:{name}</c>, <c>gateway</c> or <c>system</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>How it came here, one of <see cref="FactSource"/>.</summary>
    public required string Source { get; init; }

    /// <summary>The person's text.</summary>
    public Guid? SmsId { get; init; }

    /// <summary>What the person wrote.</summary>
    public string? Wrote { get; init; }

    /// <summary>The word or phrase it was read as.</summary>
    public string? Word { get; init; }

    /// <summary>How it was found: one of <see cref="ConsentWords.MatchedBy"/>.</summary>
    public string? MatchedBy { get; init; }

    /// <summary>What the person was shown: the disclosure they agreed to, the answer they got.</summary>
    public string? Shown { get; init; }

    /// <summary>Why, in the words of whoever acted, or the gateway's code.</summary>
    public string? Reason { get; init; }

    /// <summary>What it belongs to: the import, the policy, the review, the stored event of before the chain.</summary>
    public Guid? Reference { get; init; }

    /// <summary>By when a review has to be decided.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>What of it the other services are told.</summary>
    public IReadOnlyList<Announcement> Announced { get; init; } = [];

    /// <summary>Whether it ends consent.</summary>
    [JsonIgnore]
    public bool Ends => Kind is FactKind.OptedOut or FactKind.Blocked;
}

/// <summary>A change that others have to know of.</summary>
/// <param name="OurNumber">Our number it concerns; null for all.</param>
/// <param name="Purpose">The purpose it concerns; null for all.</param>
/// <param name="Change">As in <see cref="BusMessages.ConsentChanged.Change"/>.</param>
public sealed record Announcement(string? OurNumber, string? Purpose, string Change);

/// <summary>What a fact can be.</summary>
public static class FactKind
{
    /// <summary>The person texted this number of ours on their own accord: the ground for answering them.</summary>
    public const string WroteFirst = "wrote-first";

    /// <summary>No more texts.</summary>
    public const string OptedOut = "opted-out";

    /// <summary>Texts are wanted, or wanted again.</summary>
    public const string OptedIn = "opted-in";

    /// <summary>The gateway keeps a block of its own for this person and this number.</summary>
    public const string Blocked = "blocked";

    /// <summary>A text may have meant an opt-out: only people may text the person until it is decided.</summary>
    public const string ReviewOpened = "review-opened";

    /// <summary>A person has decided what the text meant.</summary>
    public const string ReviewDecided = "review-decided";

    /// <summary>A policy has come into force that changes what holds for the person.</summary>
    public const string PolicyApplied = "policy-applied";
}

/// <summary>How a fact came into the ledger.</summary>
public static class FactSource
{
    /// <summary>By a text.</summary>
    public const string Sms = "sms";

    /// <summary>By a text, ruled on before facts were chained.</summary>
    public const string BeforeChain = "before-chain";

    /// <summary>Entered by an operator.</summary>
    public const string Operator = "operator";

    /// <summary>From an imported list.</summary>
    public const string Import = "import";

    /// <summary>From the gateway's refusal of a text.</summary>
    public const string Gateway = "gateway";

    /// <summary>By the decision of a review.</summary>
    public const string Review = "review";

    /// <summary>By a policy.</summary>
    public const string Policy = "policy";
}
