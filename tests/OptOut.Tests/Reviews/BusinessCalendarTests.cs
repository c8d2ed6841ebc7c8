using Sms.OptOut.Reviews;

namespace Sms.OptOut.Tests.Reviews;

public sealed class BusinessCalendarTests
{
    private static DateTimeOffset Utc(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("UTC", "2026-06-12T12:00Z", "2026-06-27T00:00Z")] // a Friday: two weekends in between, due until the end of Friday the 26th
    [InlineData("UTC", "2026-06-13T12:00Z", "2026-06-27T00:00Z")] // a Saturday
    [InlineData("UTC", "2026-06-15T00:00Z", "2026-06-30T00:00Z")]
    [InlineData("America/New_York", "2026-06-13T03:00Z", "2026-06-27T04:00Z")] // still Friday there
    [InlineData("Asia/Kolkata", "2026-06-12T20:00Z", "2026-06-26T18:30Z")] // already Saturday there
    [InlineData("America/New_York", "2026-10-23T12:00Z", "2026-11-07T05:00Z")] // the clocks go back in between
    public void Ten_business_days_are_counted_in_the_calendars_own_zone(string zone, string begun, string deadline) =>
        new BusinessCalendar(zone, []).Deadline(Utc(begun)).ShouldBe(Utc(deadline));

    [Fact]
    public void A_holiday_does_not_count() =>
        new BusinessCalendar("UTC", ["2026-06-19", "2026-06-20"]).Deadline(Utc("2026-06-12T12:00Z")).ShouldBe(Utc("2026-06-30T00:00Z"));

    [Fact]
    public void A_zone_and_days_that_do_not_exist_are_refused()
    {
        new BusinessCalendar("Mars/Olympus", ["2026-02-30"]).Faults().Keys.ShouldBe(["zone", "holidays"], ignoreOrder: true);
        BusinessCalendar.Initial.Faults().ShouldBeEmpty();
    }
}
