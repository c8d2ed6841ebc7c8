using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class LostDeliveriesTests : IAsyncLifetime
{
    private const int Messages = 60;

    private readonly TallyUnderTest _tally = new();

    public ValueTask InitializeAsync() => _tally.InitializeAsync();

    public ValueTask DisposeAsync() => _tally.DisposeAsync();

    [RealServersFact]
    public async Task Cut_off_from_the_broker_with_its_hands_full_it_comes_back_and_each_message_counts_once()
    {
        await using var line = new Line(_tally.Broker.Address);
        await _tally.Start(line.Address);
        var ids = Enumerable.Range(0, Messages).Select(_ => Guid.NewGuid()).ToArray();
        var acknowledgement = new TaskCompletionSource();
        _tally.Troubles.Acknowledgement = acknowledgement.Task;
        foreach (var id in ids)
            await _tally.PublishFromOutside(new Count(id, 5));
        await Eventually.Sees(() => ids.Count(id => _tally.Troubles.TriesOf(id) > 0), handled => handled == Bus.MessagesAtOnce);
        line.Cut();
        await Eventually.Sees(() => _tally.Broker.Depth(AddCount.Queue), depth => depth == Messages);
        acknowledgement.SetResult();

        foreach (var id in ids)
            await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 5, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task MassTransit_is_not_told_in_words_that_make_it_close_the_channel()
    {
        var lost = new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Library, 541, "Connection reset by peer"));
        foreach (var exception in new Exception[] { lost, new AlreadyClosedException(lost.ShutdownReason!), new EndOfStreamException() })
            (await Should.ThrowAsync<IOException>(() => new LostDeliveries().ReceiveFault(null!, exception))).ShouldNotBeOfType<EndOfStreamException>();
        await new LostDeliveries().ReceiveFault(null!, new InvalidOperationException("A fault of the consumer's own."));
    }
}
