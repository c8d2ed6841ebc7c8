using System.Diagnostics;
using System.Globalization;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.Benchmarks;

/// <summary>How long after it was acknowledged a text is heard of by a consumer, on an idle platform.</summary>
internal static class BusDelay
{
    public static Task Run() => Servers.With(async (database, broker) =>
    {
        await using var ingress = await Subject.Ingress(database.ConnectionString, broker.Address);
        var heard = await broker.Hear<InboundSmsReceived>();
        await Load.One(ingress.Port);
        await Eventually.Sees(() => heard.Messages.Count, count => count == 1);
        foreach (var (name, texts, pause) in new[] { ("a text every 25 ms", 200, 25), ("a text every 2 s", 10, 2000) })
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
    });
}
