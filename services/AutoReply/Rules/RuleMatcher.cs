namespace Sms.AutoReply.Rules;

/// <summary>A rule that was tried and did not match.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Why"><c>no-word-equals-text</c> or <c>no-word-in-text</c>.</param>
public sealed record TriedRule(string Rule, string Why);

/// <summary>Which rule answers a text.</summary>
public static class RuleMatcher
{
    /// <summary>The first rule that matches the text, and the rules before it that did not.</summary>
    public static (Rule? Rule, IReadOnlyList<TriedRule> Tried) First(RuleSet ruleSet, string text)
    {
        var folded = FoldedText.Of(text);
        var tried = new List<TriedRule>();
        foreach (var (rule, words) in ruleSet.Rules.Zip(ruleSet.FoldedWords))
        {
            if (WhyNot(rule.Match, words, folded) is not { } why)
                return (rule, tried);
            tried.Add(new TriedRule(rule.Name, why));
        }
        return (null, tried);
    }

    private static string? WhyNot(string match, string[] words, string text) => match switch
    {
        Match.Any => null,
        Match.Exact => words.Contains(text) ? null : "no-word-equals-text",
        Match.Contains => words.Any(word => text.Contains(word, StringComparison.Ordinal)) ? null : "no-word-in-text",
        _ => throw new InvalidOperationException($"There is no way of matching called '{match}'."),
    };
}
