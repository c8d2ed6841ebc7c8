using System.Text.Json.Serialization;

namespace Sms.AutoReply.Rules;

/// <summary>A list of rules as someone asks for it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RuleSetDraft(IReadOnlyList<RuleDraft?>? Rules)
{
    private const int MostRules = 200, LongestName = 100, MostWords = 100, LongestWord = 160, LongestReply = 1600;

    /// <summary>Everything that is wrong with it, by field: <c>rules[2].words[0]</c>. Empty when it can be put in force.</summary>
    public IDictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        if (Rules is null)
            faults["rules"] = ["must be a list of rules"];
        else if (Rules.Count > MostRules)
            faults["rules"] = [$"must not have more than {MostRules} rules"];
        else
            foreach (var (field, fault) in Rules.SelectMany((rule, i) => Faults(rule, $"rules[{i}]")).Concat(RepeatedNames()))
                faults[field] = faults.TryGetValue(field, out var others) ? [.. others, fault] : [fault];
        return faults;
    }

    /// <summary>The rules, once there are no faults.</summary>
    public IReadOnlyList<Rule> ToRules() =>
        [.. Rules!.Select(rule => new Rule(rule!.Name!.Trim(), rule.Match!, [.. rule.Words?.Select(word => word!) ?? []], rule.Reply!))];

    private IEnumerable<(string Field, string Fault)> RepeatedNames()
    {
        var seen = new Dictionary<string, int>();
        for (var i = 0; i < Rules!.Count; i++)
            if (Rules[i]?.Name is { } name && !seen.TryAdd(FoldedText.Of(name), i))
                yield return ($"rules[{i}].name", $"is the name of rules[{seen[FoldedText.Of(name)]}] too");
    }

    private static IEnumerable<(string Field, string Fault)> Faults(RuleDraft? rule, string at)
    {
        if (rule is null)
            return [(at, "must be a rule")];
        return [.. NameFaults(rule.Name, $"{at}.name"), .. MatchFaults(rule, at), .. ReplyFaults(rule.Reply, $"{at}.reply")];
    }

    private static IEnumerable<(string Field, string Fault)> NameFaults(string? name, string field)
    {
        if (string.IsNullOrWhiteSpace(name))
            yield return (field, "must not be empty");
        else if (name.Length > LongestName)
            yield return (field, $"must not be longer than {LongestName} characters");
        else if (name.Any(char.IsControl))
            yield return (field, "must not contain control characters");
    }

    private static IEnumerable<(string Field, string Fault)> MatchFaults(RuleDraft rule, string at)
    {
        if (rule.Match is not (Match.Exact or Match.Contains or Match.Any))
            yield return ($"{at}.match", $"must be {Match.Exact}, {Match.Contains} or {Match.Any}");

        var words = rule.Words ?? [];
        if (rule.Match == Match.Any && words.Count > 0)
            yield return ($"{at}.words", "must be left out of a rule that matches any text");
        else if (rule.Match != Match.Any && words.Count == 0)
            yield return ($"{at}.words", "must not be empty");
        else if (words.Count > MostWords)
            yield return ($"{at}.words", $"must not be more than {MostWords}");
        else
            for (var i = 0; i < words.Count; i++)
                if (WordFault(words[i], rule.Match) is { } fault)
                    yield return ($"{at}.words[{i}]", fault);
    }

    private static string? WordFault(string? word, string? match) =>
        word is null || FoldedText.Of(word).Length == 0 ? "must not be empty"
        : word.Length > LongestWord ? $"must not be longer than {LongestWord} characters"
        : word.Contains('\0', StringComparison.Ordinal) ? "must not contain the character U+0000"
        : match == Match.Exact && ReservedWords.ClashWith(word) is { } clash
            ? $"is the consent word {clash}, which is answered before any rule"
        : null;

    private static IEnumerable<(string Field, string Fault)> ReplyFaults(string? reply, string field)
    {
        if (string.IsNullOrWhiteSpace(reply))
            yield return (field, "must not be empty");
        else if (reply.Length > LongestReply)
            yield return (field, $"must not be longer than {LongestReply} characters");
        else if (reply.Contains('\0', StringComparison.Ordinal))
            yield return (field, "must not contain the character U+0000");
        else if (ReplyTemplate.Fault(reply) is { } fault)
            yield return (field, fault);
    }
}

/// <summary>A rule as someone asks for it; anything may be missing.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RuleDraft(string? Name, string? Match, IReadOnlyList<string?>? Words, string? Reply);
