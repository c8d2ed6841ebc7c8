using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.AutoReply.Rules;

/// <summary>The rules in force, in the order they are tried: the first that matches answers.</summary>
public sealed record RuleSet(ImmutableArray<Rule> Rules)
{
    /// <summary>The id of the one rule set there is.</summary>
    public const string Default = "default";

    public static readonly StreamOf<RuleSet, RuleSetEvent> Stream = new("ruleset", new RuleSet([]), Evolve);

    public static RuleSet Evolve(RuleSet ruleSet, RuleSetEvent happened) =>
        happened is RuleSetEvent.RuleSetReplaced replaced ? new RuleSet([.. replaced.Rules]) : ruleSet;

    /// <summary>Each rule's words as texts are compared with; folded once and not for every text.</summary>
    internal ImmutableArray<string[]> FoldedWords { get; } = [.. Rules.Select(rule => rule.Words.Select(FoldedText.Of).ToArray())];
}

/// <summary>A rule as an operator writes it.</summary>
/// <param name="Name">Its name, unique within the set.</param>
/// <param name="Match">How its words are compared with a text: one of <see cref="Rules.Match"/>.</param>
/// <param name="Words">What it looks for; any one of them is enough. Empty for <see cref="Rules.Match.Any"/>.</param>
/// <param name="Reply">What it answers, with variables such as <c>{{from}}</c>.</param>
public sealed record Rule(string Name, string Match, IReadOnlyList<string> Words, string Reply);

/// <summary>How a rule's words are compared with a text; case, accents and the amount of white space make no difference.</summary>
public static class Match
{
    /// <summary>The text is one of the words.</summary>
    public const string Exact = "exact";

    /// <summary>One of the words stands anywhere in the text, inside a longer word too.</summary>
    public const string Contains = "contains";

    /// <summary>Every text.</summary>
    public const string Any = "any";
}

public abstract record RuleSetEvent
{
    /// <summary>The whole list of rules was replaced.</summary>
    [StoredAs("autoreply.ruleset-replaced.v1")]
    public sealed record RuleSetReplaced(IReadOnlyList<Rule> Rules) : RuleSetEvent;
}
