namespace Sms.ConsentWords;

/// <summary>
/// Reads what a text says about consent, in three tiers: a keyword (the whole text), clear intent (a keyword or phrase of the
/// packs with nothing of weight beside it, in at most eight words), possible intent (either inside another text). Pure, and
/// linear in the length of the text: it runs on every text.
/// </summary>
public sealed class WordBook
{
    private const int MostWords = 8;        // of a clear intent
    private const int MostKeywordWords = 3;
    private const int ShortestPhraseInside = 3; // words: "no more" is a wish when it is all there is, and in a longer text nothing
    private const int ShortestTypo = 4;

    private readonly Dictionary<string, Reading> _keywords = [];
    private readonly Language[] _languages;
    private readonly string[] _misspellable;
    private readonly int _longestKeyword;

    /// <summary>A book of these packs, the earlier ones first where two know a word.</summary>
    /// <param name="packs">The languages.</param>
    /// <param name="custom">Further keywords, for what they ask and in which language their answer is.</param>
    /// <param name="off">Keywords that count for nothing, as <see cref="WrittenText.Letters"/> folds them.</param>
    public WordBook(IReadOnlyList<LanguagePack> packs, IReadOnlyList<(Wish Wish, string Word)>? custom = null, IReadOnlyList<string>? off = null)
    {
        var first = packs.Count > 0 ? packs[0].Code : "en";
        foreach (var (wish, word) in custom ?? [])
            AddKeyword(wish, word, first);
        // The words that the law counts in any language come with every book.
        foreach (var word in LanguagePacks.English.Required)
            AddKeyword(Wish.OptOut, word, LanguagePacks.English.Code);
        foreach (var pack in packs)
        {
            foreach (var word in pack.Stop)
                AddKeyword(Wish.OptOut, word, pack.Code);
            foreach (var word in pack.Start)
                AddKeyword(Wish.OptIn, word, pack.Code);
            foreach (var word in pack.Yes)
                AddKeyword(Wish.OptInIfOptedOut, word, pack.Code);
            foreach (var word in pack.Help)
                AddKeyword(Wish.Help, word, pack.Code);
        }
        foreach (var word in off ?? [])
            if (!IsRequired(word))
                _keywords.Remove(WrittenText.Letters(word));

        _longestKeyword = _keywords.Keys.Max(word => word.Length);
        _languages = [.. packs.Select(pack => new Language(pack))];
        _misspellable = [.. _keywords.Where(k => k.Value.Wish is Wish.OptOut && k.Key.Length >= ShortestTypo).Select(k => k.Key)];

        void AddKeyword(Wish wish, string word, string language) =>
            _keywords.TryAdd(WrittenText.Letters(word), new Reading(wish, MatchedBy.Keyword, word, language));
    }

    /// <summary>Whether no setting may switch a word off.</summary>
    public static bool IsRequired(string word) =>
        LanguagePacks.All.SelectMany(pack => pack.Required).Any(required => WrittenText.Letters(required) == WrittenText.Letters(word));

    /// <summary>What the text says about consent, or null when it says nothing.</summary>
    public Reading? Read(string text)
    {
        var own = WrittenText.WithoutQuoteAndSignature(text);
        return Keyword(own) ?? (ReferenceEquals(own, text) ? null : Keyword(text))
            ?? InWords(own) ?? (ReferenceEquals(own, text) || own.Contains('>') ? null : InWords(WithoutQuotes(text)));
    }

