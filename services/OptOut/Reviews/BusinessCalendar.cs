using System.Globalization;

namespace Sms.OptOut.Reviews;

/// <summary>Which days count for a deadline.</summary>
/// <param name="Zone">The IANA time zone whose days they are.</param>
/// <param name="Holidays">Days that do not count, <c>yyyy-MM-dd</c>. Saturdays and Sundays never do.</param>
public sealed record BusinessCalendar(string Zone, IReadOnlyList<string> Holidays)
{
    /// <summary>The most business days that a revocation may take (47 CFR 64.1200(a)(10)).</summary>
    public const int DaysToHonour = 10;

    /// <summary>UTC and no holidays: the deadline is never later than the law's.</summary>
    public static readonly BusinessCalendar Initial = new("UTC", []);

    /// <summary>What is wrong with it, by field; nothing when it can be used.</summary>
    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        if (Zone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _))
            faults["zone"] = ["must be an IANA time zone such as America/New_York"];
        if ((Holidays ?? []).FirstOrDefault(day => !TryParse(day, out _)) is { } wrong)
            faults["holidays"] = [$"'{wrong}' must be a date written yyyy-MM-dd"];
        return faults;
    }

    /// <summary>The end of the last business day by which something that began at a moment has to be done; its own day does not count.</summary>
    public DateTimeOffset Deadline(DateTimeOffset begun, int businessDays = DaysToHonour)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zone);
        var holidays = Holidays.Select(day => TryParse(day, out var date) ? date : default).ToHashSet();
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(begun, zone).DateTime);
        for (var left = businessDays; left > 0;)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !holidays.Contains(day))
                left--;
        }
        var midnight = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        // Where the clocks go forward at midnight that moment does not exist; an hour later does.
        if (zone.IsInvalidTime(midnight))
            midnight = midnight.AddHours(1);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    private static bool TryParse(string? day, out DateOnly date) =>
        DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}
