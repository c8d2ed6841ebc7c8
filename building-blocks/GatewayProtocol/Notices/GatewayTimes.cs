using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sms.GatewayProtocol;

/// <summary>Reads the times in bodies.</summary>
internal static class GatewayTimes
{
    private const int LongestTime = 48;

    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789-+:.TZtz");

    /// <summary>Reads a time. Never throws.</summary>
    /// <returns>What is wrong with it, to follow the field's name; else null.</returns>
    public static string? Read(string written, TimeFormat format, out DateTimeOffset time) => format switch
    {
        TimeFormat.UnixSeconds => ReadUnix(written, 1000, out time),
        TimeFormat.UnixMilliseconds => ReadUnix(written, 1, out time),
        _ => ReadIso(written, format, out time),
    };

    /// <summary>Writes one so that <see cref="Read"/> reads it back, to the millisecond.</summary>
    public static string Write(DateTimeOffset time, TimeFormat format) => format switch
    {
        TimeFormat.UnixSeconds => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        TimeFormat.UnixMilliseconds => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        _ => GatewayTime.Format(time),
    };

    private static string? ReadIso(string written, TimeFormat format, out DateTimeOffset time)
    {
        if (TryReadUsual(written, out time))
            return null;
        const string wrong = "is not an ISO 8601 time";
        var timeOfDay = written.IndexOf('T', StringComparison.Ordinal);
        var zoned = timeOfDay >= 0 && written.AsSpan(timeOfDay).IndexOfAny('Z', '+', '-') >= 0;
        if (written.Length > LongestTime || written.AsSpan().ContainsAnyExcept(Characters))
            return NotRead(wrong, out time);

        // The JSON reader knows ISO 8601 best; it wants the quotes.
        Span<byte> quoted = stackalloc byte[LongestTime + 3];
        quoted[0] = (byte)'"';
        var length = 1 + Encoding.ASCII.GetBytes(written, quoted[1..]);
        if (!zoned && timeOfDay >= 0 && format is TimeFormat.IsoOrUtc)
            quoted[length++] = (byte)'Z';
        quoted[length++] = (byte)'"';
        var json = new Utf8JsonReader(quoted[..length]);
        json.Read();
        if (!json.TryGetDateTimeOffset(out time))
            return wrong;
        time = time.ToUniversalTime();
        // Without a zone the reader takes this machine's, which is hours wrong and looks right.
        return zoned || (timeOfDay >= 0 && format is TimeFormat.IsoOrUtc) ? null : "has no time zone";
    }

    /// <summary>The way most gateways write UTC, <c>2026-06-12T14:32:00Z</c> with or without milliseconds; what else it may be is left open.</summary>
    private static bool TryReadUsual(ReadOnlySpan<char> written, out DateTimeOffset time)
    {
        time = default;
        if (written.Length is not (20 or 24) || written[^1] != 'Z' || written[4] != '-' || written[7] != '-' || written[10] != 'T'
            || written[13] != ':' || written[16] != ':' || (written.Length == 24 && written[19] != '.'))
            return false;
        var (year, month, day) = (Digits(written[..4]), Digits(written[5..7]), Digits(written[8..10]));
        var (hour, minute, second) = (Digits(written[11..13]), Digits(written[14..16]), Digits(written[17..19]));
        var millisecond = written.Length == 24 ? Digits(written[20..23]) : 0;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || millisecond < 0)
            return false;
        time = new DateTimeOffset(year, month, day, hour, minute, second, millisecond, TimeSpan.Zero);
        return true;
    }

    /// <summary>The number that some digits stand for; below zero where there are others among them.</summary>
    private static int Digits(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
                return -1;
            number = number * 10 + (digit - '0');
        }
        return number;
    }

    private static string? ReadUnix(string written, long milliseconds, out DateTimeOffset time)
    {
        // Till the end of the year 9999.
        if (!long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var unix) || unix > 253_402_300_799_999 / milliseconds)
            return NotRead("is not a Unix time", out time);
        time = DateTimeOffset.FromUnixTimeMilliseconds(unix * milliseconds);
        return null;
    }

    private static string NotRead(string reason, out DateTimeOffset time)
    {
        time = default;
        return reason;
    }
}
