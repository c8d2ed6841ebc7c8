using Microsoft.AspNetCore.Http.HttpResults;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Trials;
using Sms.EventStore;

namespace Sms.AutoReply.Views;

/// <summary>Why a text was answered as it was: every rule that was tried, in order, and what stopped the trying.</summary>
/// <param name="SmsId">The text.</param>
/// <param name="Label">Whose rule set was tried.</param>
/// <param name="RuleSetVersion">Its version.</param>
/// <param name="Came">What came of it.</param>
/// <param name="Tried">Every rule that was tried, in order, and <c>matched</c> or why it did not.</param>
/// <param name="StoppedBy">The rule at which the trying stopped; null where all were tried.</param>
/// <param name="NotTried">The rules after that one.</param>
/// <param name="Seen">What was known.</param>
/// <param name="Shadow">What the rules in the shadow came to.</param>
public sealed record Explanation(
    Guid SmsId, string Label, long RuleSetVersion, Summary Came, IReadOnlyList<TriedRule> Tried, string? StoppedBy, IReadOnlyList<string> NotTried,
    Circumstances Seen, Summary? Shadow)
{
    /// <summary><c>GET /answers/{smsId}</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/answers/{smsId:guid}", Show)
        .WithName("ExplainAnswer").WithSummary("Every rule that was tried on a text, in order, with why it matched or not");

    /// <summary>The ruling on a text as stored, or null.</summary>
    public static async Task<AnswerEvent.SmsRuled?> Find(EventLog log, EventTypes types, Guid smsId, CancellationToken ct) =>
        await log.Events(Answer.Stream.StreamId(smsId.ToString()), 0, 1, ct) is [var fact] ? types.Read(fact.Type, fact.Data.GetRawText()) as AnswerEvent.SmsRuled : null;

    private static async Task<Results<Ok<Explanation>, NotFound>> Show(Guid smsId, EventLog log, EventTypes types, CancellationToken ct)
    {
        if (await Find(log, types, smsId, ct) is not { } ruled)
            return TypedResults.NotFound();
        var ruleSet = ruled.RuleSetVersion == 0 ? new RuleSet() : await RuleSetList.At(log, ruled.Label, ruled.RuleSetVersion, ct) ?? new RuleSet();
        var (tried, notTried) = All(ruled.Ruling, new CompiledRules(ruleSet));
        return TypedResults.Ok(new Explanation(
            smsId, ruled.Label, ruled.RuleSetVersion, Brief(ruled.Ruling), tried, ruled.Ruling.StoppedBy, notTried, ruled.Seen,
            ruled.Shadow is null ? null : Brief(ruled.Shadow.Ruling)));
    }

    /// <summary>
    /// Every rule up to the one that stopped. Stored are those with a word in the text; the others had none, which is known without
    /// writing it down for each of thousands of rules and millions of texts.
    /// </summary>
    public static (IReadOnlyList<TriedRule> Tried, IReadOnlyList<string> NotTried) All(Ruling ruling, CompiledRules rules)
    {
        if (ruling is { Tried: [], Withheld: Withheld.SwitchedOff or Withheld.HandedOver })
            return ([], [.. rules.InOrder.Select(rule => rule.Name)]);
        var (stored, tried, notTried) = (ruling.Tried.ToDictionary(rule => rule.Rule), new List<TriedRule>(), new List<string>());
        var stopped = false;
        foreach (var rule in rules.InOrder)
        {
            if (stopped)
                notTried.Add(rule.Name);
            else
                tried.Add(stored.GetValueOrDefault(rule.Name) ?? new TriedRule(rule.Name, CompiledRules.NotFound(rule)));
            stopped |= rule.Name == ruling.StoppedBy;
        }
        tried.AddRange(ruling.Tried.Where(rule => rule.Rule == AnswerDecider.DefaultReply));
        return (tried, notTried);
    }

    private static Summary Brief(Ruling ruling) => new(ruling.Outcome, ruling.Rules, ruling.Withheld, ruling.Deeds);
}
