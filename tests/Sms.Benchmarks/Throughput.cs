using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Sms.Benchmarks;

/// <summary>
/// How many webhooks are accepted, of Ingress and of receivers that do less, on the same machine in the same minutes: what
/// counts is the ratio, because the machine is never the same.
/// </summary>
internal static class Throughput
{
    private const string Verifying = "a. verifying only";
    private const string Inserting = "b. one INSERT per request";
    private const string Node = "c. node, insert and publish";
    private const string BrokerAway = "d. ingress, broker away";
    private const string Publishing = "e. ingress, publishing";
    private const string HalfOfLasting = "e. at half of what lasts";
    private const string HalfOfBurst = "e. at half of the burst";

    private const int Connections = 64;
    private static readonly string[] Baselines = [Verifying, Inserting, Node];
    private static readonly SortedDictionary<string, List<Load.Result>> Measured = new(StringComparer.Ordinal);

    // Long enough for the runtime to have compiled the hot path for good: a service runs for weeks.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task Run(int rounds)
    {
        Console.WriteLine($"Accepted webhooks, {Connections} connections, {rounds} interleaved rounds of {Duration.TotalSeconds} s, medians; all on this machine's {Environment.ProcessorCount} cores.");
        var node = NodeReceiver();
        for (var round = 0; round < rounds; round++)
        {
            await Measure(Verifying, () => Subject.Baseline(Receivers.Verify, Sms.Testing.TestServers.Postgres!));
            await Servers.WithDatabase(db => Measure(Inserting, () => Subject.Baseline(Receivers.Insert, db.ConnectionString)));
            if (node is not null)
                await Servers.With((db, broker) => Measure(Node, () => Subject.Node(node, db.ConnectionString, broker.Address)));
            // Nothing listens on the discard port: the texts wait in the log, as they do while the broker is away.
            await Servers.WithDatabase(db => Measure(BrokerAway, () => Subject.Ingress(db.ConnectionString, new Uri("amqp://127.0.0.1:9"))));
            await Servers.With((db, broker) => MeasurePublishing(db.ConnectionString, broker.Address));
        }

        var columns = Baselines.Where(Measured.ContainsKey).ToArray();
        Console.WriteLine($"{"",-30}{"per s",9}{"p50 ms",9}{"p99 ms",9}{string.Concat(columns.Select(c => $"{"/ " + c[..1],7}"))}{"failed",8}");
        foreach (var what in Measured.Keys)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{what,-30}{Median(what, r => r.PerSecond),9:0}{Median(what, r => r.P50),9:0.0}{Median(what, r => r.P99),9:0.0}{string.Concat(columns.Select(c => string.Create(CultureInfo.InvariantCulture, $"{Median(what, r => r.PerSecond) / Median(c, r => r.PerSecond),7:0.00}")))}{Measured[what].Sum(r => r.Failed),8}"));
    }

    private static double Median(string what, Func<Load.Result, double> of) => Load.At([.. Measured[what].Select(of).Order()], 0.5);

    private static async Task Measure(string what, Func<Task<Subject>> start)
    {
        await using var subject = await start();
        await Load.Run(subject.Port, Connections, WarmUp);
        subject.CpuSinceLastAsked();
        Add(what, subject, await Load.Run(subject.Port, Connections, Duration));
    }

    /// <summary>
    /// A burst at full speed, then half of the rate that could go on for ever, announcing included, and half of the burst; each begun with
    /// nothing left to announce. And how far announcing lagged behind.
    /// </summary>
    private static async Task MeasurePublishing(string connectionString, Uri broker)
    {
        await using var ingress = await Subject.Ingress(connectionString, broker);
        await Load.Run(ingress.Port, Connections, WarmUp);
        await UntilAnnounced(connectionString);
        ingress.CpuSinceLastAsked();
        var burst = await Load.Run(ingress.Port, Connections, Duration);
        Add(Publishing, ingress, burst);
        var lasting = burst.Accepted / (Duration + await UntilAnnounced(connectionString)).TotalSeconds;
        foreach (var (what, rate) in new[] { (HalfOfLasting, lasting / 2), (HalfOfBurst, burst.PerSecond / 2) })
        {
            ingress.CpuSinceLastAsked();
            Add(what, ingress, await Load.Run(ingress.Port, Connections, Duration, rate));
            await UntilAnnounced(connectionString);
        }
    }

    private static void Add(string what, Subject subject, Load.Result result)
    {
        if (!Measured.TryGetValue(what, out var results))
            Measured.Add(what, results = []);
        results.Add(result);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {what,-30}{result.PerSecond,9:0} per s, p50 {result.P50:0.0} ms, p99 {result.P99:0.0} ms, {subject.CpuSinceLastAsked().TotalMicroseconds / result.Accepted:0} us of its process's CPU each, {subject.MemoryMb:0} MB"));
    }

    /// <summary>Waits for the relay: what is accepted is done for the gateway, and a backlog for everybody else.</summary>
    private static async Task<TimeSpan> UntilAnnounced(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        var (watch, (announced, accepted)) = (Stopwatch.StartNew(), await Announced(database));
        var backlog = accepted - announced;
        for (; announced < accepted; (announced, accepted) = await Announced(database))
            await Task.Delay(100);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"    {backlog} texts were still to be announced then; all of them were {watch.Elapsed.TotalSeconds:0.0} s later"));
        return watch.Elapsed;
    }

    private static async Task<(long Announced, long Accepted)> Announced(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            "select (select count(*) from mt_events where seq_id <= last_seq_id), (select count(*) from mt_events) from mt_event_progression");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static string? NodeReceiver()
    {
        var folder = Path.Combine(
            Environment.GetEnvironmentVariable("SMS_ROOT") ?? Directory.GetCurrentDirectory(), "tests/Sms.Benchmarks/node-receiver");
        if (Directory.Exists(Path.Combine(folder, "node_modules")))
            return Path.Combine(folder, "receiver.js");
        Console.WriteLine("Without the Node receiver: its packages are not installed (npm ci in tests/Sms.Benchmarks/node-receiver).");
        return null;
    }
}
