using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Sms.PhoneNumbers;

/// <summary>What a text's sender or receiver turned out to be.</summary>
public enum PhoneNumberKind
{
    /// <summary>A full international number, E.164: <c>+</c>, country code, 7 to 15 digits in all.</summary>
    Full,

    /// <summary>A short code such as <c>56161</c>: too few digits for a full number, valid in one country or one network.</summary>
    ShortCode,

    /// <summary>
    /// Digits that are no E.164 number and too many for a short code: service senders of up to 20 digits, or a national
    /// number (leading <c>0</c>) whose country is unknown. Texted as they are.
    /// </summary>
    NotE164,

    /// <summary>An alphanumeric sender such as <c>AD-AIRTEL</c>. It can text, but nobody can text it.</summary>
    Name,
}

/// <summary>
/// Who texted, or who is texted. Two spellings of one number are one value: <c>919876543210</c>, <c>+91 98765-43210</c> and
/// <c>00919876543210</c> are equal. <see cref="ToString"/> is masked, so a number that slips into a log does no harm.
/// </summary>
public sealed record PhoneNumber
{
    private const int FewestDigits = 7;     // E.164 in practice: Niue's +683 4xxx
    private const int MostDigits = 15;      // E.164
    private const int LongestSender = 64;   // alphanumeric senders have 11 characters, e-mail senders some dozens

    private PhoneNumber(PhoneNumberKind kind, string value) => (Kind, Value) = (kind, value);

    /// <summary>What it is.</summary>
    public PhoneNumberKind Kind { get; }

    /// <summary>In full: <c>+919876543210</c>, <c>56161</c>, <c>AD-AIRTEL</c>. Personal data; never log it.</summary>
    public string Value { get; }

    /// <summary>Whether a text can be sent to it.</summary>
    public bool CanBeReplied => Kind is not PhoneNumberKind.Name;

    /// <summary>Reads a sender or receiver as a gateway or a person wrote it.</summary>
    /// <param name="raw">
    /// Digits are taken to begin with the country code, with or without <c>+</c> or <c>00</c>: Mobile API Connect sends
    /// <c>919876543210</c>. National numbers are kept as they are, never completed by guessing a country.
    /// </param>
    /// <exception cref="FormatException">There is neither digit nor letter in it, or it is longer than any sender.</exception>
    public static PhoneNumber Parse(string raw) =>
        TryParse(raw, out var number) ? number : throw new FormatException("This is not a phone number, short code or sender name.");

    /// <summary>As <see cref="Parse"/>, for input that may well be wrong.</summary>
    public static bool TryParse([NotNullWhen(true)] string? raw, [NotNullWhen(true)] out PhoneNumber? number) =>
        TryParse(raw, null, out number);

    /// <summary>The same where it is known in which country the numbers without <c>+</c> and <c>00</c> were written.</summary>
    /// <param name="raw">
    /// As it was written. What fits the country's national numbers is completed; everything else is read as if no country
    /// were known, so a number that carries its country code, a short code and a name stay what they are.
    /// </param>
    /// <param name="plan">The country's plan, or null.</param>
    /// <param name="number">The number, short code or name.</param>
    public static bool TryParse([NotNullWhen(true)] string? raw, DiallingPlan? plan, [NotNullWhen(true)] out PhoneNumber? number)
    {
        var written = Printable(raw ?? "");
        number = written.Length > LongestSender || !written.EnumerateRunes().Any(Rune.IsLetterOrDigit) ? null
            : DialledDigits(written) is not { } dialled ? new PhoneNumber(PhoneNumberKind.Name, written)
            : !dialled.StartsWith('+') && !dialled.StartsWith("00", StringComparison.Ordinal) && plan?.Complete(dialled) is { } completed
                ? new PhoneNumber(PhoneNumberKind.Full, "+" + completed)
            : FromDigits(dialled);
        return number is not null;
    }

    /// <summary>The number masked for people who read logs: <c>+91…3210</c>.</summary>
    public override string ToString()
    {
        if (Kind is PhoneNumberKind.Name)
            return $"{Value.EnumerateRunes().First()}…";
        var start = Kind is PhoneNumberKind.Full ? Value[..3] : "";
        var hidden = Value.Length - start.Length;
        return $"{start}…{Value[^Math.Clamp(hidden - 4, 0, 4)..]}";
    }

    private static PhoneNumber FromDigits(string dialled)
    {
        var (international, digits) =
            dialled.StartsWith('+') ? (true, dialled[1..])
            : dialled.StartsWith("00", StringComparison.Ordinal) ? (true, dialled[2..])
            : (false, dialled);

        // Seven bare digits may be a local number; only a prefix makes them an international one.
        var fewest = international ? FewestDigits : FewestDigits + 1;
        if (digits.Length >= fewest && digits.Length <= MostDigits && digits[0] != '0')
            return new PhoneNumber(PhoneNumberKind.Full, "+" + digits);

        return new PhoneNumber(digits.Length < fewest ? PhoneNumberKind.ShortCode : PhoneNumberKind.NotE164, dialled);
    }

    /// <summary>ASCII digits after at most one <c>+</c>, if that and separators is all there is.</summary>
    private static string? DialledDigits(string written)
    {
        // "+44 (0)20 …": the bracketed trunk zero is dialled only inside the country.
        var text = written.Normalize(NormalizationForm.FormKC);
        if (text.StartsWith('+') || text.StartsWith("00", StringComparison.Ordinal))
            text = text.Replace("(0)", "", StringComparison.Ordinal);

        var digits = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber)
                digits.Append((int)Rune.GetNumericValue(rune));
            else if (rune.Value == '+' && digits.Length == 0)
                digits.Append('+');
            else if (!Separates(rune))
                return null;
        }
        return digits.ToString();
    }

    private static bool Separates(Rune rune) =>
        rune.Value is '.' or '/' or '\u2212' || Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.Format;

    // Enumerating runes also replaces broken surrogates, which no database would take.
    private static string Printable(string raw) =>
        string.Concat(raw.EnumerateRunes().Where(rune => !Rune.IsControl(rune))).Trim();
}
