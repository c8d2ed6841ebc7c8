using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Npgsql;
using RabbitMQ.Client;
using Sms.Testing;

namespace Sms.ServiceHost.Tests.DeadLetters;

/// <summary>Letters on their way between the queues and the store, while something is away or dies.</summary>
public sealed class KeepDeadLettersTests : IAsyncLifetime
{
    private readonly TallyUnderTest _tally = new();

    public ValueTask InitializeAsync() => _tally.InitializeAsync();

    public ValueTask DisposeAsync() => _tally.DisposeAsync();

    [RealServersFact]
    public async Task What_lay_in_an_error_queue_before_is_taken_out_once_by_any_number_of_instances()
    {
        await _tally.Start();
        await _tally.Stop();
        // Each twice, as after a move that was cut off before it was acknowledged.
        var letters = Enumerable.Range(0, 40).Select(_ => Guid.NewGuid()).ToList();
        await using var channel = await _tally.Broker.Channel();
        foreach (var message in letters.Concat(letters))
            await Bury(channel, message, DateTimeOffset.UnixEpoch);

        await _tally.Start();
        await _tally.Start();
        await Eventually.Sees(() => _tally.Broker.Depth(Bus.ErrorQueue(AddCount.Queue)), depth => depth == 0);
        var kept = await Eventually.Sees(Kept, rows => rows.Count == 40);
        kept.Select(row => row.GetProperty("messageId").GetGuid()).ShouldBe(letters, ignoreOrder: true);
        kept.ShouldAllBe(row => row.GetProperty("failures").GetInt32() == 1);
    }

    [RealServersFact]
    public async Task While_the_database_is_away_a_letter_stays_in_its_queue()
    {
        await _tally.Start();
        await using var channel = await _tally.Broker.Channel();
        var letters = Enumerable.Range(0, 10).Select(_ => Guid.NewGuid()).ToList();
        await using (await _tally.DatabaseOutage())
        {
            foreach (var message in letters)
                await Bury(channel, message, DateTimeOffset.UnixEpoch);
            // Some are in hand; they come back to the queue when the one that has them ends.
            await Eventually.Sees(() => _tally.Broker.Depth(Bus.ErrorQueue(AddCount.Queue)), depth => depth < 10);
            await _tally.Stop();
            await Eventually.Sees(() => _tally.Broker.Depth(Bus.ErrorQueue(AddCount.Queue)), depth => depth == 10);
        }
        await _tally.Start();
        await Eventually.Sees(Kept, rows => rows.Count == 10);
        await Eventually.Sees(() => _tally.Broker.Depth(Bus.ErrorQueue(AddCount.Queue)), depth => depth == 0);
    }

    [RealServersFact]
    public async Task After_an_outage_of_the_database_what_was_in_hand_is_kept()
    {
        await _tally.Start();
        await using var channel = await _tally.Broker.Channel();
        await using (await _tally.DatabaseOutage())
        {
            for (var n = 0; n < 10; n++)
                await Bury(channel, Guid.NewGuid(), DateTimeOffset.UnixEpoch);
            await Eventually.Sees(() => _tally.Broker.Depth(Bus.ErrorQueue(AddCount.Queue)), depth => depth < 10);
        }
        await Eventually.Sees(Kept, rows => rows.Count == 10);
        await Eventually.Sees(() => _tally.Broker.Depth(Bus.ErrorQueue(AddCount.Queue)), depth => depth == 0);
    }

    [RealServersFact]
    public async Task While_the_broker_is_away_a_requeue_is_refused_and_letters_are_taken_again_once_it_is_back()
    {
        await using var line = new Line(_tally.Broker.Address);
        await _tally.Start(line.Address);
        await using var channel = await _tally.Broker.Channel();
        await Bury(channel, Guid.NewGuid(), DateTimeOffset.UnixEpoch);
        var letter = (await Eventually.Sees(Kept, rows => rows.Count == 1))[0].GetProperty("id").GetGuid();

        line.Refuse();
        using (var refused = await _tally.Call(HttpMethod.Post, $"/dead-letters/{letter}/requeue", "{}"))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("broker");
        }
        (await Kept())[0].GetProperty("state").GetString().ShouldBe("open");
        line.Accept();

