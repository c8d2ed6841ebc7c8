using System.Globalization;
using System.Text;
using Sms.PhoneNumbers;

namespace Sms.Contacts.Views;

/// <summary>Names and numbers as they are searched for.</summary>
public static class SearchWords
{
    /// <summary>From here on a fragment is found anywhere in a word; a shorter one only where a word begins.</summary>
    private const int Anywhere = 3;

    /// <summary>A name without case and accents, a space before each word.</summary>
    public static string OfName(string? name) => string.Concat(Words(name).Select(word => " " + word));

    /// <summary>A number in every way networks write it, without plus, a space before each.</summary>
    public static string OfNumber(string number) => PhoneNumber.TryParse(number, out var one)
        ? string.Concat(one.Variants().Select(variant => Spelled(variant.Value)).Prepend(Spelled(number)).Distinct())
        : Spelled(number);

    /// <summary>The patterns that all have to match; none for a search that says nothing.</summary>
    /// <param name="search">Words, or a number or part of one with whatever separates its digits.</param>
    public static string[] Patterns(string search)
    {
        var digits = string.Concat(search.Where(char.IsAsciiDigit));
        var isNumber = digits.Length > 0 && search.All(c => char.IsAsciiDigit(c) || char.IsWhiteSpace(c) || c is '+' or '-' or '.' or '/' or '(' or ')');
        // A leading 0 is dialled inside a country and no part of the number.
        string[] words = isNumber ? [digits.TrimStart('0') is { Length: > 0 } national ? national : digits] : Words(search);
        return [.. words.OrderByDescending(word => word.Length).Select(word => word.Length >= Anywhere ? $"%{Escaped(word)}%" : $"% {Escaped(word)}%")];
    }

    private static string Spelled(string number) => " " + number.TrimStart('+').ToLowerInvariant();

    private static string[] Words(string? text)
    {
        var folded = new StringBuilder();
        foreach (var c in (text ?? "").Normalize(NormalizationForm.FormKD))
            if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
                folded.Append(char.IsControl(c) ? ' ' : char.ToLowerInvariant(c));
        return folded.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Escaped(string word) =>
        word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
