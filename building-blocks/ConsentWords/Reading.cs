namespace Sms.ConsentWords;

/// <summary>What a text asks for.</summary>
public enum Wish
{
    /// <summary>No more texts.</summary>
    OptOut,

    /// <summary>Texts again.</summary>
    OptIn,

    /// <summary>Texts again, but only from someone who has opted out; from anyone else an answer to some question.</summary>
    OptInIfOptedOut,

    /// <summary>Who is texting, and how to make it stop.</summary>
    Help,

    /// <summary>Perhaps no more texts. A person has to say.</summary>
    Unclear,
}

/// <summary>What was found in a text that says something about consent.</summary>
/// <param name="Wish">What it asks for.</param>
/// <param name="MatchedBy">How it was found: one of <see cref="ConsentWords.MatchedBy"/>.</param>
/// <param name="Word">The word or phrase of the pack that it came down to: <c>STOP ALL</c>, <c>take off list</c>.</param>
/// <param name="Language">The language pack it is from.</param>
/// <param name="Purpose">The only purpose an opt-out concerns (<c>marketing</c>, <c>notification</c>); null for all.</param>
public sealed record Reading(Wish Wish, string MatchedBy, string Word, string Language, string? Purpose = null);

/// <summary>How a wish was found in a text.</summary>
public static class MatchedBy
{
    /// <summary>Tier 1: the whole text is a word of the list.</summary>
    public const string Keyword = "keyword";

    /// <summary>Tier 2: the whole text is a word of the list but for a letter.</summary>
    public const string Typo = "typo";

    /// <summary>Tier 2: a word or phrase of the list, and beside it nothing of weight.</summary>
    public const string Phrase = "phrase";

    /// <summary>Tier 3: something of the list inside another text.</summary>
    public const string Inside = "inside";
}
