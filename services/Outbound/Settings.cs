using System.Globalization;
using Sms.GatewayProtocol;
using Sms.Outbound.Sends;

namespace Sms.Outbound;

/// <summary>Reads what an operator can set. A value that makes no sense stops the service when it starts, and is named.</summary>
public static class Settings
{
    /// <summary><c>Outbound:MostSegments</c> (1 to 25, 25 where it is not set) and <c>Outbound:WarnAboveSegments</c> (3).</summary>
    /// <exception cref="InvalidOperationException">One of them is no such number.</exception>
    public static SegmentLimits SegmentLimits(IConfiguration configuration) => new(
        Number(configuration, "Outbound:MostSegments", Segments.MostPossible), Number(configuration, "Outbound:WarnAboveSegments", 3));

    /// <summary>
    /// <c>Outbound:QuietHours:From</c> (21:00) and <c>:Until</c> (08:00), the same for none; <c>Outbound:QuietHours:OtherwiseIn</c>
    /// (UTC), the IANA zone of numbers whose country has several.
    /// </summary>
    /// <exception cref="InvalidOperationException">One of them is no time, or a zone this machine does not know.</exception>
    public static QuietHours QuietHours(IConfiguration configuration)
    {
        const string Key = "Outbound:QuietHours:";
        return new QuietHours(Time("From", new TimeOnly(21, 0)), Time("Until", new TimeOnly(8, 0)),
            configuration[Key + "OtherwiseIn"] switch
            {
                null or "" => TimeZoneInfo.Utc,
                var name when TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) => zone,
                _ => throw new InvalidOperationException($"{Key}OtherwiseIn must be a time zone such as America/New_York."),
            });

        TimeOnly Time(string name, TimeOnly otherwise) => configuration[Key + name] switch
        {
            null or "" => otherwise,
            var text when TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) => time,
            _ => throw new InvalidOperationException($"{Key}{name} must be a time of day such as 21:00."),
        };
    }

    private static int Number(IConfiguration configuration, string key, int otherwise) => configuration[key] switch
    {
        null or "" => otherwise,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= Segments.MostPossible => number,
        _ => throw new InvalidOperationException($"{key} must be a number from 1 to {Segments.MostPossible}."),
    };
}
