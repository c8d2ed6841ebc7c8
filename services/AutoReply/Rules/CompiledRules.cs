using System.Text.RegularExpressions;
using Sms.PhoneNumbers;

namespace Sms.AutoReply.Rules;

/// <summary>
/// A rule set ready to be tried on texts: in order, words folded, patterns made, and with an index that names for a text the
/// rules whose words stand in it. What a text costs grows with those and not with the rules there are.
/// </summary>
public sealed class CompiledRules
{
    private readonly Entry[] _rules;
    private readonly WordIndex _index;
    private readonly int[] _always;

    /// <summary>Makes it ready. Takes milliseconds for thousands of rules: keep it as long as the version is in force.</summary>
    /// <param name="ruleSet">A rule set without faults.</param>
    public CompiledRules(RuleSet ruleSet)
    {
        RuleSet = ruleSet;
        _rules = [.. ruleSet.Rules.Where(rule => rule.Enabled).OrderBy(rule => rule.Priority).Select(rule => new Entry(rule, ruleSet.Languages))];
        var (words, always) = (new List<(string, int)>(), new List<int>());
        for (var no = 0; no < _rules.Length; no++)
        {
            var found = _rules[no].Words.Select(word => FoldedText.Of(word, Differences.None)).ToList();
            // A word of nothing but punctuation is in no index.
            if (_rules[no].Rule.Match is Match.Any or Match.Regex || found.Exists(word => word.Length == 0))
                always.Add(no);
            else
                words.AddRange(found.Select(word => (word, no)));
        }
        (_index, _always) = (new WordIndex(words), [.. always]);
    }

    /// <summary>What it was made from.</summary>
    public RuleSet RuleSet { get; }

    /// <summary>The rules that are tried, in their order.</summary>
    public IEnumerable<Rule> InOrder => _rules.Select(entry => entry.Rule);

    /// <summary>The rules that may match a text by its words, in order, each with the reason why it does not, or null.</summary>
    internal IEnumerable<(Rule Rule, string? WhyNot)> Candidates(string text)
    {
        var numbers = new List<int>(_always);
        if (_rules.Length > _always.Length)
            _index.Find(FoldedText.Of(text, Differences.None), numbers);
        numbers.Sort();
        var forms = new Dictionary<Differences, string>();
        var before = -1;
        foreach (var no in numbers)
        {
            if (no == before)
                continue;
            before = no;
            yield return (_rules[no].Rule, _rules[no].Matches(text, Form) ? null : NotFound(_rules[no].Rule));
        }

        string Form(Differences counts) => forms.TryGetValue(counts, out var form) ? form : forms[counts] = FoldedText.Of(text, counts);
    }

    /// <summary>Why a rule whose words are not in a text does not match it.</summary>
    public static string NotFound(Rule rule) => rule.Match switch
    {
        Match.Exact => "no-word-equals-text",
        Match.StartsWith => "text-begins-with-no-word",
        Match.Regex => "no-pattern-matches",
        _ => "no-word-in-text",
    };

    /// <summary>A rule with its words as texts are compared with.</summary>
    private sealed class Entry
    {
        private readonly Differences _counts;
        private readonly string[] _folded;
        private readonly Regex[] _patterns;

        public Entry(Rule rule, IReadOnlyList<string> languages)
        {
            Rule = rule;
            _counts = new Differences(rule.CaseCounts, rule.AccentsCount, rule.PunctuationCounts);
            Words = rule.Match is Match.Regex ? [] : [.. rule.Words.SelectMany(word => EverydayWords.Of(word, languages))];
            _folded = [.. Words.Select(word => FoldedText.Of(word, _counts))];
            _patterns = rule.Match is Match.Regex ? [.. rule.Words.Select(word => SafePattern.Of(word, rule.CaseCounts).Pattern!)] : [];
        }

        public Rule Rule { get; }

        public string[] Words { get; }

