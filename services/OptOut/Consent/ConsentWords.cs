using System.Text;

namespace Sms.OptOut.Consent;

/// <summary>What a consent word asks for.</summary>
public enum ConsentWish
{
    /// <summary>No more texts.</summary>
    OptOut,

    /// <summary>Texts again.</summary>
    OptIn,

    /// <summary>Texts again, but only from someone who has opted out; from anyone else an answer to some question.</summary>
    OptInIfOptedOut,

    /// <summary>Who is texting, and how to make it stop.</summary>
    Help,
}

/// <summary>A text that is a consent word and nothing else.</summary>
/// <param name="Wish">What it asks for.</param>
/// <param name="Word">The word as listed: <c>STOP ALL</c>, however it was typed.</param>
public sealed record ConsentWord(ConsentWish Wish, string Word);

/// <summary>
/// The words that count as a decision on consent when they are the whole text. The opt-out words are the seven of the US
/// revocation rule (47 CFR 64.1200(a)(10)) and Twilio's defaults, with REMOVE; opt-in and help words are Twilio's.
/// </summary>
public static class ConsentWords
{
    private const int MostLetters = 16;     // longer than any of the words

    private static readonly Dictionary<string, ConsentWord> ByLetters = new (ConsentWish Wish, string[] Words)[]
        {
            (ConsentWish.OptOut, ["STOP", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPT OUT", "REMOVE"]),
            (ConsentWish.OptIn, ["START", "UNSTOP"]),
            (ConsentWish.OptInIfOptedOut, ["YES"]),
            (ConsentWish.Help, ["HELP", "INFO"]),
        }
        .SelectMany(of => of.Words, (of, word) => new ConsentWord(of.Wish, word))
        .ToDictionary(word => Letters(word.Word));

    /// <summary>The consent word that the whole text is, or null for an ordinary text.</summary>
    public static ConsentWord? Read(string text) => ByLetters.GetValueOrDefault(Letters(text));

    /// <summary>
    /// The text's letters and digits in capitals. Case, accents, full-width and other typographic forms, spaces,
    /// punctuation, emoji and invisible characters make no difference: <c>“S.T.O.P! 🛑”</c> is STOP, OPT-OUT is OPTOUT.
    /// </summary>
    private static string Letters(string text)
    {
        var letters = new StringBuilder();
        foreach (var written in text.EnumerateRunes())
        {
            // Rune by rune, because a broken surrogate makes normalizing the whole text throw.
            foreach (var rune in written.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes())
            {
                if (!Rune.IsLetterOrDigit(rune))
                    continue;
                letters.Append(Rune.ToUpperInvariant(rune));
                if (letters.Length > MostLetters)
                    return "";
            }
        }
        return letters.ToString();
    }
}
