using Sms.Helpdesk.Sla;

namespace Sms.Helpdesk.Tests.Sla;

public sealed class BusinessCalendarTests
{
    private static readonly string[] Workdays = ["monday", "tuesday", "wednesday", "thursday", "friday"];
    private static readonly BusinessCalendar Berlin = new(
        "Europe/Berlin", [.. Workdays.Select(day => new OpeningHours(day, "09:00", "17:00"))], ["2026-12-25", "2026-12-26"]);

    // Clocks go forward on 2026-03-29 at 02:00 and back on 2026-10-25 at 03:00, both Sundays.
    private static readonly BusinessCalendar Nights = new("Europe/Berlin", [new("saturday", "22:00", "24:00"), new("sunday", "00:00", "06:00")], []);

    [Theory]
    [InlineData("2026-06-12T10:00+02:00", 60, "2026-06-12T11:00+02:00", "within the hours")]
    [InlineData("2026-06-12T07:00+02:00", 60, "2026-06-12T10:00+02:00", "before they begin")]
    [InlineData("2026-06-12T16:30+02:00", 60, "2026-06-15T09:30+02:00", "over a weekend")]
    [InlineData("2026-06-13T12:00+02:00", 480, "2026-06-15T17:00+02:00", "a whole day is its end, not the next one's beginning")]
    [InlineData("2026-12-24T16:00+01:00", 120, "2026-12-28T10:00+01:00", "over holidays and a weekend")]
    [InlineData("2026-03-27T16:00+01:00", 120, "2026-03-30T10:00+02:00", "nine o'clock stays nine o'clock when clocks go forward")]
    [InlineData("2026-10-23T16:00+02:00", 120, "2026-10-26T10:00+01:00", "and when they go back")]
    public void So_much_business_time_after_a_start_is(string start, int minutes, string end, string because) =>
        Berlin.After(At(start), TimeSpan.FromMinutes(minutes)).ShouldBe(At(end), because);

    [Theory]
    [InlineData("2026-03-28T22:00+01:00", 7, "a night in which clocks go forward is an hour shorter")]
    [InlineData("2026-10-24T22:00+02:00", 9, "one in which they go back an hour longer")]
    [InlineData("2026-06-13T22:00+02:00", 8, "any other has eight")]
    public void A_night_has_as_many_hours_as_it_has(string start, int hours, string because) =>
        Nights.Between(At(start), At(start).AddDays(1)).ShouldBe(TimeSpan.FromHours(hours), because);

    [Fact]
    public void Hours_that_begin_where_the_clock_jumps_begin_with_the_jump()
    {
        var early = new BusinessCalendar("Europe/Berlin", [new("sunday", "02:30", "04:00")], []);
        early.Between(At("2026-03-29T00:00+01:00"), At("2026-03-30T00:00+02:00")).ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public void Time_between_is_what_after_adds()
    {
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var start = At("2026-01-01T00:00+00:00").AddMinutes(random.Next(525_600));
            var business = TimeSpan.FromMinutes(random.Next(1, 10_000));
            foreach (var calendar in new[] { Berlin, Nights, BusinessCalendar.Always })
                calendar.Between(start, calendar.After(start, business)).ShouldBe(business);
        }
    }

    [Fact]
    public void Without_hours_it_is_always_open() =>
        BusinessCalendar.Always.After(At("2026-12-25T23:59+00:00"), TimeSpan.FromMinutes(2)).ShouldBe(At("2026-12-26T00:01+00:00"));

    [Fact]
    public void Time_does_not_run_backwards() => Berlin.Between(At("2026-06-12T12:00+02:00"), At("2026-06-12T10:00+02:00")).ShouldBe(TimeSpan.Zero);

    [Fact]
    public void What_makes_no_sense_is_named()
    {
        Berlin.Faults().ShouldBeEmpty();
        Nights.Faults().ShouldBeEmpty();
        (Berlin with { Zone = "Berlin" }).Faults().Keys.ShouldBe(["zone"]);
        (Berlin with { Holidays = ["25.12."] }).Faults().Keys.ShouldBe(["holidays"]);
        foreach (var day in (string[])["montag", "1"])
            (Berlin with { Week = [new(day, "09:00", "17:00")] }).Faults().Keys.ShouldBe(["week"]);
        foreach (var (from, until) in ((string, string)[])[("17:00", "09:00"), ("9", "17:00"), ("09:00", "24:01")])
            (Berlin with { Week = [new("monday", from, until)] }).Faults().Keys.ShouldBe(["week.monday"]);
        (Berlin with { Week = [new("monday", "09:00", "13:00"), new("monday", "12:00", "17:00")] }).Faults().Keys.ShouldBe(["week.monday"]);
        (Berlin with { Week = [new("monday", "09:00", "12:00"), new("monday", "12:00", "17:00")] }).Faults().ShouldBeEmpty();
    }

    private static DateTimeOffset At(string written) => DateTimeOffset.Parse(written, System.Globalization.CultureInfo.InvariantCulture);
}
