using System.Globalization;
using System.Text;
using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Tests.Rules;

public sealed class CompiledRulesTests
{
    [Theory]
    [InlineData("exact", "hours", "HOURS", true)]
    [InlineData("exact", " Hours ", "HOURS", true)]
    [InlineData("exact", "OFFNUNGSZEITEN", "Öffnungszeiten", true)]
    [InlineData("exact", "opening\n  hours", "opening hours", true)]
    [InlineData("exact", "hours please", "hours", false)]
    [InlineData("exact", "hours?", "hours", false)]
    [InlineData("contains", "PRICELIST", "price", true)]
    [InlineData("contains", "and HOW   MUCH is it", "how much", true)]
    [InlineData("contains", "how very much", "how much", false)]
    [InlineData("word", "what's the price?", "price", true)]
    [InlineData("word", "pricelist", "price", false)]
    [InlineData("word", "half-price", "price", true)]
    [InlineData("word", "pricelist, price", "price", true)]
    [InlineData("word", "when are you open today", "you open", true)]
    [InlineData("starts-with", "price of a ticket", "price", true)]
    [InlineData("starts-with", "Pricelist", "price", true)]
    [InlineData("starts-with", "the price", "price", false)]
    [InlineData("regex", "order 4711", @"order\s+\d+", true)]
    [InlineData("regex", "ORDER 4711", @"^order\s+\d+$", true)]
    [InlineData("regex", "my order", @"^order", false)]
    [InlineData("contains", "really?!", "?!", true)]
    [InlineData("exact", "", "hours", false)]
    public void A_rule_matches_by_its_words_in_each_way_of_matching(string match, string text, string word, bool matches) =>
        (Some.Decide(text, Some.Rule("rule", match, [word])).Outcome == Outcomes.Answered).ShouldBe(matches);

    [Theory]
    [InlineData("")]
    [InlineData("👍")]
    [InlineData("anything at all")]
    public void Any_matches_every_text(string text) => Some.Decide(text, Some.Rule("all", Match.Any, [])).Rules.ShouldBe(["all"]);

    [Theory]
    [InlineData("Hours", false, false, false, "HOURS", true)]
    [InlineData("Hours", true, false, false, "HOURS", false)]
    [InlineData("Hours", true, false, false, "Hours", true)]
    [InlineData("cafe", false, true, false, "café", false)]
    [InlineData("CAFÉ", false, true, false, "café", true)]
    [InlineData("cafe", false, false, false, "café", true)]
    [InlineData("hours?!", false, false, false, "hours", true)]
    [InlineData("hours?!", false, false, true, "hours", false)]
    [InlineData("don't know", false, false, false, "dont know", true)]
    [InlineData("wi-fi", false, false, false, "wi fi", true)]
    public void Which_differences_count_is_the_rules_choice(string text, bool caseCounts, bool accentsCount, bool punctuationCounts, string word, bool matches) =>
        (Some.Decide(text, Some.Rule("rule", Match.Exact, [word]) with { CaseCounts = caseCounts, AccentsCount = accentsCount, PunctuationCounts = punctuationCounts })
            .Outcome == Outcomes.Answered).ShouldBe(matches);

    [Fact]
    public void A_list_of_words_stands_for_those_of_the_sets_languages()
    {
        var thanks = Some.Rule("thanks", Match.Word, ["@thanks"], "you are welcome");
        Some.Decide(Some.Sms("vielen dank!"), new RuleSet { Languages = ["de"], Rules = [thanks] }).Rules.ShouldBe(["thanks"]);
        Some.Decide(Some.Sms("vielen dank!"), new RuleSet { Languages = ["en"], Rules = [thanks] }).Rules.ShouldBeEmpty();
        Some.Decide(Some.Sms("ok thanks"), new RuleSet { Languages = ["de", "en"], Rules = [thanks] }).Rules.ShouldBe(["thanks"]);
    }

    /// <summary>In worlds of chance: whatever the words, the rules and the texts, the index leaves out no rule that matches.</summary>
    [Fact]
    public void Trying_only_the_rules_with_a_word_in_the_text_comes_to_the_same_as_trying_all()
    {
        var random = new Random(20260612);
        string[] scraps = ["a", "b", "ab", "aba", "é", "e", "E\u0301", " ", "  ", "-", "?", "'", "ß", "ss", "ﬁ", "fi", "😀", "\u200B", "A", "ba", ".", "\n", "İ", "ı", "Ω", "ω"];
        string[] matches = [Match.Exact, Match.Word, Match.Contains, Match.StartsWith];
        var matched = 0;
        for (var run = 0; run < 3000; run++)
        {
            var rules = Enumerable.Range(0, 1 + random.Next(12)).Select(no => Some.Rule(no.ToString(CultureInfo.InvariantCulture), matches[random.Next(4)], [Written(4), Written(3)]) with
            {
                CaseCounts = random.Next(2) == 0, AccentsCount = random.Next(2) == 0, PunctuationCounts = random.Next(2) == 0, Continue = true, Priority = random.Next(3),
            }).Where(rule => rule.Words.All(word => FoldedText.Of(word, new Differences(rule.CaseCounts, rule.AccentsCount, rule.PunctuationCounts)).Length > 0)).ToList();
            var text = Written(12);

            // A rule of its own has an index of its own; one with any text beside it is always looked at.
            var alone = rules.OrderBy(rule => rule.Priority).Where(rule => Naively(rule, text)).Select(rule => rule.Name).ToList();
            Some.Decide(Some.Sms(text), new RuleSet { Rules = rules, Limits = Limits.None }).Rules.ShouldBe(alone, $"'{text}'");
            matched += alone.Count;
        }
        matched.ShouldBeGreaterThan(1000);

        string Written(int longest) => string.Concat(Enumerable.Range(0, 1 + random.Next(longest)).Select(_ => scraps[random.Next(scraps.Length)]));

        static bool Naively(Rule rule, string text)
        {
            var counts = new Differences(rule.CaseCounts, rule.AccentsCount, rule.PunctuationCounts);
            var whole = FoldedText.Of(text, counts);
            return rule.Words.Select(word => FoldedText.Of(word, counts)).Any(word => rule.Match switch
            {
                Match.Exact => whole == word,
                Match.StartsWith => whole.StartsWith(word, StringComparison.Ordinal),
                Match.Contains => whole.Contains(word, StringComparison.Ordinal),
                _ => Enumerable.Range(0, Math.Max(0, whole.Length - word.Length + 1)).Any(at => whole.AsSpan(at).StartsWith(word, StringComparison.Ordinal)
                    && (at == 0 || !char.IsLetterOrDigit(whole[at - 1])) && (at + word.Length == whole.Length || !char.IsLetterOrDigit(whole[at + word.Length]))),
            });
        }
    }

    [Fact]
    public void Only_the_rules_with_a_word_in_the_text_are_looked_at()
    {
        var rules = new CompiledRules(new RuleSet
        {
            Rules = [.. Enumerable.Range(0, 10_000).Select(no => Some.Rule($"rule {no}", Match.Contains, [$"keyword{no:00000}"]))],
        });
        rules.Candidates("is there a keyword04711 in it?").Select(rule => rule.Rule.Name).ShouldBe(["rule 4711"]);
        rules.Candidates(new StringBuilder().Insert(0, "keyword ", 200).ToString()).ShouldBeEmpty();
    }
}
