namespace Sms.Outbound.Tests.Sends;

public sealed class QuietHoursTests
{
    private const string Singapore = "+6581230000", London = "+447700900123", NewYorkOrDenver = "+12025550123", ShortCode = "56161";

    private static readonly QuietHours Nights =
        new(new TimeOnly(21, 0), new TimeOnly(8, 0), TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));

    [Theory]
    [InlineData(Singapore, "2026-06-12T12:59:59Z", null)]
    [InlineData(Singapore, "2026-06-12T13:00:00Z", "2026-06-13T00:00:00Z")]
    [InlineData(Singapore, "2026-06-12T20:00:00Z", "2026-06-13T00:00:00Z")]
    [InlineData(Singapore, "2026-06-13T00:00:00Z", null)]
    [InlineData(London, "2026-06-12T20:00:00Z", "2026-06-13T07:00:00Z")]
    [InlineData(London, "2026-01-12T20:59:00Z", null)]
    [InlineData(London, "2026-03-28T22:00:00Z", "2026-03-29T07:00:00Z")]
    public void Night_is_reckoned_by_the_recipients_clock(string number, string now, string? until) =>
        (Nights.At(number, At(now))?.Until).ShouldBe(until is null ? null : At(until));

    [Fact]
    public void Zone_is_known_only_where_the_country_has_one()
    {
        Nights.At(Singapore, At("2026-06-12T15:00:00Z")).ShouldNotBeNull().ShouldSatisfyAllConditions(
            night => night.Zone.ShouldBe("Asia/Singapore"), night => night.Assumed.ShouldBeFalse());
        foreach (var number in new[] { NewYorkOrDenver, ShortCode, "0123456789" })
            Nights.At(number, At("2026-06-13T02:00:00Z")).ShouldNotBeNull().ShouldSatisfyAllConditions(
                night => night.Zone.ShouldBe("America/New_York"), night => night.Assumed.ShouldBeTrue(),
                night => night.Until.ShouldBe(At("2026-06-13T12:00:00Z")));
    }

    [Fact]
    public void The_same_hour_twice_means_that_there_is_no_night() =>
        (Nights with { Until = Nights.From }).At(Singapore, At("2026-06-12T15:00:00Z")).ShouldBeNull();

    [Fact]
    public void Hours_of_the_day_can_be_quiet_too() =>
        (Nights with { From = new TimeOnly(12, 0), Until = new TimeOnly(14, 0) }).At(Singapore, At("2026-06-12T05:00:00Z"))
            .ShouldNotBeNull().Until.ShouldBe(At("2026-06-12T06:00:00Z"));

    [Fact]
    public void Every_zone_of_the_table_is_known_to_this_machine() =>
        TimeZones.Named.Where(name => !TimeZoneInfo.TryFindSystemTimeZoneById(name, out _)).ShouldBeEmpty();

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
