using Sms.BusMessages;
using Sms.Testing;

namespace Sms.Outbound.Tests.UseCases;

/// <summary>A gateway is handed one text after the other, by all instances together, and nobody is starved.</summary>
public sealed class TurnsTests(OutboundWithGateway outbound) : IClassFixture<OutboundWithGateway>
{
    private const double Interval = 0.4;

    [RealServersFact]
    public async Task Two_instances_together_keep_the_interval_of_a_number()
    {
        await outbound.Another();
        var (from, texts) = (Number(), Enumerable.Range(0, 8).Select(_ => new Customer().Answer() with { Endpoint = "slow" }).ToArray());
        texts = [.. texts.Select(text => text with { From = from })];
        await outbound.Hear([.. texts, .. texts.Select(Customer.Clear)]);

        var left = (await Task.WhenAll(texts.Select(LeftAt))).Order().ToList();
        // The turn is taken right before the claim is committed; the clock of the claim is a moment earlier or later.
        left.Zip(left.Skip(1), (one, next) => (next - one).TotalSeconds).ShouldAllBe(between => between > Interval - 0.15);
        (left[^1] - left[0]).TotalSeconds.ShouldBeInRange(7 * Interval - 0.15, 7 * Interval + 5);
    }

    [RealServersFact]
    public async Task Flood_to_one_person_does_not_starve_the_others_and_a_confirmation_goes_first()
    {
        var (from, flooded, quiet) = (Number(), new Customer(), new Customer());
        var flood = Enumerable.Range(0, 12).Select(no => flooded.Answer() with { Endpoint = "slow", From = from, Text = $"{no}" }).ToArray();
        await outbound.Hear([.. flood, .. flood.Select(Customer.Clear)]);
        await LeftAt(flood[0]);

        var (answer, stopped) = (quiet.Answer() with { Endpoint = "slow", From = from }, quiet.Answer() with { Endpoint = "slow", From = from });
        stopped = stopped with { To = new Customer().Number };
        await outbound.Hear(answer, Customer.Clear(answer), Customer.Stop(stopped));
        var ofTheFlood = await Task.WhenAll(flood.Select(LeftAt));
        foreach (var sendId in new[] { answer.SendId, Customer.Confirmation(stopped) })
        {
            var history = (await outbound.Becomes(sendId, "accepted")).History;
            var (cleared, left) = (At(history, "cleared"), At(history, "dispatching"));
            // One that was on its way already, and the other of these two.
            ofTheFlood.Count(at => at > cleared && at < left).ShouldBeLessThanOrEqualTo(2);
        }
        static DateTimeOffset At(IEnumerable<Views.SentLog.Change> history, string state) => history.Single(change => change.State == state).At;
        await RebuiltViews.ShouldEqualLive(outbound);
    }

    [RealServersFact]
    public async Task Numbers_do_not_wait_for_each_other()
    {
        var texts = Enumerable.Range(0, 6).Select(_ => new Customer().Answer() with { Endpoint = "slow", From = Number() }).ToArray();
        await outbound.Hear([.. texts, .. texts.Select(Customer.Clear)]);
        var left = (await Task.WhenAll(texts.Select(LeftAt))).Order().ToList();
        (left[^1] - left[0]).TotalSeconds.ShouldBeLessThan(5 * Interval);
    }

    private static string Number() => $"+65{Random.Shared.NextInt64(10_000_000, 99_999_999)}";

    private async Task<DateTimeOffset> LeftAt(SendSms text) =>
        (await outbound.Becomes(text.SendId, "accepted")).History.Single(change => change.State == "dispatching").At;
}
