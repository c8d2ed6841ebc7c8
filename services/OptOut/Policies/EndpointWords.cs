using Sms.ConsentWords;

namespace Sms.OptOut.Policies;

/// <summary>The languages, words and answers of one endpoint.</summary>
/// <param name="Endpoint">Its slug.</param>
/// <param name="Languages">The language packs that are on, the language of an answer that could be in several first.</param>
/// <param name="Custom">Further words.</param>
/// <param name="Off">Words of the packs that do not count here.</param>
/// <param name="Answers">Answers other than the usual ones, by language.</param>
public sealed record EndpointWords(
    string Endpoint, IReadOnlyList<string> Languages, IReadOnlyList<CustomWord> Custom, IReadOnlyList<string> Off, IReadOnlyList<LanguageAnswers> Answers)
{
    /// <summary>What holds where nothing was set.</summary>
    public static readonly EndpointWords Initial = new("", LanguagePacks.Usual, [], [], []);

    /// <summary>What is wrong, by field; nothing when it can be used.</summary>
    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        if (Languages is not { Count: > 0 } || Languages.Any(code => LanguagePacks.Find(code) is null) || Languages.Distinct().Count() < Languages.Count)
            faults["languages"] = [$"must name, each once, some of {string.Join(", ", LanguagePacks.All.Select(pack => pack.Code))}"];
        if (Off.FirstOrDefault(WordBook.IsRequired) is { } required)
            faults["off"] = [$"{required} cannot be switched off: US law counts it in every reply, whatever the sender says (47 CFR 64.1200(a)(10))"];
        else if (Off.FirstOrDefault(word => !KnownWords().Contains(WrittenText.Letters(word))) is { } unknown)
            faults["off"] = [$"'{unknown}' is no word of these languages"];
        for (var at = 0; at < Custom.Count; at++)
            if (Custom[at].Fault(this) is { } fault)
                faults[$"custom[{at}]"] = [fault];
        for (var at = 0; at < Answers.Count; at++)
            if (Answers[at].Lint() is { Errors: { Count: > 0 } errors })
                faults[$"answers[{at}]"] = [.. errors];
        return faults;
    }

    /// <summary>The book to read this endpoint's texts with. Takes some milliseconds to make.</summary>
    public WordBook ToBook() => new(
        [.. Languages.Select(code => LanguagePacks.Find(code)!)], [.. Custom.Select(word => (word.ToWish()!.Value, word.Word))], Off);

    private HashSet<string> KnownWords() => [.. Languages.Select(LanguagePacks.Find).OfType<LanguagePack>()
        .SelectMany(pack => (string[])[.. pack.Stop, .. pack.Start, .. pack.Yes, .. pack.Help]).Select(WrittenText.Letters)];
}

/// <summary>A word of the operator's own.</summary>
/// <param name="Word">The word, up to three words of letters and digits.</param>
/// <param name="Means"><c>opt-out</c>, <c>opt-in</c> or <c>help</c>.</param>
public sealed record CustomWord(string Word, string Means)
{
    internal Wish? ToWish() => Means switch
    {
        "opt-out" => Wish.OptOut,
        "opt-in" => Wish.OptIn,
        "help" => Wish.Help,
        _ => null,
    };

    internal string? Fault(EndpointWords of) =>
        ToWish() is not { } wish ? "means must be opt-out, opt-in or help"
        : WrittenText.Letters(Word ?? "").Length is < 2 or > 40 || WrittenText.Words(Word!).Split(' ').Length > 3 ? "word must be one to three words, 2 to 40 letters or digits"
        : LanguagePacks.All.Where(pack => of.Languages.Contains(pack.Code)).Prepend(LanguagePacks.English)
            .Any(pack => Clashes(pack, wish)) ? $"{Word} already means something else"
        : null;

    private bool Clashes(LanguagePack pack, Wish wish) =>
        new (Wish Wish, string[] Words)[] { (Wish.OptOut, pack.Code == "en" ? [.. pack.Required] : pack.Stop), (Wish.OptIn, pack.Start), (Wish.OptIn, pack.Yes), (Wish.Help, pack.Help) }
            .Any(list => list.Wish != wish && list.Words.Any(word => WrittenText.Letters(word) == WrittenText.Letters(Word)));
}
