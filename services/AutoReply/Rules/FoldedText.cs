using System.Globalization;
using System.Text;

namespace Sms.AutoReply.Rules;

/// <summary>A text as rules compare it: <c>"  Öffnungs­zeiten\n heute "</c> is <c>"OFFNUNGSZEITEN HEUTE"</c>.</summary>
public static class FoldedText
{
    /// <summary>
    /// Capitals without accents, typographic forms and invisible characters, with single spaces. Punctuation stays.
    /// </summary>
    public static string Of(string text)
    {
        // Going by runes first replaces broken surrogates, on which normalizing throws.
        var whole = string.Concat(text.EnumerateRunes());
        var folded = new StringBuilder(whole.Length);
        foreach (var rune in whole.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                if (folded.Length > 0 && folded[^1] != ' ')
                    folded.Append(' ');
            }
            else if (!IsAccent(rune) && !IsInvisible(rune))
            {
                folded.Append(Rune.ToUpperInvariant(rune));
            }
        }
        return folded.ToString().TrimEnd().Normalize(NormalizationForm.FormKC);
    }

    // Only the marks of the European scripts; in Hindi or Thai a mark is a vowel, and without it the word is another one.
    private static bool IsAccent(Rune rune) => rune.Value is >= 0x0300 and <= 0x036F;

    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control || rune.Value is >= 0xFE00 and <= 0xFE0F;
}
