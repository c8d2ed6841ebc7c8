using System.Net;
using System.Text.Json;
using Npgsql;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class OutageTests : IAsyncLifetime
{
    private readonly TallyUnderTest _tally = new();

    public ValueTask InitializeAsync() => _tally.InitializeAsync();

    public ValueTask DisposeAsync() => _tally.DisposeAsync();

    [RealServersFact]
    public async Task While_the_database_is_away_messages_wait_and_are_handled_when_it_is_back()
    {
        await _tally.Start();
        var ids = Enumerable.Range(0, 40).Select(_ => Guid.NewGuid()).ToArray();
        await using (await _tally.DatabaseOutage())
        {
            foreach (var id in ids)
                await _tally.Publish(new Count(id, 5));
            // A bug would have been given up on by now.
            await Eventually.Sees(() => _tally.Troubles.TriesOf(ids[0]), tries => tries >= 5);

            using var ready = await _tally.Call(HttpMethod.Get, "/health/ready");
            ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            using var live = await _tally.Call(HttpMethod.Get, "/health/live");
            live.StatusCode.ShouldBe(HttpStatusCode.OK);
            using var read = await _tally.Call(HttpMethod.Get, $"/tallies/{ids[0]}");
            read.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            read.Headers.RetryAfter.ShouldNotBeNull();
        }

        foreach (var id in ids)
            await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 5);
        (await _tally.DeadLetters(AddCount.Queue)).ShouldBe(0);
    }

    [RealServersFact]
    public async Task A_message_that_brings_its_consumer_down_again_and_again_ends_among_the_errors_not_nowhere()
    {
        await _tally.Start();
        await _tally.Stop();
        foreach (var (queue, message) in ((string, object)[])
            [(AddCount.Queue, new Count(Guid.NewGuid(), 5)), (RecordVerdict.Queue, TopologyTests.Verdict(Guid.NewGuid()))])
        {
            if (message is Count count)
                await _tally.PublishFromOutside(count);
            else
                await _tally.PublishFromOutside((BusMessages.InboundSmsScreened)message);
            await using var channel = await _tally.Broker.Channel();
            for (var delivery = 0; await _tally.Broker.Depth(Bus.ErrorQueue(queue)) is not 1; delivery++)
            {
                delivery.ShouldBeLessThan(60);
                if (await channel.BasicGetAsync(queue, autoAck: false) is { } got)
                    await channel.BasicNackAsync(got.DeliveryTag, multiple: false, requeue: true);
                else
                    await Eventually.Sees(() => _tally.Broker.Depth(Bus.ErrorQueue(queue)), depth => depth == 1);
            }
            (await _tally.Broker.Depth(queue)).ShouldBe(0U);
        }

        await _tally.Start();
        foreach (var queue in (string[])[AddCount.Queue, RecordVerdict.Queue])
        {
            var letter = (await Eventually.Sees(() => _tally.Get($"/dead-letters?queue={queue}"), page => page.GetProperty("items").GetArrayLength() == 1))
                .GetProperty("items")[0];
            letter.GetProperty("exceptionType").ValueKind.ShouldBe(JsonValueKind.Null);
            letter.GetProperty("summary").GetString()!.ShouldStartWith("The broker gave it up (delivery_limit)");
            using var again = await _tally.Call(HttpMethod.Post, $"/dead-letters/{letter.GetProperty("id").GetGuid()}/requeue", "{}");
            again.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        await Eventually.Sees(() => _tally.Get("/streams?type=tally"), streams => streams.GetProperty("items").GetArrayLength() == 2);
    }

    [Theory]
    [InlineData("57P01", true)]
    [InlineData("57P03", true)]
    [InlineData("53300", true)]
    [InlineData("08006", true)]
    [InlineData("40P01", true)]
    [InlineData("40001", true)]
    [InlineData("23505", false)]
    [InlineData("22012", false)]
    [InlineData("42P01", false)]
    [InlineData("SM001", false)]
    public void An_error_of_the_database_is_an_outage_or_a_bug(string sqlState, bool outage) =>
        Bus.IsOutage(new PostgresException("it said", "ERROR", "ERROR", sqlState)).ShouldBe(outage);

    [Fact]
    public void A_broken_connection_is_an_outage_and_a_bug_is_not()
    {
        Bus.IsOutage(new NpgsqlException("broken")).ShouldBeTrue();
        Bus.IsOutage(new System.Net.Sockets.SocketException()).ShouldBeTrue();
        Bus.IsOutage(new InvalidOperationException()).ShouldBeFalse();
    }
}
