using Microsoft.Extensions.Configuration;
using Sms.AutoReply.UseCases;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class ReplyLifetimeTests
{
    [Fact]
    public void A_reply_is_worth_sending_for_a_quarter_of_an_hour() => From(null).ShouldBe(TimeSpan.FromMinutes(15));

    [Fact]
    public void Another_time_can_be_set() => From("01:00:00").ShouldBe(TimeSpan.FromHours(1));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("00:00:00")]
    [InlineData("-00:01:00")]
    public void An_impossible_time_stops_the_service_from_starting(string setting) =>
        Should.Throw<InvalidOperationException>(() => From(setting)).Message.ShouldContain("AutoReply:ReplyLifetime");

    private static TimeSpan From(string? setting) => ReplyLifetime.From(new ConfigurationBuilder()
        .AddInMemoryCollection(setting is null ? [] : [KeyValuePair.Create("AutoReply:ReplyLifetime", (string?)setting)]).Build()).Value;
}
