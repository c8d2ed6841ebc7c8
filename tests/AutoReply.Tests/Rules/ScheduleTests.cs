using System.Globalization;
using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Tests.Rules;

public sealed class ScheduleTests
{
    private static readonly WeeklyHours Office = new() { Open = [new(["mon", "tue", "wed", "thu", "fri"], "09:00", "17:00")] };
    private static readonly WeeklyHours Night = new() { Open = [new(["fri", "sat"], "22:00", "02:00")] };
    private static readonly RuleSet Berlin = new() { TimeZone = "Europe/Berlin" };

    [Theory]
    [InlineData("2026-06-12T06:59:59Z", false)] // Friday, 8:59:59 in Berlin
    [InlineData("2026-06-12T07:00:00Z", true)]
    [InlineData("2026-06-12T14:59:59Z", true)]
    [InlineData("2026-06-12T15:00:00Z", false)]
    [InlineData("2026-06-13T10:00:00Z", false)] // Saturday
    [InlineData("2026-01-12T07:59:59Z", false)] // Monday, winter
    [InlineData("2026-01-12T08:00:00Z", true)]
    public void Hours_hold_by_the_clock_on_the_wall(string at, bool open) => Schedule.IsOpen(Office, Berlin, At(at)).ShouldBe(open);

    [Theory]
    [InlineData("2026-06-12T22:30:00Z", true)]
    [InlineData("2026-06-13T01:59:00Z", true)]
    [InlineData("2026-06-13T02:00:00Z", false)]
    [InlineData("2026-06-12T01:00:00Z", false)]
    [InlineData("2026-06-14T01:00:00Z", true)] // Sunday, of Saturday's night
    [InlineData("2026-06-14T22:30:00Z", false)]
    public void Hours_past_midnight_belong_to_the_day_they_began_on(string at, bool open) => Schedule.IsOpen(Night, new RuleSet(), At(at)).ShouldBe(open);

    [Fact]
    public void A_whole_day_is_from_midnight_to_midnight()
    {
        var sunday = new WeeklyHours { Open = [new(["sun"], "00:00", "24:00")] };
        Schedule.IsOpen(sunday, new RuleSet(), new(2026, 6, 14, 0, 0, 0, TimeSpan.Zero)).ShouldBeTrue();
        Schedule.IsOpen(sunday, new RuleSet(), new(2026, 6, 14, 23, 59, 59, TimeSpan.Zero)).ShouldBeTrue();
        Schedule.IsOpen(sunday, new RuleSet(), new(2026, 6, 15, 0, 0, 0, TimeSpan.Zero)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("2026-12-25", "2026-12-25T12:00:00Z", false)]
    [InlineData("2026-12-25", "2027-12-24T12:00:00Z", true)]
    [InlineData("12-25", "2028-12-25T12:00:00Z", false)]
    [InlineData("02-29", "2028-02-29T12:00:00Z", false)]
    [InlineData("02-29", "2027-03-01T12:00:00Z", true)]
    [InlineData("02-29", "2029-02-28T12:00:00Z", true)]
    public void On_a_holiday_it_is_closed(string holiday, string at, bool open)
    {
        var ruleSet = new RuleSet { Calendars = [new("holidays", [holiday])] };
        Schedule.IsOpen(Office with { Calendar = "holidays" }, ruleSet, At(at)).ShouldBe(open);
        Schedule.IsOpen(Office, ruleSet, At(at)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("2026-06-12", "2026-06-12", "2026-06-11T21:59:59Z", false)]
    [InlineData("2026-06-12", "2026-06-12", "2026-06-11T22:00:00Z", true)]
    [InlineData("2026-06-12", "2026-06-12", "2026-06-12T21:59:59Z", true)]
    [InlineData("2026-06-12", "2026-06-12", "2026-06-12T22:00:00Z", false)]
    [InlineData(null, "2028-02-29", "2028-02-29T12:00:00Z", true)]
    [InlineData("2028-02-29", null, "2028-02-28T12:00:00Z", false)]
    public void Days_begin_and_end_in_the_zone(string? first, string? last, string at, bool within) =>
        Schedule.IsWithin(first, last, Berlin, At(at)).ShouldBe(within);

    /// <summary>Every minute of the days on which clocks change, in zones that do it at other times and by other amounts, and of a leap day.</summary>
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29")]
    [InlineData("Europe/Berlin", "2026-10-25")]
    [InlineData("America/New_York", "2026-03-08")]
    [InlineData("America/New_York", "2026-11-01")]
    [InlineData("Australia/Lord_Howe", "2026-04-05")]
    [InlineData("America/Santiago", "2026-09-06")]
    [InlineData("Asia/Kathmandu", "2028-02-29")]
    [InlineData("America/St_Johns", "2028-02-29")]
    public void It_is_open_exactly_while_the_clock_on_the_wall_says_so(string zone, string day)
    {
        var hours = new WeeklyHours { Open = [new(["sun", "tue"], "01:30", "09:00"), new(["sun", "tue"], "23:00", "01:00")] };
        var ruleSet = new RuleSet { TimeZone = zone };
        var at = new DateTimeOffset(DateTime.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture), TimeSpan.Zero).AddHours(-14);
        var (open, wall) = (0, 0);
        for (var minute = 0; minute < 52 * 60; minute++, at = at.AddMinutes(1))
        {
            var local = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone));
            var time = local.TimeOfDay;
            var (today, yesterday) = (IsOn(local.DayOfWeek), IsOn(local.AddDays(-1).DayOfWeek));
            var says = (today && time >= new TimeSpan(1, 30, 0) && time < new TimeSpan(9, 0, 0)) || (today && time >= new TimeSpan(23, 0, 0)) || (yesterday && time < new TimeSpan(1, 0, 0));
            Schedule.IsOpen(hours, ruleSet, at).ShouldBe(says, $"{local}");
            (open, wall) = (open + (Schedule.IsOpen(hours, ruleSet, at) ? 1 : 0), wall + (says ? 1 : 0));
        }
        open.ShouldBe(wall);
        open.ShouldBeGreaterThan(60);

        static bool IsOn(DayOfWeek of) => of is DayOfWeek.Sunday or DayOfWeek.Tuesday;
    }

    private static DateTimeOffset At(string at) => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
}
