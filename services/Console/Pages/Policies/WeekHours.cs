using System.Globalization;

namespace Sms.Console.Pages.Policies;

/// <summary>The hours of a week as people write them, a line a day: <c>09:00–12:30, 13:30–17:00</c>.</summary>
public static class WeekHours
{
    private static readonly string[] Dashes = ["-", "–", "—"], Times = ["H:mm", "HH:mm", "%H", "HH"];

    /// <summary>The days, from Monday on.</summary>
    public static readonly IReadOnlyList<DayOfWeek> Days =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>A day as Helpdesk calls it.</summary>
    public static string Name(DayOfWeek day) => day.ToString().ToLowerInvariant();

    /// <summary>A day as the viewer calls it.</summary>
    public static string Spoken(DayOfWeek day) => CultureInfo.CurrentCulture.DateTimeFormat.GetDayName(day);

    /// <summary>A day's hours as a line; empty when nobody is there.</summary>
    public static string Written(BusinessCalendar calendar, DayOfWeek day) => string.Join(", ", calendar.Week
        .Where(hours => string.Equals(hours.Day, Name(day), StringComparison.OrdinalIgnoreCase)).OrderBy(hours => hours.From, StringComparer.Ordinal).Select(hours => $"{hours.From}–{hours.Until}"));

    /// <summary>What a line says of a day; what makes no sense, Helpdesk refuses.</summary>
    public static IEnumerable<OpeningHours> Read(DayOfWeek day, string? line) => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split(Dashes, StringSplitOptions.TrimEntries)).Select(ends => new OpeningHours(Name(day), Time(ends[0]), ends.Length == 2 ? Time(ends[1]) : ""));

    /// <summary>Days that follow each other with the same hours, and those hours; without the days when nobody is there.</summary>
    public static IEnumerable<(DayOfWeek First, DayOfWeek Last, string Hours)> Told(BusinessCalendar calendar)
    {
        var told = new List<(DayOfWeek First, DayOfWeek Last, string Hours)>();
        foreach (var day in Days)
        {
            var hours = Written(calendar, day);
            if (told is [.., var before] && before.Hours == hours)
                told[^1] = before with { Last = day };
            else
                told.Add((day, day, hours));
        }
        return told.Where(days => days.Hours.Length > 0);
    }

    private static string Time(string written) => written is "24" or "24:00" ? "24:00"
        : TimeOnly.TryParseExact(written, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToString("HH:mm", CultureInfo.InvariantCulture)
        : written;
}
