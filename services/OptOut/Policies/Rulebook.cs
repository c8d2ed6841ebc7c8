using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Sms.EventStore;
using Sms.OptOut.Reviews;

namespace Sms.OptOut.Policies;

/// <summary>A change of the rules. Each names the hash of the one before, so that a policy cannot be put in place after the fact.</summary>
public abstract record RulebookEvent
{
    /// <summary>Who changed them.</summary>
    public required string Actor { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The hash of the change before; 64 zeros for the first.</summary>
    public string Previous { get; init; } = "";

    /// <summary>The SHA-256 of this change, as JSON without this member.</summary>
    public string Hash { get; init; } = "";

    /// <summary>A policy was made that holds from its own date on.</summary>
    [StoredAs("optout.policy-scheduled.v1")]
    public sealed record PolicyScheduled(ConsentPolicy Policy) : RulebookEvent;

    /// <summary>A policy was withdrawn before it came into force.</summary>
    [StoredAs("optout.policy-withdrawn.v1")]
    public sealed record PolicyWithdrawn(Guid PolicyId, string Reason) : RulebookEvent;

    /// <summary>A policy is in force, and everybody it changes something for has it in their ledger.</summary>
    [StoredAs("optout.policy-applied.v1")]
    public sealed record PolicyApplied(Guid PolicyId, long Changed) : RulebookEvent;

    /// <summary>The languages, words and answers of an endpoint were set.</summary>
    [StoredAs("optout.endpoint-words-set.v1")]
    public sealed record WordsSet(EndpointWords Words) : RulebookEvent;

    /// <summary>The calendar that deadlines are counted by was set.</summary>
    [StoredAs("optout.calendar-set.v1")]
    public sealed record CalendarSet(BusinessCalendar Calendar) : RulebookEvent;
}

/// <summary>The rules in force and those to come.</summary>
/// <param name="Policies">All policies that were not withdrawn, by the date they hold from.</param>
/// <param name="Applied">Those that everybody concerned has been told of.</param>
/// <param name="Words">What was set for endpoints.</param>
/// <param name="Calendar">The calendar of deadlines.</param>
/// <param name="Head">The hash of the last change.</param>
public sealed record Rulebook(
    ImmutableList<ConsentPolicy> Policies, ImmutableHashSet<Guid> Applied, ImmutableDictionary<string, EndpointWords> Words,
    BusinessCalendar Calendar, string Head)
{
    /// <summary>There is one rulebook.</summary>
    public const string Id = "default";

    public static readonly StreamOf<Rulebook, RulebookEvent> Stream = new(
        "rulebook",
        new Rulebook(
            [ConsentPolicy.Initial, ConsentPolicy.RevokeAll], [ConsentPolicy.Initial.PolicyId], ImmutableDictionary<string, EndpointWords>.Empty,
            BusinessCalendar.Initial, Ledger.FactChain.Origin),
        Evolve);

    /// <summary>The policy in force at a moment.</summary>
    public ConsentPolicy At(DateTimeOffset moment) => Policies.FindLast(policy => policy.EffectiveFrom <= moment)!;

    /// <summary>The policy that holds just before another one does.</summary>
    public ConsentPolicy Before(ConsentPolicy policy) => At(policy.EffectiveFrom.AddTicks(-1));

    /// <summary>What was set for an endpoint, or what holds where nothing was.</summary>
    public EndpointWords WordsOf(string endpoint) => Words.GetValueOrDefault(endpoint) ?? EndpointWords.Initial;

    /// <summary>A change with its place in the chain.</summary>
    public RulebookEvent Chain(RulebookEvent change)
    {
        var placed = change with { Previous = Head, Hash = "" };
        return placed with { Hash = HashOf(placed) };
    }

    /// <summary>The hash a change should have.</summary>
    public static string HashOf(RulebookEvent change) => Convert.ToHexStringLower(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(change with { Hash = "" }, change.GetType(), EventJson.Options)));

    private static Rulebook Evolve(Rulebook book, RulebookEvent happened) => (happened switch
    {
        RulebookEvent.PolicyScheduled e => book with { Policies = [.. book.Policies.Add(e.Policy).OrderBy(policy => policy.EffectiveFrom)] },
        RulebookEvent.PolicyWithdrawn e => book with { Policies = book.Policies.RemoveAll(policy => policy.PolicyId == e.PolicyId) },
        RulebookEvent.PolicyApplied e => book with { Applied = book.Applied.Add(e.PolicyId) },
        RulebookEvent.WordsSet e => book with { Words = book.Words.SetItem(e.Words.Endpoint, e.Words) },
        RulebookEvent.CalendarSet e => book with { Calendar = e.Calendar },
        _ => book,
    }) with { Head = happened.Hash };
}
