using System.Diagnostics;
using System.Text;

namespace Sms.ConsentWords.Tests;

public sealed class WordBookTests
{
    private static readonly WordBook Usual = Of([.. LanguagePacks.Usual]);
    private static readonly WordBook Everything = new(LanguagePacks.All);

    private static WordBook Of(params string[] codes) => new([.. codes.Select(code => LanguagePacks.Find(code)!)]);

    [Theory]
    [InlineData("STOP", "STOP")]
    [InlineData("STOPALL", "STOP ALL")]
    [InlineData("stop all", "STOP ALL")]
    [InlineData("UNSUBSCRIBE", "UNSUBSCRIBE")]
    [InlineData("CANCEL", "CANCEL")]
    [InlineData("End.", "END")]
    [InlineData("QUIT", "QUIT")]
    [InlineData("REVOKE", "REVOKE")]
    [InlineData("OPTOUT", "OPT OUT")]
    [InlineData("OPT OUT", "OPT OUT")]
    [InlineData("OPT-OUT", "OPT OUT")]
    [InlineData("REMOVE", "REMOVE")]
    [InlineData("ARRÊT", "ARRET")]
    [InlineData("arrêtez", "ARRETEZ")]
    [InlineData("TD", "TD")]
    [InlineData("Detener", "DETENER")]
    [InlineData("salir", "SALIR")]
    [InlineData("No más", "NO MAS")]
    public void Every_word_that_ends_consent_is_known(string text, string word) =>
        Usual.Read(text).ShouldNotBeNull().ShouldSatisfyAllConditions(
            r => r.Wish.ShouldBe(Wish.OptOut), r => r.MatchedBy.ShouldBe(MatchedBy.Keyword), r => r.Word.ShouldBe(word), r => r.Purpose.ShouldBeNull());

    [Theory]
    [InlineData("START", Wish.OptIn)]
    [InlineData("UNSTOP", Wish.OptIn)]
    [InlineData("yes", Wish.OptInIfOptedOut)]
    [InlineData("Sí", Wish.OptInIfOptedOut)]
    [InlineData("Help", Wish.Help)]
    [InlineData("info?", Wish.Help)]
    [InlineData("AIDE", Wish.Help)]
    public void Words_that_give_consent_or_ask_for_help_are_known(string text, Wish wish) => Usual.Read(text)!.Wish.ShouldBe(wish);

    [Theory]
    [InlineData("stop")]
    [InlineData("Stop!")]
    [InlineData("  stop \r\n")]
    [InlineData("\"stop\"")]
    [InlineData("“Stop”")]
    [InlineData("S.T.O.P")]
    [InlineData("s t o p")]
    [InlineData("ＳＴＯＰ")]
    [InlineData("ⓢⓣⓞⓟ")]
    [InlineData("𝐒𝐓𝐎𝐏")]
    [InlineData("stóp")]
    [InlineData("sto\u0301p")]
    [InlineData("st\u200Bop\uFEFF")]
    [InlineData("st\u00ADop")]
    [InlineData("STOP 🛑✋🏽")]
    [InlineData("\u202ASTOP\u202C")]
    [InlineData("\u0007STOP\u0000")]
    [InlineData("STOP\n\nSent from my iPhone")]
    [InlineData("Stop Sent from my Samsung Galaxy S23")]
    [InlineData("STOP\n--\nJohn Smith\nAcme Ltd.")]
    [InlineData("Stop -- John Smith")]
    [InlineData("STOP\n> Sale! 20% off everything.\n> Reply STOP to opt out")]
    public void However_it_is_typed_signed_or_quoted_STOP_is_STOP(string text) =>
        Usual.Read(text).ShouldBe(new Reading(Wish.OptOut, MatchedBy.Keyword, "STOP", "en"));

    [Fact]
    public void Broken_characters_are_read_past() => Usual.Read('\uD83D' + "STOP" + '\uDE00')!.Wish.ShouldBe(Wish.OptOut);

