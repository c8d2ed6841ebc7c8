using RabbitMQ.Client;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class TopologyTests : IAsyncLifetime
{
    private readonly TallyUnderTest _tally = new();

    public ValueTask InitializeAsync() => _tally.InitializeAsync();

    public ValueTask DisposeAsync() => _tally.DisposeAsync();

    internal static InboundSmsScreened Verdict(Guid sms, string verdict = "clear") => new()
    {
        SmsId = sms, Endpoint = "e", From = "f", To = "t", Verdict = verdict, RepliesAllowed = true, OptedOut = false,
        SentAt = DateTimeOffset.UnixEpoch, ScreenedAt = DateTimeOffset.UnixEpoch,
    };

    [RealServersFact]
    public async Task What_is_published_before_a_consumer_was_ever_started_waits_for_it()
    {
        await Declare();
        var sms = Guid.NewGuid();
        await _tally.PublishFromOutside(Verdict(sms));

        await _tally.Start();
        await Eventually.Sees(() => _tally.SumOf(sms), sum => sum == 1);
    }

    [RealServersFact]
    public async Task Consumers_and_topology_declare_the_same_whoever_comes_first()
    {
        foreach (var consumerFirst in (bool[])[true, false])
        {
            if (consumerFirst)
                await _tally.Start();
            // Twice, because a declaration of what exists must agree with it.
            for (var time = 0; time < 2; time++)
            {
                await Declare();
            }
            if (!consumerFirst)
                await _tally.Start();

            // The error queue is declared by the bus when it is first needed.
            var (sms, nonsense) = (Guid.NewGuid(), Guid.NewGuid());
            await _tally.PublishFromOutside(Verdict(nonsense, "nonsense"));
            await _tally.DeadLetter(RecordVerdict.Queue, nonsense);
            await _tally.PublishFromOutside(Verdict(sms));
            await Eventually.Sees(() => _tally.SumOf(sms), sum => sum == 1);

            await Declare();
            await _tally.Stop();
        }
    }

    [RealServersFact]
    public async Task Every_message_reaches_every_queue_it_is_meant_for()
    {
        await Declare();
        await using var channel = await _tally.Broker.Channel();
        foreach (var (message, queues) in Topology.Subscriptions)
        {
            await channel.BasicPublishAsync(message, "", mandatory: false, new BasicProperties(), new ReadOnlyMemory<byte>([1]));
            foreach (var queue in queues)
                await Eventually.Sees(() => _tally.Broker.Depth(queue), depth => depth == 1);
        }
        foreach (var queue in Topology.Subscriptions.SelectMany(s => s.Queues))
            (await _tally.Broker.Depth(Bus.ErrorQueue(queue))).ShouldBe(0U);
    }

    [Fact]
    public void Queues_are_named_after_their_service_and_use_case()
    {
        Bus.Names("outbound").Consumer<AddCount>().ShouldBe(AddCount.Queue);
        Bus.Names("outbound").Consumer<RecordVerdict>().ShouldBe(RecordVerdict.Queue);
        Bus.ErrorQueue(AddCount.Queue).ShouldBe("outbound-add-count_error");
    }

    private async Task Declare()
    {
        await using var channel = await _tally.Broker.Channel();
        await Topology.Declare(channel, CancellationToken.None);
    }
}
