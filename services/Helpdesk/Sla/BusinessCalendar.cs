using System.Globalization;

namespace Sms.Helpdesk.Sla;

/// <summary>When somebody is there to answer. Time outside it does not count against a target.</summary>
/// <param name="Zone">The IANA time zone its hours are in, such as <c>Europe/Berlin</c>.</param>
/// <param name="Week">The hours of a week; several a day where there is a break. None at all: always.</param>
/// <param name="Holidays">Days that do not count, <c>yyyy-MM-dd</c>.</param>
public sealed record BusinessCalendar(string Zone, IReadOnlyList<OpeningHours> Week, IReadOnlyList<string> Holidays)
{
    /// <summary>Day and night, every day.</summary>
    public static readonly BusinessCalendar Always = new("UTC", [], []);

    // A calendar with hours has some within two weeks, unless all of them are holidays.
    private const int MostDays = 3 * 366;

    /// <summary>What is wrong with it, by field; nothing when it can be used.</summary>
    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        if (Zone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _))
            faults["zone"] = ["must be an IANA time zone such as Europe/Berlin"];
        if ((Holidays ?? []).FirstOrDefault(day => !DateOnly.TryParseExact(day, "yyyy-MM-dd", out _)) is { } wrong)
            faults["holidays"] = [$"'{wrong}' must be a date written yyyy-MM-dd"];
        if ((Week ?? []).Any(hours => hours?.Weekday is null))
            faults["week"] = ["each must have a day such as monday"];
        foreach (var day in (Week ?? []).Where(hours => hours?.Weekday is not null).GroupBy(hours => hours.Weekday!.Value))
        {
            if (day.Any(hours => hours.Span is null))
                faults[Field(day.Key)] = ["must be from and until as HH:mm, from before until; 24:00 ends a day"];
            else if (Overlap(day))
                faults[Field(day.Key)] = ["the hours of a day must not overlap"];
        }
        return faults;

        static string Field(DayOfWeek day) => $"week.{day.ToString().ToLowerInvariant()}";
    }

    /// <summary>The moment at which so much business time has passed since a start.</summary>
    public DateTimeOffset After(DateTimeOffset start, TimeSpan business)
    {
        if (Week.Count == 0)
            return start + business;
        foreach (var (from, until) in Open(start))
        {
            var begin = from > start ? from : start;
            if (until - begin >= business)
                return begin + business;
            business -= until - begin;
        }
        return start + business;
    }

    /// <summary>How much business time lies between two moments; none when they are in the other order.</summary>
    public TimeSpan Between(DateTimeOffset start, DateTimeOffset end)
    {
        if (end <= start)
            return TimeSpan.Zero;
        if (Week.Count == 0)
            return end - start;
        var sum = TimeSpan.Zero;
        foreach (var (from, until) in Open(start).TakeWhile(open => open.From < end))
            sum += (until < end ? until : end) - (from > start ? from : start);
        return sum;
    }

    /// <summary>The open times that end after a moment, as instants, in order.</summary>
    private IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Open(DateTimeOffset after)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zone);
        var holidays = Holidays.Select(day => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToHashSet();
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, zone).DateTime);
        for (var days = 0; days < MostDays; days++, date = date.AddDays(1))
        {
            if (holidays.Contains(date))
                continue;
            foreach (var hours in Week.Where(hours => hours.Weekday == date.DayOfWeek).OrderBy(hours => hours.Span!.Value.From))
            {
                var (from, until) = (Instant(zone, date, hours.Span!.Value.From, first: true), Instant(zone, date, hours.Span.Value.Until, first: false));
                if (until > after && until > from)
                    yield return (from, until);
            }
        }
    }

    /// <summary>A time of day as an instant. Where the clock is put back it comes twice: hours begin the first time and end the second.</summary>
    private static DateTimeOffset Instant(TimeZoneInfo zone, DateOnly date, TimeSpan time, bool first)
    {
        var local = date.ToDateTime(TimeOnly.MinValue) + time;
        // Where the clock is put forward it does not come at all: the clock's jump is when it would be.
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = !zone.IsAmbiguousTime(local) ? zone.GetUtcOffset(local)
            : first ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetAmbiguousTimeOffsets(local).Min();
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static bool Overlap(IEnumerable<OpeningHours> ofOneDay)
    {
        var spans = ofOneDay.Select(hours => hours.Span!.Value).Order().ToList();
        return spans.Zip(spans.Skip(1), (one, next) => one.Until > next.From).Any(overlap => overlap);
    }
}

/// <summary>Some hours of one weekday.</summary>
/// <param name="Day">The weekday in English, such as <c>monday</c>.</param>
/// <param name="From">When they begin, <c>HH:mm</c>.</param>
/// <param name="Until">When they end, <c>HH:mm</c>; <c>24:00</c> for the end of the day.</param>
public sealed record OpeningHours(string Day, string From, string Until)
{
    internal DayOfWeek? Weekday => Enum.TryParse<DayOfWeek>(Day, ignoreCase: true, out var day) && Enum.IsDefined(day) && !char.IsDigit(Day[0]) ? day : null;

    /// <summary>The times of day; null when they make no sense.</summary>
    internal (TimeSpan From, TimeSpan Until)? Span =>
        Weekday is not null && Time(From) is { } from && Time(Until) is { } until && from < until ? (from, until) : null;

    private static TimeSpan? Time(string? written) =>
        written == "24:00" ? TimeSpan.FromDays(1)
        : TimeOnly.TryParseExact(written, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToTimeSpan()
        : null;
}
