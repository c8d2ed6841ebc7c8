namespace Sms.PhoneNumbers;

/// <summary>
/// Lines that networks show under more than one full number, because a country changed how its mobile numbers are written and
/// both ways are still in use. Short codes, names and all other numbers have no variants.
/// </summary>
public static class NumberVariants
{
    private const int BrazilOld = 10;     // area code and eight digits
    private const int TenDigits = 10;

    /// <summary>The one number of a line's variants that stands for all of them. Not to be texted for that: it need not be how the network knows the line.</summary>
    public static PhoneNumber Canonical(this PhoneNumber number) => number.Variants()[0];

    /// <summary>
    /// Every number of the line, the canonical one first; the number alone where there is only one. Brazil: with and without the
    /// mobile's ninth digit (Anatel, Resolution 553/2010). Mexico: without and with the 1 after the country code (dropped by the
    /// IFT in August 2019). Argentina: with and without the 9 after the country code (ITU-T E.164, national numbering plan of
    /// Argentina, whose area codes begin with 1, 2 or 3); its ten national digits tell fixed and mobile lines apart by themselves.
    /// </summary>
    public static IReadOnlyList<PhoneNumber> Variants(this PhoneNumber number)
    {
        if (number.Kind is not PhoneNumberKind.Full)
            return [number];
        var digits = number.Value.AsSpan(1);
        return digits switch
        {
            ['5', '5', _, _, '9', >= '6' and <= '9', ..] when digits.Length == 2 + BrazilOld + 1 =>
                [number, Full($"55{digits[2..4]}{digits[5..]}")],
            ['5', '5', _, _, >= '6' and <= '9', ..] when digits.Length == 2 + BrazilOld =>
                [Full($"55{digits[2..4]}9{digits[4..]}"), number],
            ['5', '2', '1', ..] when digits.Length == 3 + TenDigits => [Full($"52{digits[3..]}"), number],
            ['5', '2', ..] when digits.Length == 2 + TenDigits => [number, Full($"521{digits[2..]}")],
            ['5', '4', '9', >= '1' and <= '3', ..] when digits.Length == 3 + TenDigits => [number, Full($"54{digits[3..]}")],
            ['5', '4', >= '1' and <= '3', ..] when digits.Length == 2 + TenDigits => [Full($"549{digits[2..]}"), number],
            _ => [number],
        };
    }

    private static PhoneNumber Full(string digits) => PhoneNumber.Parse("+" + digits);
}