    public static TheoryData<string, string?, string> Cases() =>
        new(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "cases.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('|', 3, StringSplitOptions.TrimEntries))
            .Select(part => (part[0], (string?)part[1], part[2].Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\u200B", "\u200B", StringComparison.Ordinal))));

    /// <summary>A labelled set, one text a line: languages, what it is, the text.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_text_is_read_as_a_person_would_read_it(string languages, string? expected, string text)
    {
        var reading = Of(languages.Split(' ')).Read(text);
        var tier = reading switch
        {
            null => "nothing",
            { Wish: Wish.Unclear } => "unclear",
            { Wish: Wish.OptOut, MatchedBy: MatchedBy.Keyword } => "keyword",
            { Wish: Wish.OptOut, Purpose: { } purpose } => purpose,
            { Wish: Wish.OptOut } => "clear",
            _ => reading.Wish.ToString(),
        };
        tier.ShouldBe(expected, reading?.ToString());
    }

    [Fact]
    public void Whatever_the_pack_a_lone_word_of_its_language_that_resembles_a_keyword_is_no_opt_out()
    {
        foreach (var pack in LanguagePacks.All)
        {
            var book = new WordBook([pack]);
            foreach (var word in pack.Lookalikes.SelectMany(LanguagePack.Spellings).Where(word => word.Length > 0))
                if (!pack.Stop.Contains(word, StringComparer.OrdinalIgnoreCase))
                    (book.Read(word) is { Wish: Wish.OptOut, MatchedBy: MatchedBy.Typo }).ShouldBeFalse($"{pack.Code}: {word}");
        }
    }

    [Fact]
    public void Every_keyword_of_every_pack_works_alone_and_with_every_filler()
    {
        foreach (var pack in LanguagePacks.All)
        {
            var book = new WordBook([pack]);
            foreach (var word in pack.Stop)
            {
                book.Read(word).ShouldNotBeNull(word).Wish.ShouldBe(Wish.OptOut);
                foreach (var filler in pack.Fillers.SelectMany(LanguagePack.Spellings).Where(filler => filler.Split(' ').Length + word.Split(' ').Length <= 8))
                    book.Read($"{filler} {word}").ShouldNotBeNull($"{filler} {word}").Wish.ShouldNotBe(Wish.Help, $"{filler} {word}");
            }
            foreach (var phrase in pack.Phrases.SelectMany(LanguagePack.Spellings).Where(phrase => phrase.Length > 0 && phrase.Split(' ').Length <= 8))
                book.Read(phrase).ShouldNotBeNull($"{pack.Code}: {phrase}").Wish.ShouldBe(Wish.OptOut, $"{pack.Code}: {phrase}");
        }
    }

    [Fact]
    public void A_language_that_is_not_switched_on_says_nothing()
    {
        Of("en").Read("ABMELDEN").ShouldBeNull();
        Of("en").Read("arrêt").ShouldBeNull();
        Of("de").Read("Baja").ShouldBeNull();
    }

    [Fact]
    public void The_words_that_US_law_counts_come_with_every_book_and_cannot_be_switched_off()
    {
        var book = new WordBook([LanguagePacks.Find("de")!], off: ["STOP", "CANCEL", "ABMELDEN"]);
        foreach (var word in LanguagePacks.English.Required)
            book.Read(word).ShouldNotBeNull(word).Wish.ShouldBe(Wish.OptOut);
        book.Read("ABMELDEN")?.MatchedBy.ShouldNotBe(MatchedBy.Keyword);
    }

    [Fact]
    public void A_custom_word_counts_as_the_lists_own_do()
    {
        var book = new WordBook([LanguagePacks.English], [(Wish.OptOut, "Khatam karo"), (Wish.Help, "madad")]);
        book.Read("khatam, karo!")!.Wish.ShouldBe(Wish.OptOut);
        book.Read("please khatam karo now")!.ShouldSatisfyAllConditions(r => r.Wish.ShouldBe(Wish.OptOut), r => r.MatchedBy.ShouldBe(MatchedBy.Phrase));
        book.Read("MADAD")!.Wish.ShouldBe(Wish.Help);
    }

    [Fact]
    public void Nothing_that_is_written_makes_it_fail_and_however_decorated_STOP_stays_STOP()
    {
        var random = new Random(20260612);
        string[] scraps = ["stop", "STOP", "please", "--", "> ", "\n", "\r", " ", "'", "’", "\0", "\uD83D", "\uDE00", "🛑", "é", "e\u0301", "ß", "İ", "ﬁ", "\u200B", "ＳＴ", "،", "सु", "end", "-- ", "sent from my", "𝐒", "1", "\uFFFF"];
        for (var run = 0; run < 20_000; run++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(30); length > 0; length--)
                _ = random.Next(4) == 0 ? text.Append((char)random.Next(char.MaxValue + 1)) : text.Append(scraps[random.Next(scraps.Length)]);
            Should.NotThrow(() => Everything.Read(text.ToString()));
        }
        string[] decoration = ["!", ".", " ", "\u200B", "🛑", "\n", "\"", "…", "\u00AD", "(", "*", "\uFEFF", "✋🏽", "_"];
        for (var run = 0; run < 2_000; run++)
        {
            var text = string.Concat("stop".Select(c => $"{Decoration()}{(random.Next(2) == 0 ? char.ToUpperInvariant(c) : c)}")) + Decoration();
            Everything.Read(text).ShouldNotBeNull(text).Wish.ShouldBe(Wish.OptOut, text);
            string Decoration() => string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => decoration[random.Next(decoration.Length)]));
        }
    }

    /// <summary>Time is not measured against a clock but against itself: ten times the text may take some twenty times as long, not a hundred.</summary>
    [Fact]
    public void A_long_text_takes_no_more_than_its_length()
    {
        var unit = string.Concat(Enumerable.Repeat("dont send me any more of these stop by texts -- i said no please ", 40));
        Everything.Read(unit);
        var (one, ten) = (Best(unit), Best(string.Concat(Enumerable.Repeat(unit, 10))));
        (ten / one).ShouldBeLessThan(30);

        static double Best(string text) => Enumerable.Range(0, 5).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Everything.Read(text);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        });
    }
}