        await Bury(channel, Guid.NewGuid(), DateTimeOffset.UnixEpoch);
        await Eventually.Sees(Kept, rows => rows.Count == 2);
    }

    [RealServersFact]
    public async Task An_error_queue_that_was_deleted_is_declared_and_listened_to_again()
    {
        await _tally.Start();
        await using var channel = await _tally.Broker.Channel();
        await channel.QueueDeleteAsync(Bus.ErrorQueue(AddCount.Queue), ifUnused: false, ifEmpty: false);
        await Eventually.Sees(() => _tally.Broker.Depth(Bus.ErrorQueue(AddCount.Queue)), depth => depth == 0);
        await Bury(channel, Guid.NewGuid(), DateTimeOffset.UnixEpoch);
        await Eventually.Sees(Kept, rows => rows.Count == 1);
    }

    [RealServersFact]
    public async Task Killed_between_the_broker_and_the_log_a_requeue_is_asked_for_again_and_the_message_counts_once()
    {
        await using var process = await TallyProcess.Start(_tally);
        await using var channel = await _tally.Broker.Channel();
        var sms = Guid.NewGuid();
        await _tally.PublishFromOutside(TopologyTests.Verdict(sms, "nonsense"));
        var letter = (await Eventually.Sees(
            async () => (await process.Get("/dead-letters")).GetProperty("items"), rows => rows.GetArrayLength() == 1))[0].GetProperty("id").GetGuid();

        // Whoever holds the stream's row keeps the log waiting; the broker has the message by then.
        await using var database = NpgsqlDataSource.Create(_tally.StoreConnection);
        var edit = JsonSerializer.Serialize(new { body = TopologyTests.Verdict(sms) }, JsonSerializerOptions.Web);
        await using (var connection = await database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var hold = new NpgsqlCommand("select 1 from mt_streams where id = $1 for update", connection))
            {
                hold.Parameters.Add(new NpgsqlParameter { Value = $"dead-letter-{letter}" });
                (await hold.ExecuteScalarAsync()).ShouldNotBeNull();
            }
            var cutOff = process.Post($"/dead-letters/{letter}/requeue", edit);
            var commit = await Eventually.Sees<int?>(() => WaitingForALock(database), waiting => waiting is not null);
            await process.Kill();
            // The server would finish what it was sent before the end of whoever sent it.
            await using (var end = database.CreateCommand("select pg_terminate_backend($1)"))
            {
                end.Parameters.Add(new NpgsqlParameter { Value = commit });
                await end.ExecuteScalarAsync();
            }
            await Eventually.Sees<int?>(() => WaitingForALock(database), waiting => waiting is null);
            await Should.ThrowAsync<HttpRequestException>(() => cutOff);
        }

        await _tally.Start();
        await Eventually.Sees(() => _tally.SumOf(sms), sum => sum == 1);
        (await _tally.Get($"/dead-letters/{letter}", "ada")).GetProperty("letter").GetProperty("state").GetString().ShouldBe("open");
        using (var again = await _tally.Call(HttpMethod.Post, $"/dead-letters/{letter}/requeue", edit))
            again.StatusCode.ShouldBe(HttpStatusCode.OK);
        // What is sent after it is handled after it or beside it; both have been taken once the queue is empty and this counts.
        var next = Guid.NewGuid();
        await _tally.PublishFromOutside(TopologyTests.Verdict(next));
        await Eventually.Sees(() => _tally.SumOf(next), sum => sum == 1);
        await Eventually.Sees(() => _tally.Broker.Depth(RecordVerdict.Queue), depth => depth == 0);
        (await _tally.SumOf(sms)).ShouldBe(1);
        (await _tally.Get($"/dead-letters/{letter}", "ada")).GetProperty("letter").GetProperty("state").GetString().ShouldBe("requeued");
        (await _tally.DeadLetters(RecordVerdict.Queue)).ShouldBe(0);
    }

    private static async Task<int?> WaitingForALock(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
        return (int?)await command.ExecuteScalarAsync();
    }

    private async Task<List<JsonElement>> Kept() => [.. (await _tally.Get($"/dead-letters?queue={AddCount.Queue}&limit=200")).GetProperty("items").EnumerateArray()];

    /// <summary>Puts a message into an error queue as MassTransit does.</summary>
    private static async Task Bury(IChannel channel, Guid message, DateTimeOffset failedAt) => await channel.BasicPublishAsync(
        "", Bus.ErrorQueue(AddCount.Queue), mandatory: true,
        new BasicProperties
        {
            MessageId = message.ToString(), DeliveryMode = DeliveryModes.Persistent,
            Headers = new Dictionary<string, object?>
            {
                ["MT-Fault-ExceptionType"] = "System.Exception", ["MT-Fault-Message"] = "no", ["MT-Fault-Timestamp"] = failedAt.ToString("O"),
            },
        },
        Encoding.UTF8.GetBytes("{}"));

    /// <summary>The tally as a process of its own, to be killed.</summary>
    private sealed class TallyProcess(Process process, HttpClient http) : IAsyncDisposable
    {
        public static async Task<TallyProcess> Start(TallyUnderTest tally)
        {
            var address = $"http://127.0.0.1:{FreePort()}";
            var process = Process.Start(new ProcessStartInfo(
                "dotnet", ["exec", typeof(Program).Assembly.Location, Program.Argument, tally.StoreConnection, tally.Broker.Address.ToString(), address])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            var http = new HttpClient { BaseAddress = new Uri(address) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TallyUnderTest.SecretOf("boss"));
            await Eventually.Sees(async () => (await http.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.OK, TimeSpan.FromSeconds(60));
            return new TallyProcess(process, http);
        }

        public async Task<JsonElement> Get(string path) => JsonElement.Parse(await http.GetStringAsync(path));

        public Task<HttpResponseMessage> Post(string path, string body) => http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

        public async Task Kill()
        {
            if (process.HasExited)
                return;
            process.Kill();
            await process.WaitForExitAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Kill();
            process.Dispose();
            http.Dispose();
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
