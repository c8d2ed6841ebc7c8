using System.Diagnostics;
using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sms.ServiceHost;

namespace Sms.Benchmarks;

/// <summary>Whether Ingress's memory stays what it is over many texts, all of them published and consumed meanwhile.</summary>
internal static class Soak
{
    private const int Steps = 20;

    public static Task Run(int texts) => Servers.With(async (database, broker) =>
    {
        await using var ingress = await Subject.Ingress(database.ConnectionString, broker.Address);
        await using var channel = await broker.Channel();
        await Topology.Declare(channel, CancellationToken.None); // Ingress does it before it first publishes, which is not yet
        foreach (var queue in Topology.Subscriptions.Single(s => s.Message.EndsWith(":InboundSmsReceived", StringComparison.Ordinal)).Queues)
            await channel.BasicConsumeAsync(queue, autoAck: true, new AsyncEventingBasicConsumer(channel));

        var (accepted, watch) = (0L, Stopwatch.StartNew());
        for (var step = 1; step <= Steps; step++)
        {
            while (accepted < (long)texts * step / Steps)
                accepted += (await Load.Run(ingress.Port, 64, TimeSpan.FromSeconds(1))).Accepted;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{accepted,9} texts, {accepted / watch.Elapsed.TotalSeconds,6:0} per s: {ingress.MemoryMb:0} MB"));
        }
    });
}
