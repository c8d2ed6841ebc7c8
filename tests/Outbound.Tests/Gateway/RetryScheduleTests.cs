using Sms.Outbound.Gateway;
using static Sms.Outbound.Gateway.GatewayAnswer;

namespace Sms.Outbound.Tests.Gateway;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(20, 300)]
    [InlineData(5000, 300)]
    public void Waits_double_up_to_five_minutes(int attempt, int seconds)
    {
        Wait(new TryLater("http-503"), attempt, jitter: 1).ShouldBe(TimeSpan.FromSeconds(seconds));
        Wait(new TryLater("http-503"), attempt, jitter: 0).ShouldBe(TimeSpan.FromSeconds(seconds) / 2);
    }

    [Fact]
    public void Phone_that_is_away_is_asked_again_within_a_minute() =>
        Wait(new WaitForDevice("http-503"), 100, jitter: 1).ShouldBe(TimeSpan.FromMinutes(1));

    [Fact]
    public void Wrong_configuration_is_tried_again_slowly_from_the_start() =>
        Wait(new WaitForOperator("http-401"), 1, jitter: 1).ShouldBe(TimeSpan.FromSeconds(30));

    [Fact]
    public void Gateway_that_recognises_a_repetition_gets_one_soon_after_an_unknown_outcome() =>
        Wait(new Unknown("timeout"), 1, jitter: 1).ShouldBe(TimeSpan.FromSeconds(1));

    [Fact]
    public void Gateway_that_says_when_to_come_back_is_never_asked_earlier()
    {
        Wait(new TryLater("http-429", TimeSpan.FromSeconds(90)), 1, jitter: 0).ShouldBe(TimeSpan.FromSeconds(90));
        Wait(new TryLater("http-429", TimeSpan.FromSeconds(90)), 1, jitter: 0.5).ShouldBe(TimeSpan.FromSeconds(90.5));
    }

    [Fact]
    public void What_is_done_is_not_tried_again()
    {
        Wait(new Accepted("msg_1"), 1, 0).ShouldBeNull();
        Wait(new GiveUp("http-400"), 1, 0).ShouldBeNull();
        Wait(new Blocked("21610"), 1, 0).ShouldBeNull();
    }

    private static TimeSpan? Wait(GatewayAnswer answer, int attempt, double jitter) =>
        RetrySchedule.Next(answer, attempt, Noon, jitter) - Noon;
}
