using System.Globalization;
using System.Text;

namespace Sms.ConsentWords;

/// <summary>
/// What is compared of a text. Case, accents, full-width and other typographic forms, emoji and invisible characters make no
/// difference: <c>ＳＴＯＰ</c>, <c>stóp</c> and <c>st\u200Bop 🛑</c> are all <c>stop</c>. One pass over the text, whatever is in it.
/// </summary>
public static class WrittenText
{
    /// <summary>The words in small letters, with one space between them; an apostrophe joins (<c>don't</c> is <c>dont</c>).</summary>
    public static string Words(string text) => Fold(text, spaces: true);

    /// <summary>Letters and digits only, also across spaces and punctuation: <c>“S.T.O.P!”</c> is <c>stop</c>, <c>OPT-OUT</c> is <c>optout</c>.</summary>
    public static string Letters(string text) => Fold(text, spaces: false);

    /// <summary>
    /// The text without lines that quote another (<c>&gt; …</c>) and without what follows a signature's <c>--</c>. Of a text that
    /// is nothing else, everything.
    /// </summary>
    public static string WithoutQuoteAndSignature(string text)
    {
        if (!text.Contains('>') && !text.Contains("--", StringComparison.Ordinal))
            return text;
        var own = new StringBuilder(text.Length);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var written = line.Trim();
            if (written is "--" && own.Length > 0)
                break;
            if (!written.StartsWith(">", StringComparison.Ordinal))
                own.Append(line).Append('\n');
        }
        var kept = own.ToString();
        var dashes = kept.IndexOf(" -- ", StringComparison.Ordinal);
        kept = dashes > 0 ? kept[..dashes] : kept;
        return string.IsNullOrWhiteSpace(kept) ? text : kept;
    }

    private static string Fold(string text, bool spaces)
    {
        var folded = new StringBuilder(Math.Min(text.Length, 2048));
        var gap = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
                Add((char)rune.Value);
            else if (Spelled(rune.Value) is { } letters)
                AddAll(letters);
            else if (IsInvisible(rune))
                continue;
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherNotAssigned)
                gap = true; // U+FFFF and its like are no characters, and normalizing them throws.
            else // Rune by rune, because a broken surrogate makes normalizing the whole text throw.
                AddAll(rune.ToString().Normalize(NormalizationForm.FormKD));
        }
        return folded.ToString();

        void AddAll(string written)
        {
            foreach (var part in written.EnumerateRunes())
            {
                if (part.IsAscii)
                    Add((char)part.Value);
                else if (Spelled(part.Value) is { } letters)
                    AddAll(letters);
                else if (Rune.IsLetterOrDigit(part))
                    Letter(Rune.ToLowerInvariant(part).ToString());
                else if (Rune.GetUnicodeCategory(part) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.Format or UnicodeCategory.Control))
                    gap = true;
            }
        }

        void Add(char c)
        {
            if (char.IsAsciiLetterOrDigit(c))
                Letter(char.ToLowerInvariant(c).ToString());
            else if (c is not '\'' && !(char.IsControl(c) && !char.IsWhiteSpace(c)))
                gap = true;
        }

        void Letter(string letter)
        {
            if (gap && spaces && folded.Length > 0)
                folded.Append(' ');
            gap = false;
            folded.Append(letter);
        }
    }

    // Letters that people without the keyboard for them write differently, and that no normalization takes apart.
    private static string? Spelled(int rune) => rune switch
    {
        'ß' or 'ẞ' => "ss",
        'æ' or 'Æ' => "ae",
        'œ' or 'Œ' => "oe",
        'ø' or 'Ø' => "o",
        'đ' or 'Đ' => "d",
        'ł' or 'Ł' => "l",
        'ı' => "i",
        '’' or '‘' or 'ʼ' or '´' or '＇' => "'",
        _ => null,
    };

    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.NonSpacingMark
        && !Rune.IsWhiteSpace(rune);
}
