using Microsoft.Extensions.Configuration;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class ConsumedLabelsTests(TallyUnderTest tally) : IClassFixture<TallyUnderTest>
{
    [RealServersFact]
    public async Task A_service_limited_to_labels_passes_over_all_others_and_keeps_none_of_them()
    {
        await tally.Start(labels: "support, orders");
        var (wanted, other, none, unlabelled) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await tally.Publish(new Count(other, 1, "marketing"));
        await tally.Publish(new Count(none, 1));
        await tally.Publish(new Count(wanted, 1, "orders"));
        await tally.Publish(new InboundSmsScreened
        {
            SmsId = unlabelled, Endpoint = "sms", From = "+1", To = "+2", Verdict = "clear", RepliesAllowed = true, OptedOut = false,
            SentAt = DateTimeOffset.UnixEpoch, ScreenedAt = DateTimeOffset.UnixEpoch,
        });

        await Eventually.Sees(() => tally.SumOf(wanted), sum => sum == 1);
        await Eventually.Sees(() => tally.SumOf(unlabelled), sum => sum == 1);
        await Eventually.Sees(() => tally.Broker.Depth(AddCount.Queue), depth => depth == 0);
        (await tally.SumOf(other)).ShouldBe(0);
        (await tally.SumOf(none)).ShouldBe(0);
        (await tally.Broker.Depth(AddCount.Queue + "_skipped") ?? 0).ShouldBe(0u);
        (await tally.DeadLetters(AddCount.Queue)).ShouldBe(0);
    }

    [Fact]
    public void Consent_cannot_be_limited()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Consumes:Labels"] = "support" }).Build();
        Should.Throw<InvalidOperationException>(() => ConsumedLabels.Of("optout", configuration)).Message.ShouldContain("Consumes:Labels");
        ConsumedLabels.Of("helpdesk", configuration)!.Include("support").ShouldBeTrue();
        ConsumedLabels.Of("optout", new ConfigurationBuilder().Build()).ShouldBeNull();
    }
}
