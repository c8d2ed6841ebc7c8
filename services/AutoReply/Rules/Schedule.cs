using System.Globalization;

namespace Sms.AutoReply.Rules;

/// <summary>Hours of the week in which a rule holds, by the clock on the wall of its zone: they move with summer time as people do.</summary>
public sealed record WeeklyHours
{
    /// <summary>The IANA time zone; that of the rule set where none is said.</summary>
    public string? TimeZone { get; init; }

    /// <summary>When it is open.</summary>
    public IReadOnlyList<OpenHours> Open { get; init; } = [];

    /// <summary>The holiday calendar on whose days it is closed.</summary>
    public string? Calendar { get; init; }

    /// <summary>Whether the rule holds when it is closed instead.</summary>
    public bool Closed { get; init; }
}

/// <summary>The same hours on some days.</summary>
/// <param name="Days"><c>mon</c>, <c>tue</c>, <c>wed</c>, <c>thu</c>, <c>fri</c>, <c>sat</c>, <c>sun</c>.</param>
/// <param name="From">The first minute, <c>HH:mm</c>.</param>
/// <param name="To">The minute after the last one, <c>HH:mm</c>, <c>24:00</c> for midnight. Not later than <paramref name="From"/>, it is on the next day.</param>
public sealed record OpenHours(IReadOnlyList<string> Days, string From, string To);

/// <summary>Days on which it is closed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Days">A day, <c>2026-12-25</c>, or one of every year, <c>12-25</c>. <c>02-29</c> comes in leap years only.</param>
public sealed record HolidayCalendar(string Name, IReadOnlyList<string> Days);

/// <summary>When rules hold.</summary>
internal static class Schedule
{
    public static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Whether it is open at a moment.</summary>
    public static bool IsOpen(WeeklyHours hours, RuleSet ruleSet, DateTimeOffset at)
    {
        var local = Local(hours.TimeZone ?? ruleSet.TimeZone, at);
        var (today, minute) = (DateOnly.FromDateTime(local), local.Hour * 60 + local.Minute);
        foreach (var open in hours.Open)
        {
            var (from, to) = (Minute(open.From)!.Value, Minute(open.To)!.Value);
            if (to > from ? Holds(today) && minute >= from && minute < to
                : (Holds(today) && minute >= from) || (Holds(today.AddDays(-1)) && minute < to))
                return true;
            // Hours after midnight belong to the day they began on, a holiday too.
            bool Holds(DateOnly day) => open.Days.Contains(DayNames[(int)day.DayOfWeek]) && !IsHoliday(hours.Calendar, ruleSet, day);
        }
        return false;
    }

    /// <summary>Whether a moment lies in a range of days, either end of which may be open.</summary>
    public static bool IsWithin(string? first, string? last, RuleSet ruleSet, DateTimeOffset at)
    {
        var today = DateOnly.FromDateTime(Local(ruleSet.TimeZone, at));
        return (first is null || today >= Day(first)) && (last is null || today <= Day(last));
    }

    /// <summary>The date and time on the wall of a zone.</summary>
    public static DateTime Local(string zone, DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime;

    /// <summary>A date written <c>yyyy-MM-dd</c>, or null.</summary>
    public static DateOnly? Day(string? written) =>
        DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>A day of every year written <c>MM-dd</c>, or null.</summary>
    public static (int Month, int Day)? Yearly(string? written) =>
        written is { Length: 5 } && Day("2000-" + written) is { } day ? (day.Month, day.Day) : null;

    /// <summary>The minute of the day of a time written <c>HH:mm</c>, or null.</summary>
    public static int? Minute(string? written) =>
        written == "24:00" ? 24 * 60
        : TimeOnly.TryParseExact(written, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.Hour * 60 + time.Minute
        : null;

    private static bool IsHoliday(string? calendar, RuleSet ruleSet, DateOnly day) =>
        calendar is not null && ruleSet.Calendars.FirstOrDefault(c => c.Name == calendar) is { } days
        && days.Days.Any(written => Day(written) == day || Yearly(written) == (day.Month, day.Day));
}
