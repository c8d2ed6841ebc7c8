using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Sms.PhoneNumbers;

/// <summary>
/// How people of a country write numbers of their own country: country code, trunk prefix and the lengths of a national
/// number, after ITU-T E.164 and the list "Dialling procedures (international prefix, national (trunk) prefix and national
/// (significant) number)" annexed to the ITU Operational Bulletin. It tells numbers that can be completed from those that
/// cannot; whether a number is assigned to anybody it does not say.
/// </summary>
public sealed class DiallingPlan
{
    private const string Any = "123456789";

    // Region, country code, trunk prefix, fewest and most digits after it, and the digits that a number may begin with where
    // it is also written without the trunk prefix ("" where such digits could as well begin with a country code).
    private static readonly FrozenDictionary<string, DiallingPlan> Plans = new DiallingPlan[]
    {
        new("US", "1", "1", 10, 10, "23456789"), new("CA", "1", "1", 10, 10, "23456789"), new("PR", "1", "1", 10, 10, "23456789"),
        new("MX", "52", "", 10, 10, Any), new("BR", "55", "0", 10, 11, Any), new("AR", "54", "0", 10, 10, ""), new("CL", "56", "", 9, 9, Any),
        new("CO", "57", "0", 10, 10, "3"), new("PE", "51", "0", 8, 9, "9"),
        new("GB", "44", "0", 9, 10, ""), new("IE", "353", "0", 7, 9, ""), new("FR", "33", "0", 9, 9, ""), new("DE", "49", "0", 7, 11, ""),
        new("AT", "43", "0", 7, 13, ""), new("CH", "41", "0", 9, 9, ""), new("NL", "31", "0", 9, 9, ""), new("BE", "32", "0", 8, 9, ""),
        new("LU", "352", "", 8, 9, "6"), new("ES", "34", "", 9, 9, "6789"), new("PT", "351", "", 9, 9, "29"), new("IT", "39", "", 9, 10, "3"),
        new("GR", "30", "", 10, 10, "26"), new("DK", "45", "", 8, 8, "23456789"), new("NO", "47", "", 8, 8, "23456789"), new("SE", "46", "0", 7, 9, ""),
        new("FI", "358", "0", 7, 11, ""), new("PL", "48", "", 9, 9, Any), new("CZ", "420", "", 9, 9, "234567"), new("SK", "421", "0", 9, 9, ""),
        new("HU", "36", "06", 8, 9, ""), new("RO", "40", "0", 9, 9, ""), new("BG", "359", "0", 8, 9, ""), new("HR", "385", "0", 8, 9, ""),
        new("RS", "381", "0", 8, 9, ""), new("UA", "380", "0", 9, 9, ""), new("RU", "7", "8", 10, 10, "9"), new("KZ", "7", "8", 10, 10, "7"),
        new("TR", "90", "0", 10, 10, ""), new("IL", "972", "0", 8, 9, ""), new("AE", "971", "0", 8, 9, ""), new("SA", "966", "0", 9, 9, ""),
        new("EG", "20", "0", 8, 10, ""), new("MA", "212", "0", 9, 9, ""), new("NG", "234", "0", 8, 10, ""), new("GH", "233", "0", 9, 9, ""),
        new("KE", "254", "0", 9, 9, ""), new("TZ", "255", "0", 9, 9, ""), new("UG", "256", "0", 9, 9, ""), new("ZA", "27", "0", 9, 9, ""),
        new("IN", "91", "0", 10, 10, "6789"), new("PK", "92", "0", 9, 10, ""), new("BD", "880", "0", 8, 10, ""), new("LK", "94", "0", 9, 9, ""),
        new("NP", "977", "0", 8, 10, ""), new("ID", "62", "0", 8, 12, ""), new("MY", "60", "0", 8, 10, ""), new("PH", "63", "0", 8, 10, ""),
        new("TH", "66", "0", 8, 9, ""), new("VN", "84", "0", 9, 10, ""), new("SG", "65", "", 8, 8, "3689"), new("HK", "852", "", 8, 8, "235679"),
        new("TW", "886", "0", 8, 9, ""), new("JP", "81", "0", 9, 10, ""), new("KR", "82", "0", 8, 10, ""), new("CN", "86", "0", 10, 11, "1"),
        new("AU", "61", "0", 9, 9, ""), new("NZ", "64", "0", 8, 10, ""),
    }.ToFrozenDictionary(plan => plan.Region);

    private readonly string _trunk;
    private readonly int _fewest;
    private readonly int _most;
    private readonly string _bareBeginnings;

    private DiallingPlan(string region, string countryCode, string trunk, int fewest, int most, string bareBeginnings) =>
        (Region, CountryCode, _trunk, _fewest, _most, _bareBeginnings) = (region, countryCode, trunk, fewest, most, bareBeginnings);

    /// <summary>The country, as ISO 3166-1 alpha-2: <c>IN</c>.</summary>
    public string Region { get; }

    /// <summary>Its country code: <c>91</c>.</summary>
    public string CountryCode { get; }

    /// <summary>The countries whose national numbers can be completed, in order.</summary>
    public static IEnumerable<string> Regions => Plans.Keys.Order(StringComparer.Ordinal);

    /// <summary>The plan of a country, where it is known here.</summary>
    public static bool TryFind(string? region, [NotNullWhen(true)] out DiallingPlan? plan) =>
        Plans.TryGetValue(region?.ToUpperInvariant() ?? "", out plan);

    /// <summary>The digits after <c>+</c> that a national number stands for; null where it is none of this country, or may be another's.</summary>
    /// <param name="dialled">Digits without <c>+</c> or <c>00</c>.</param>
    internal string? Complete(string dialled)
    {
        if (_trunk.Length > 0 && dialled.StartsWith(_trunk, StringComparison.Ordinal) && Fits(dialled.Length - _trunk.Length) && dialled[_trunk.Length] != '0')
            return CountryCode + dialled[_trunk.Length..];
        return Fits(dialled.Length) && _bareBeginnings.Contains(dialled[0], StringComparison.Ordinal) ? CountryCode + dialled : null;
    }

    private bool Fits(int digits) => digits >= _fewest && digits <= _most;
}
