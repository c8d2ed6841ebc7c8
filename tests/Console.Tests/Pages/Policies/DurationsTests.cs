using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Sms.Console.Pages.Policies;

namespace Sms.Console.Tests.Pages.Policies;

public sealed class DurationsTests
{
    private static readonly IStringLocalizer<PolicyWords> Words =
        new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider().GetRequiredService<IStringLocalizer<PolicyWords>>();

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1 s")]
    [InlineData(90, "1 min 30 s")]
    [InlineData(86_400, "1 day")]
    [InlineData(2 * 86_400 + 12 * 3_600, "2 days 12 h")]
    public void What_is_written_is_read_as_the_same(long seconds, string written)
    {
        Durations.Written(Words, seconds).ShouldBe(written);
        Durations.Seconds(Words, written).ShouldBe(seconds);
    }

    [Theory]
    [InlineData("4h", 14_400)]
    [InlineData(" 4  Hours ", 14_400)]
    [InlineData("1d 30 MIN", 88_200)]
    [InlineData("1 h1 h", 7_200)]
    public void It_is_read_as_people_write_it(string written, long seconds) => Durations.Seconds(Words, written).ShouldBe(seconds);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("soon")]
    [InlineData("1 h 30")]
    [InlineData("-1 h")]
    [InlineData("1.5 h")]
    [InlineData("1 month")]
    [InlineData("99999999 s")]
    public void What_says_no_unit_or_makes_no_sense_is_not_read(string? written) => Durations.Seconds(Words, written).ShouldBeNull();

    [Fact]
    public void Days_are_neither_written_nor_read_where_they_differ_in_length()
    {
        Durations.Written(Words, 2 * 86_400, "hour").ShouldBe("48 h");
        Durations.Seconds(Words, "48 h", "hour").ShouldBe(2 * 86_400);
        Durations.Seconds(Words, "2 days", "hour").ShouldBeNull();
    }
}
