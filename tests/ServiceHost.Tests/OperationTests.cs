using System.Diagnostics;
using System.Text.Json;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class OperationTests : IAsyncLifetime
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);

    private readonly TallyUnderTest _tally = new();

    public ValueTask InitializeAsync() => _tally.InitializeAsync();

    public ValueTask DisposeAsync() => _tally.DisposeAsync();

    [RealServersFact]
    public async Task An_instance_says_who_it_is_and_that_it_is_well()
    {
        await _tally.Start();
        var about = await _tally.Get("/about");
        about.GetProperty("service").GetString().ShouldBe("outbound");
        about.GetProperty("version").GetString()!.ShouldStartWith("1.0.0");
        about.GetProperty("engine").GetString().ShouldBeOneOf("Npgsql", "Marten");
        about.GetProperty("host").GetString().ShouldBe(Environment.MachineName);
        about.GetProperty("processId").GetInt32().ShouldBe(Environment.ProcessId);
        about.GetProperty("startedAt").GetDateTimeOffset().ShouldBeLessThan(DateTimeOffset.UtcNow);
        about.GetProperty("uptimeSeconds").GetInt64().ShouldBeInRange(0, 24 * 3600);
        about.GetProperty("dotNet").GetString().ShouldBe(Environment.Version.ToString());
        about.GetProperty("memoryBytes").GetInt64().ShouldBeGreaterThan(about.GetProperty("heapBytes").GetInt64());
        foreach (var server in (string[])["store", "bus"])
            about.GetProperty(server).GetProperty("answers").GetBoolean().ShouldBeTrue();
        about.ToString().ShouldNotContain(_tally.Broker.Address.UserInfo.Split(':')[1]);
    }

    [RealServersFact]
    public async Task A_queue_tells_what_waits_in_it_and_who_takes_from_it()
    {
        await _tally.Start();
        var acknowledgement = new TaskCompletionSource();
        _tally.Troubles.Acknowledgement = acknowledgement.Task;
        // The consumer's hands hold 32.
        for (var n = 0; n < 40; n++)
            await _tally.Publish(new Count(Guid.NewGuid(), 1));
        await Eventually.Sees(() => Queue(AddCount.Queue), queue => queue.GetProperty("ready").GetInt32() == 8);
        var queue = await Queue(AddCount.Queue);
        queue.GetProperty("consumers").GetInt32().ShouldBe(1);
        queue.GetProperty("reason").ValueKind.ShouldBe(JsonValueKind.Null);
        queue.GetProperty("messages")[0].GetString().ShouldBe("Sms.ServiceHost.Tests:Count");
        acknowledgement.SetResult();
        await Eventually.Sees(() => Queue(AddCount.Queue), queue => queue.GetProperty("ready").GetInt32() == 0);
    }

    [RealServersFact]
    public async Task A_queue_that_is_not_there_is_said_to_be_missing_and_the_others_are_counted()
    {
        await _tally.Start();
        await using (var channel = await _tally.Broker.Channel())
            await channel.QueueDeleteAsync(AddCount.Queue, ifUnused: false, ifEmpty: false);
        (await Queue(AddCount.Queue)).GetProperty("reason").GetString().ShouldBe("The queue is not there yet.");
        (await Queue(RecordVerdict.Queue)).GetProperty("ready").GetInt32().ShouldBe(0);
    }

    [RealServersFact]
    public async Task While_the_broker_or_the_database_is_away_it_says_so_in_time()
    {
        await using var line = new Line(_tally.Broker.Address);
        await _tally.Start(line.Address);
        (await _tally.Get("/about")).GetProperty("bus").GetProperty("answers").GetBoolean().ShouldBeTrue();

        line.Swallow();
        await InTime("/about", about => about.GetProperty("bus").GetProperty("answers").GetBoolean().ShouldBeFalse());
        await InTime("/queues", queues =>
        {
            queues[0].GetProperty("ready").ValueKind.ShouldBe(JsonValueKind.Null);
            queues[0].GetProperty("reason").GetString()!.ShouldStartWith("The broker ");
        });
        await using (await _tally.DatabaseOutage())
            await InTime("/about", about => about.GetProperty("store").GetProperty("reason").GetString()!.ShouldStartWith("The database "));
        line.Cut();
    }

    private async Task InTime(string path, Action<JsonElement> look)
    {
        var watch = Stopwatch.StartNew();
        look(await _tally.Get(path));
        watch.Elapsed.ShouldBeLessThan(Promised);
    }

    private async Task<JsonElement> Queue(string name) =>
        (await _tally.Get("/queues")).EnumerateArray().Single(queue => queue.GetProperty("name").GetString() == name);
}
