namespace Sms.ConsentWords;

/// <summary>
/// What one language says about consent. Words are compared as <see cref="WrittenText"/> folds them. In everything but the
/// keywords, <c>a|b</c> are alternatives, <c>a|b?</c> may be missing and <c>_</c> is a space inside an alternative:
/// <c>"stop sending these|your? texts|sms"</c>.
/// </summary>
/// <param name="Code">ISO 639-1, in small letters.</param>
/// <param name="Name">The language's name in English.</param>
/// <param name="Stop">Words that end consent when they are the whole text, as the law, carriers and other platforms have them.</param>
/// <param name="Required">Those of <paramref name="Stop"/> that no setting can switch off.</param>
/// <param name="Start">Words that take an opt-out back.</param>
/// <param name="Yes">Words that take an opt-out back, and from anybody else are an answer to some question.</param>
/// <param name="Help">Words that ask who is texting and how to make it stop.</param>
public sealed record LanguagePack(
    string Code, string Name, string[] Stop, string[] Required, string[] Start, string[] Yes, string[] Help)
{
    /// <summary>What says nothing about the matter: greetings and politeness, "me", "now". A keyword among these is still clear.</summary>
    public required string[] Fillers { get; init; }

    /// <summary>What asks for no more texts beyond doubt, fillers aside.</summary>
    public required string[] Phrases { get; init; }

    /// <summary>What alone makes one wonder ("wrong number", swearing), and beside a keyword gives its reason.</summary>
    public required string[] Doubts { get; init; }

    /// <summary>Words that make one wonder wherever they stand in a text. Few: each brings a person's review with it.</summary>
    public required string[] Inside { get; init; }

    /// <summary>Where such a word means something else: "stop by", "bus stop".</summary>
    public required string[] Unrelated { get; init; }

    /// <summary>What is advertising: "stop ads" ends consent to marketing only.</summary>
    public required string[] Marketing { get; init; }

    /// <summary>What is a notification.</summary>
    public required string[] Notifications { get; init; }

    /// <summary>Words of the language that are one letter away from a keyword and are no misspelling of it.</summary>
    public required string[] Lookalikes { get; init; }

    /// <summary>How a device's own signature begins: "sent from my".</summary>
    public required string[] Signatures { get; init; }

    /// <summary>Every way a pattern can be written.</summary>
    public static IEnumerable<string> Spellings(string pattern) =>
        pattern.Split(' ').Aggregate(
            (IEnumerable<string>)[""],
            (starts, place) => starts.SelectMany(
                start => Alternatives(place).Select(word => word is "" ? start : start is "" ? word : $"{start} {word}")));

    private static IEnumerable<string> Alternatives(string place) =>
        (place.EndsWith('?') ? place[..^1].Split('|').Prepend("") : place.Split('|')).Select(word => word.Replace('_', ' '));
}