        public bool Matches(string text, Func<Differences, string> form) => Rule.Match switch
        {
            Match.Any => true,
            Match.Exact => form(_counts) is var whole && Array.Exists(_folded, word => word == whole),
            Match.Contains => form(_counts) is var whole && Array.Exists(_folded, word => whole.Contains(word, StringComparison.Ordinal)),
            Match.StartsWith => form(_counts) is var whole && Array.Exists(_folded, word => whole.StartsWith(word, StringComparison.Ordinal)),
            Match.Word => form(_counts) is var whole && Array.Exists(_folded, word => HasWord(whole, word)),
            Match.Regex => Array.Exists(_patterns, pattern => pattern.IsMatch(text)),
            _ => throw new InvalidOperationException($"There is no way of matching called '{Rule.Match}'."),
        };

        private static bool HasWord(string text, string word)
        {
            for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
                if (IsEdge(text, at - 1) && IsEdge(text, at + word.Length))
                    return true;
            return false;
        }

        private static bool IsEdge(string text, int at) => at < 0 || at >= text.Length || !char.IsLetterOrDigit(text[at]);
    }
}

/// <summary>Whether a rule looks at a text, whatever it says.</summary>
internal static class RuleFilters
{
    /// <summary>The first thing that is not as the filter wants it, or null.</summary>
    public static string? WhyNot(RuleFilter? only, RuleSet ruleSet, ReceivedSms sms, Circumstances seen) =>
        only is null ? null
        : only.From.Count > 0 && !only.From.Any(wanted => IsLike(sms.From, wanted)) ? "sender-is-another"
        : only.OurNumbers.Count > 0 && !only.OurNumbers.Any(wanted => IsLike(sms.To, wanted)) ? "our-number-is-another"
        : only.Endpoints.Count > 0 && !only.Endpoints.Contains(sms.Endpoint) ? "endpoint-is-another"
        : only.ContactKnown is { } known && known != seen.ContactKnown ? known ? "contact-is-unknown" : "contact-is-known"
        : only.Tags.Count > 0 && !only.Tags.Any(tag => seen.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase)) ? "contact-has-no-such-tag"
        : only.HasOpenTicket is { } open && open != seen.TicketNumber is not null ? open ? "no-open-ticket" : "has-an-open-ticket"
        : only.Languages.Count > 0 && !only.Languages.Any(language => Speaks(seen.Language, language)) ? "language-is-another"
        : only.FirstContact && !seen.FirstContact ? "not-the-first-text"
        : !Schedule.IsWithin(only.FirstDay, only.LastDay, ruleSet, sms.At) ? "not-on-these-days"
        : only.Hours is { } hours && Schedule.IsOpen(hours, ruleSet, sms.At) == hours.Closed ? hours.Closed ? "it-is-open" : "it-is-closed"
        : null;

    private static bool Speaks(string? language, string wanted) =>
        language is not null && (language.Equals(wanted, StringComparison.OrdinalIgnoreCase)
            || language.StartsWith(wanted + "-", StringComparison.OrdinalIgnoreCase));

    /// <summary>A number, a part of one, or a pattern with <c>*</c> and <c>?</c>. Separators in a number make no difference.</summary>
    private static bool IsLike(PhoneNumber number, string wanted) =>
        wanted.Contains('*') || wanted.Contains('?')
            ? IsLike(number.Value, wanted)
            : (PhoneNumber.TryParse(wanted, out var whole) && whole == number)
                || number.Value.Contains(
                    wanted.All(c => char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '(' or ')') ? string.Concat(wanted.Where(c => char.IsAsciiDigit(c) || c is '+')) : wanted,
                    StringComparison.OrdinalIgnoreCase);

    private static bool IsLike(ReadOnlySpan<char> value, ReadOnlySpan<char> pattern)
    {
        // To try again from the last star, one character further on, is all the going back there ever is.
        var (at, of, star, from) = (0, 0, -1, 0);
        while (at < value.Length)
        {
            if (of < pattern.Length && pattern[of] == '*')
                (star, from, of) = (of, at, of + 1);
            else if (of < pattern.Length && (pattern[of] == '?' || char.ToUpperInvariant(pattern[of]) == char.ToUpperInvariant(value[at])))
                (at, of) = (at + 1, of + 1);
            else if (star >= 0)
                (from, at, of) = (from + 1, from + 1, star + 1);
            else
                return false;
        }
        return pattern[of..].Trim('*').IsEmpty;
    }
}
