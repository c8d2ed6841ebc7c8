using System.Diagnostics;
using System.Globalization;
using Sms.Benchmarks;
using Sms.BusMessages;
using Sms.Testing;

if (args is ["receiver", var kind, var port, var database])
{
    await Receivers.Run(kind, int.Parse(port, CultureInfo.InvariantCulture), database);
    return 0;
}
if (args is ["load", var target, var seconds])
{
    Console.WriteLine(await Load.Run(
        int.Parse(target, CultureInfo.InvariantCulture), 64, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture))));
    return 0;
}
if (!TestServers.Present)
{
    Console.Error.WriteLine("The benchmark needs PostgreSQL and RabbitMQ: run ./sms bench.");
    return 1;
}

const int Connections = 64;
var rounds = args is ["--quick", ..] ? 1 : 3;
var measured = new SortedDictionary<string, List<Load.Result>>();
Console.WriteLine($"Accepted webhooks, {Connections} connections, {rounds} interleaved rounds of 5 s, medians; all on this machine's {Environment.ProcessorCount} cores.");
for (var round = 0; round < rounds; round++)
{
    await Measure("a. verifying only", () => Subject.Baseline(Receivers.Verify, TestServers.Postgres!));
    await WithDatabase(db => Measure("b. one INSERT per request", () => Subject.Baseline(Receivers.Insert, db.ConnectionString)));
    // Nothing listens on the discard port: the texts wait in the log, as they do while the broker is away.
    await WithDatabase(db => Measure("c. ingress, broker away", () => Subject.Ingress(db.ConnectionString, new Uri("amqp://127.0.0.1:9"))));
    await WithDatabase(db => WithBroker(broker => Measure("d. ingress, publishing", () => Subject.Ingress(db.ConnectionString, broker.Address))));
}

double Median(string what, Func<Load.Result, double> of) => Load.At([.. measured[what].Select(of).Order()], 0.5);
var baselines = measured.Keys.Take(2).ToArray();
Console.WriteLine($"{"",-28}{"per s",9}{"p50 ms",9}{"p99 ms",9}{"/ a",7}{"/ b",7}{"failed",8}");
foreach (var what in measured.Keys)
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what,-28}{Median(what, r => r.PerSecond),9:0}{Median(what, r => r.P50),9:0.0}{Median(what, r => r.P99),9:0.0}{Median(what, r => r.PerSecond) / Median(baselines[0], r => r.PerSecond),7:0.00}{Median(what, r => r.PerSecond) / Median(baselines[1], r => r.PerSecond),7:0.00}{measured[what].Sum(r => r.Failed),8}"));

await WithDatabase(db => WithBroker(async broker =>
{
    await using var ingress = await Subject.Ingress(db.ConnectionString, broker.Address);
    var heard = await broker.Hear<InboundSmsReceived>();
    await Load.One(ingress.Port);
    await Eventually.Sees(() => heard.Messages.Count, count => count == 1);
    foreach (var (name, texts, pause) in new[] { ("a text every 25 ms", 200, 25), ("a text every 2 s", rounds * 5, 2000) })
    {
        var delays = new List<double>();
        for (var i = 0; i < texts; i++)
        {
            var expected = heard.Messages.Count + 1;
            await Task.Delay(pause);
            await Load.One(ingress.Port);
            var acknowledged = Stopwatch.GetTimestamp();
            while (heard.Messages.Count < expected)
                await Task.Yield();
            delays.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
        }
        var sorted = delays.Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"From acknowledged to heard by a consumer, {name}: p50 {Load.At(sorted, 0.5):0.0} ms, p90 {Load.At(sorted, 0.9):0.0} ms, max {sorted[^1]:0.0} ms"));
    }
}));
return 0;

async Task Measure(string what, Func<Task<Subject>> start)
{
    await using var subject = await start();
    // Long enough for the runtime to have compiled the hot path for good: a service runs for weeks.
    await Load.Run(subject.Port, Connections, TimeSpan.FromSeconds(8));
    var cpu = subject.CpuTime;
    var result = await Load.Run(subject.Port, Connections, TimeSpan.FromSeconds(5));
    cpu = subject.CpuTime - cpu;
    if (!measured.TryGetValue(what, out var results))
        measured.Add(what, results = []);
    results.Add(result);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"  {what,-28}{result.PerSecond,9:0} per s, p99 {result.P99:0.0} ms, {cpu.TotalMicroseconds / result.Accepted:0} us of its process's CPU each, {subject.MemoryMb:0} MB"));
}

static async Task WithDatabase(Func<PostgresDatabase, Task> use)
{
    await using var database = new PostgresDatabase();
    await database.InitializeAsync();
    await use(database);
}

static async Task WithBroker(Func<BrokerVhost, Task> use)
{
    await using var broker = new BrokerVhost();
    await broker.InitializeAsync();
    await use(broker);
}
