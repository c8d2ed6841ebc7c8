using Sms.Console.Pages.Policies;

namespace Sms.Console.Tests.Pages.Policies;

public sealed class WeekHoursTests
{
    [Theory]
    [InlineData("09:00–12:30, 13:30–17:00", "09:00 12:30", "13:30 17:00")]
    [InlineData("9-17", "09:00 17:00")]
    [InlineData("8:30 — 24", "08:30 24:00")]
    [InlineData("")]
    [InlineData(null)]
    public void A_line_of_hours_is_read(string? line, params string[] spans) =>
        WeekHours.Read(DayOfWeek.Monday, line).Select(hours => $"{hours.From} {hours.Until}").ShouldBe(spans);

    [Theory]
    [InlineData("all day", "all day", "")]
    [InlineData("9", "09:00", "")]
    [InlineData("9-12-17", "09:00", "")]
    [InlineData("25:00-26:00", "25:00", "26:00")]
    public void What_makes_no_sense_is_passed_on_to_be_refused(string line, string from, string until) =>
        WeekHours.Read(DayOfWeek.Sunday, line).ShouldHaveSingleItem().ShouldBe(new OpeningHours("sunday", from, until));

    [Fact]
    public void Days_in_a_row_with_the_same_hours_are_told_as_one()
    {
        var calendar = new BusinessCalendar("Europe/Berlin",
        [
            new("monday", "13:00", "17:00"), new("monday", "09:00", "12:00"), new("tuesday", "09:00", "17:00"), new("Wednesday", "09:00", "17:00"), new("friday", "09:00", "17:00"),
        ], []);
        WeekHours.Told(calendar).ShouldBe(
        [
            (DayOfWeek.Monday, DayOfWeek.Monday, "09:00–12:00, 13:00–17:00"), (DayOfWeek.Tuesday, DayOfWeek.Wednesday, "09:00–17:00"), (DayOfWeek.Friday, DayOfWeek.Friday, "09:00–17:00"),
        ]);
    }
}
