using System.Globalization;
using System.Text;

namespace Sms.AutoReply.Rules;

/// <summary>Which differences between two texts count.</summary>
/// <param name="Case">Capitals and small letters.</param>
/// <param name="Accents">Accents.</param>
/// <param name="Punctuation">Punctuation and symbols.</param>
public readonly record struct Differences(bool Case, bool Accents, bool Punctuation)
{
    /// <summary>Only the letters: whatever is alike in any way of comparing is alike in this.</summary>
    public static readonly Differences None;
}

/// <summary>A text as rules compare it: <c>"  Öffnungs­zeiten\n heute "</c> is <c>"OFFNUNGSZEITEN HEUTE"</c>.</summary>
public static class FoldedText
{
    /// <summary>Capitals without accents, typographic forms and invisible characters, with single spaces. Punctuation stays.</summary>
    public static string Of(string text) => Of(text, new Differences(Case: false, Accents: false, Punctuation: true));

    /// <summary>The text without the differences that do not count.</summary>
    public static string Of(string text, Differences counts)
    {
        // Going by runes first replaces broken surrogates, on which normalizing throws.
        var whole = string.Concat(text.EnumerateRunes());
        var folded = new StringBuilder(whole.Length);
        foreach (var rune in Normalized(whole).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || (!counts.Punctuation && !IsApostrophe(rune) && IsPunctuation(rune)))
            {
                if (folded.Length > 0 && folded[^1] != ' ')
                    folded.Append(' ');
            }
            else if ((counts.Accents || !IsAccent(rune)) && !IsInvisible(rune) && (counts.Punctuation || !IsApostrophe(rune)))
            {
                folded.Append(counts.Case ? rune : Rune.ToUpperInvariant(rune));
            }
        }
        var result = folded.ToString().TrimEnd();
        return result.IsNormalized(NormalizationForm.FormKC) ? result : result.Normalize(NormalizationForm.FormKC);
    }

    private static string Normalized(string whole)
    {
        if (whole.All(char.IsAscii))
            return whole;
        // U+FFFF and its like are no characters, and normalizing them throws.
        return string.Concat(whole.EnumerateRunes().Where(rune => Rune.GetUnicodeCategory(rune) is not UnicodeCategory.OtherNotAssigned))
            .Normalize(NormalizationForm.FormKD);
    }

    // Only the marks of the European scripts; in Hindi or Thai a mark is a vowel, and without it the word is another one.
    private static bool IsAccent(Rune rune) => rune.Value is >= 0x0300 and <= 0x036F;

    private static bool IsApostrophe(Rune rune) => rune.Value is '\'' or 0x2019 or 0x2018 or 0x00B4;

    private static bool IsPunctuation(Rune rune) => Rune.IsPunctuation(rune) || Rune.IsSymbol(rune);

    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control || rune.Value is >= 0xFE00 and <= 0xFE0F;
}
