using Sms.PhoneNumbers;

namespace Sms.Outbound.Sends;

/// <summary>
/// The hours of the night in which nobody is told anything they have not asked for. US law (47 CFR 64.1200(c)(1)) allows
/// solicitation from 8 to 21 o'clock, by the clock of the person called; that is the default everywhere.
/// </summary>
/// <param name="From">When the night begins.</param>
/// <param name="Until">When it ends. The same as <paramref name="From"/> means that there is none.</param>
/// <param name="OtherwiseIn">The zone of numbers whose country has several or is not known.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly Until, TimeZoneInfo OtherwiseIn)
{
    /// <summary>The night it is at a recipient's, or null by day.</summary>
    /// <param name="recipient">Their number; its country tells the zone.</param>
    /// <param name="now">The time.</param>
    public QuietTime? At(string recipient, DateTimeOffset now)
    {
        if (From == Until)
            return null;
        var known = TimeZones.Of(recipient);
        var zone = known ?? OtherwiseIn;
        var local = TimeZoneInfo.ConvertTime(now, zone);
        if (!TimeOnly.FromDateTime(local.DateTime).IsBetween(From, Until))
            return null;

        var morning = local.Date + Until.ToTimeSpan();
        if (morning <= local.DateTime)
            morning = morning.AddDays(1);
        // A morning that the clocks skip begins when they are put forward.
        if (zone.IsInvalidTime(morning))
            morning = morning.AddHours(1);
        return new QuietTime(new DateTimeOffset(morning, zone.GetUtcOffset(morning)).ToUniversalTime(), zone.Id, Assumed: known is null);
    }
}

/// <summary>
/// The time zone that a number's country code tells: only of countries that keep one time everywhere (IANA time zone database,
/// <c>zone1970.tab</c>; country codes by ITU-T E.164). A number in North America or Australia, say, tells none.
/// </summary>
public static class TimeZones
{
    private static readonly Dictionary<string, string> ByCountryCode = new()
    {
        ["20"] = "Africa/Cairo", ["27"] = "Africa/Johannesburg", ["30"] = "Europe/Athens", ["31"] = "Europe/Amsterdam",
        ["32"] = "Europe/Brussels", ["33"] = "Europe/Paris", ["36"] = "Europe/Budapest", ["39"] = "Europe/Rome",
        ["40"] = "Europe/Bucharest", ["41"] = "Europe/Zurich", ["43"] = "Europe/Vienna", ["44"] = "Europe/London",
        ["45"] = "Europe/Copenhagen", ["46"] = "Europe/Stockholm", ["47"] = "Europe/Oslo", ["48"] = "Europe/Warsaw",
        ["49"] = "Europe/Berlin", ["51"] = "America/Lima", ["54"] = "America/Argentina/Buenos_Aires", ["57"] = "America/Bogota",
        ["58"] = "America/Caracas", ["60"] = "Asia/Kuala_Lumpur", ["63"] = "Asia/Manila", ["65"] = "Asia/Singapore",
        ["66"] = "Asia/Bangkok", ["81"] = "Asia/Tokyo", ["82"] = "Asia/Seoul", ["84"] = "Asia/Ho_Chi_Minh", ["86"] = "Asia/Shanghai",
        ["90"] = "Europe/Istanbul", ["91"] = "Asia/Kolkata", ["92"] = "Asia/Karachi", ["94"] = "Asia/Colombo", ["95"] = "Asia/Yangon",
        ["98"] = "Asia/Tehran", ["212"] = "Africa/Casablanca", ["213"] = "Africa/Algiers", ["216"] = "Africa/Tunis",
        ["221"] = "Africa/Dakar", ["225"] = "Africa/Abidjan", ["233"] = "Africa/Accra", ["234"] = "Africa/Lagos",
        ["237"] = "Africa/Douala", ["251"] = "Africa/Addis_Ababa", ["254"] = "Africa/Nairobi", ["255"] = "Africa/Dar_es_Salaam",
        ["256"] = "Africa/Kampala", ["260"] = "Africa/Lusaka", ["263"] = "Africa/Harare", ["352"] = "Europe/Luxembourg",
        ["353"] = "Europe/Dublin", ["354"] = "Atlantic/Reykjavik", ["356"] = "Europe/Malta", ["358"] = "Europe/Helsinki",
        ["359"] = "Europe/Sofia", ["370"] = "Europe/Vilnius", ["371"] = "Europe/Riga", ["372"] = "Europe/Tallinn",
        ["380"] = "Europe/Kyiv", ["381"] = "Europe/Belgrade", ["385"] = "Europe/Zagreb", ["386"] = "Europe/Ljubljana",
        ["420"] = "Europe/Prague", ["421"] = "Europe/Bratislava", ["506"] = "America/Costa_Rica", ["507"] = "America/Panama",
        ["852"] = "Asia/Hong_Kong", ["853"] = "Asia/Macau", ["855"] = "Asia/Phnom_Penh", ["880"] = "Asia/Dhaka", ["886"] = "Asia/Taipei",
        ["961"] = "Asia/Beirut", ["962"] = "Asia/Amman", ["965"] = "Asia/Kuwait", ["966"] = "Asia/Riyadh", ["968"] = "Asia/Muscat",
        ["971"] = "Asia/Dubai", ["972"] = "Asia/Jerusalem", ["973"] = "Asia/Bahrain", ["974"] = "Asia/Qatar", ["977"] = "Asia/Kathmandu",
        ["994"] = "Asia/Baku", ["995"] = "Asia/Tbilisi",
    };

    /// <summary>The zone of a number in E.164, or null where it does not tell or this machine does not know the zone.</summary>
    public static TimeZoneInfo? Of(string number) =>
        PhoneNumber.TryParse(number, out var parsed) && parsed.Kind == PhoneNumberKind.Full
        && (ByCountryCode.GetValueOrDefault(parsed.Value[1..3]) ?? ByCountryCode.GetValueOrDefault(parsed.Value[1..4])) is { } name
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : null;

    /// <summary>The zones the table names.</summary>
    internal static IEnumerable<string> Named => ByCountryCode.Values;
}
