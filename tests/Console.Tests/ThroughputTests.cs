namespace Sms.Console.Tests;

public sealed class ThroughputTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Facts_per_second_are_what_the_log_grew_by() => Rates((0, 100), (5, 150), (10, 150)).ShouldBe([10d, 0d]);

    [Fact]
    public void While_a_service_does_not_answer_nothing_is_known() => Rates((0, 100), (5, null), (10, 200), (15, 210)).ShouldBe([null, null, 2d]);

    [Fact]
    public void A_log_that_was_reset_did_not_run_backwards() => Rates((0, 100), (5, 0)).ShouldBe([0d]);

    [Fact]
    public void One_look_tells_nothing_yet() => Rates((0, 100)).ShouldBeEmpty();

    private static IEnumerable<double?> Rates(params (int At, int? End)[] samples) =>
        Throughput.Rates([.. samples.Select(sample => new Throughput.Sample(Noon.AddSeconds(sample.At), sample.End))]).Select(rate => rate.PerSecond);
}