    // What stands after a signature's dashes may be the wish itself: "hello -- please stop".
    private static string WithoutQuotes(string text) =>
        string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith('>')));

    private Reading? Keyword(string text)
    {
        // Spaces and decoration aside, a text much longer than the longest keyword is none.
        if (text.Length > 64 * (_longestKeyword + 1))
            return null;
        return WrittenText.Letters(text) is { Length: > 0 } letters && letters.Length <= _longestKeyword
            ? _keywords.GetValueOrDefault(letters)
            : null;
    }

    private Reading? InWords(string text)
    {
        var words = Signed(WrittenText.Words(text).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (words.Length == 0)
            return null;
        // What is left of "STOP Sent from my iPhone".
        if (words.Length <= MostKeywordWords && _keywords.GetValueOrDefault(string.Concat(words)) is { } keyword)
            return keyword;
        if (words.Length == 1 && Typo(words[0]) is { } typo)
            return typo;

        var unrelated = Unrelated(words);
        var capitals = words.Length == 2 && text.Any(char.IsUpper) && !text.Any(char.IsLower);
        if (words.Length <= MostWords)
            foreach (var language in _languages)
                if (Clear(language, words, unrelated, capitals) is { } clear)
                    return clear;
        foreach (var language in _languages)
            if (Possible(language, words, unrelated) is { } possible)
                return possible;
        return null;
    }

    /// <summary>The words before a device's signature.</summary>
    private string[] Signed(string[] words)
    {
        for (var at = 1; at < words.Length; at++)
            foreach (var language in _languages)
                if (language.Signatures.At(words, at) > 0)
                    return words[..at];
        return words;
    }

    private bool[] Unrelated(string[] words)
    {
        var unrelated = new bool[words.Length];
        foreach (var language in _languages)
            for (var at = 0; at < words.Length; at++)
                unrelated.AsSpan(at, language.Unrelated.At(words, at)).Fill(true);
        return unrelated;
    }

    private Reading? Typo(string word)
    {
        if (word.Length < ShortestTypo || _languages.Any(language => language.Known.Contains(word)))
            return null;
        var meant = _keywords.GetValueOrDefault(WithoutRuns(word)) is { Wish: Wish.OptOut } drawn ? drawn
            : Array.Find(_misspellable, keyword => IsOneLetterAway(word, keyword)) is { } near ? _keywords[near]
            : null;
        return meant is null ? null : meant with { MatchedBy = MatchedBy.Typo };
    }

    /// <summary>A keyword or phrase with nothing of weight beside it.</summary>
    private Reading? Clear(Language language, string[] words, bool[] unrelated, bool capitals)
    {
        string? found = null;
        var (purposes, code) = (new HashSet<string>(), false);
        for (var at = 0; at < words.Length;)
        {
            var (phrase, keyword) = (language.Phrases.At(words, at), unrelated[at] ? null : KeywordAt(words, at));
            int length;
            if (phrase > 0 && phrase >= (keyword?.Length ?? 0))
            {
                length = phrase;
                found ??= string.Join(' ', words, at, length);
            }
            else if (keyword is not null)
            {
                length = keyword.Value.Length;
                found ??= keyword.Value.Keyword.Word;
            }
            else if ((length = language.Marketing.At(words, at)) > 0)
                purposes.Add(Purposes.Marketing);
            else if ((length = language.Notifications.At(words, at)) > 0)
                purposes.Add(Purposes.Notification);
            else if ((length = Math.Max(language.Fillers.At(words, at), language.Doubts.At(words, at))) > 0)
                _ = length;
            else if (!code && found is not null && IsCode(words[at], capitals, language))
                (code, length) = (true, 1);
            else
                return null;
            at += length;
        }
        return found is null ? null
            : new Reading(Wish.OptOut, MatchedBy.Phrase, found, language.Code, purposes.Count == 1 ? purposes.First() : null);
    }

    // "STOP 12345", "STOP NEWS": the name of a programme we do not know, so all of them are meant.
    private static bool IsCode(string word, bool capitals, Language language) =>
        word.Any(char.IsAsciiDigit) || capitals && word.Length > 3 && !word.EndsWith("ing", StringComparison.Ordinal) && !language.NoCodes.Contains(word);

    private (Reading Keyword, int Length)? KeywordAt(string[] words, int at)
    {
        for (var length = Math.Min(MostKeywordWords, words.Length - at); length > 0; length--)
            if (_keywords.GetValueOrDefault(string.Concat(words.AsSpan(at, length))) is { Wish: Wish.OptOut } keyword)
                return (keyword, length);
        return null;
    }

    /// <summary>A keyword or phrase inside another text, or what alone makes one wonder.</summary>
    private Reading? Possible(Language language, string[] words, bool[] unrelated)
    {
        var (brief, onlyFillers, typo) = (words.Length <= MostWords, true, (string?)null);
        for (var at = 0; at < words.Length; at++)
        {
            if (!unrelated[at] && language.Inside.Contains(words[at]))
                return Unclear(words[at]);
            var phrase = language.Phrases.At(words, at) is >= ShortestPhraseInside and var found ? found : brief ? language.Doubts.At(words, at) : 0;
            if (phrase > 0 && !unrelated.AsSpan(at, phrase).Contains(true))
                return Unclear(string.Join(' ', words, at, phrase));
            if (!brief)
                continue;
            if (language.Fillers.At(words, at) is > 0 and var skip)
                at += skip - 1;
            else if (typo is null && Typo(words[at]) is { } near)
                typo = near.Word;
            else
                onlyFillers = false;
        }
        return typo is not null && onlyFillers ? Unclear(typo) : null;

        Reading Unclear(string word) => new(Wish.Unclear, MatchedBy.Inside, word, language.Code);
    }

    private static string WithoutRuns(string word)
    {
        var settled = new System.Text.StringBuilder(word.Length);
        for (var at = 0; at < word.Length;)
        {
            var run = 1;
            while (at + run < word.Length && word[at + run] == word[at])
                run++;
            settled.Append(word[at], run > 2 ? 1 : run);
            at += run;
        }
        return settled.ToString();
    }

    /// <summary>One letter too many, too few or another one, or two neighbours swapped.</summary>
    private static bool IsOneLetterAway(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 1)
            return false;
        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start])
            start++;
        var restOfA = a.AsSpan(start);
        var restOfB = b.AsSpan(start);
        if (restOfA.Length == restOfB.Length)
            return restOfA.Length == 0 || restOfA[1..].SequenceEqual(restOfB[1..])
                || restOfA.Length > 1 && restOfA[0] == restOfB[1] && restOfA[1] == restOfB[0] && restOfA[2..].SequenceEqual(restOfB[2..]);
        return restOfA.Length > restOfB.Length ? restOfA[1..].SequenceEqual(restOfB) : restOfA.SequenceEqual(restOfB[1..]);
    }

    /// <summary>A pack, ready to be compared with.</summary>
    private sealed class Language(LanguagePack pack)
    {
        public string Code => pack.Code;
        public PhraseList Fillers { get; } = new(pack.Fillers);
        public PhraseList Phrases { get; } = new(pack.Phrases);
        public PhraseList Doubts { get; } = new(pack.Doubts);
        public PhraseList Inside { get; } = new(pack.Inside);
        public PhraseList Unrelated { get; } = new(pack.Unrelated);
        public PhraseList Marketing { get; } = new(pack.Marketing);
        public PhraseList Notifications { get; } = new(pack.Notifications);
        public PhraseList Signatures { get; } = new(pack.Signatures);
        public HashSet<string> NoCodes { get; } = [.. new PhraseList(pack.Unrelated).Words];

        /// <summary>Words of their own, no misspelled keywords.</summary>
        public HashSet<string> Known { get; } =
        [
            .. new PhraseList([.. pack.Lookalikes, .. pack.Fillers, .. pack.Doubts, .. pack.Marketing, .. pack.Notifications,
                .. pack.Start, .. pack.Yes, .. pack.Help]).SingleWords,
        ];
    }
}
