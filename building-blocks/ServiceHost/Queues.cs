using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RabbitMQ.Client.Exceptions;

namespace Sms.ServiceHost;

/// <summary>A service's queues as the broker sees them at the moment.</summary>
internal sealed class Queues(OwnQueues own, BrokerLine broker)
{
    private const int NotFound = 404;

    /// <summary>One queue.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Messages">The types of messages that its consumer takes.</param>
    /// <param name="Ready">Messages that wait in it; those being handled are not counted. Null when that cannot be told.</param>
    /// <param name="Consumers">How many instances take from it; null when that cannot be told.</param>
    /// <param name="Reason">Why it cannot be told.</param>
    public sealed record Row(string Name, IReadOnlyList<string> Messages, uint? Ready, uint? Consumers, string? Reason);

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/queues", (Queues queues, CancellationToken ct) => queues.Look(ct)).WithName("ListQueues").WithTags("Operation")
            .WithSummary("The service's queues: messages that wait, consumers, and dead letters that are open; within two seconds, whatever is away");

    private async Task<IReadOnlyList<Row>> Look(CancellationToken ct)
    {
        var depths = new Dictionary<string, (uint Ready, uint Consumers)>();
        var reason = await About.Refusal("The broker", stop => Measure(depths, stop), ct);
        return
        [
            .. own.Messages.Select(queue =>
            {
                var messages = queue.Value.Select(Topology.ExchangeOf).ToList();
                lock (depths)
                    return depths.TryGetValue(queue.Key, out var depth)
                        ? new Row(queue.Key, messages, depth.Ready, depth.Consumers, null)
                        : new Row(queue.Key, messages, null, null, reason ?? "The queue is not there yet.");
            }),
        ];
    }

    private async Task Measure(Dictionary<string, (uint, uint)> depths, CancellationToken ct)
    {
        var channel = await broker.Open(1, ct);
        try
        {
            foreach (var queue in own.Messages.Keys)
            {
                try
                {
                    var found = await channel.QueueDeclarePassiveAsync(queue, ct);
                    lock (depths)
                        depths[queue] = (found.MessageCount, found.ConsumerCount);
                }
                catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == NotFound)
                {
                    // The broker closes a channel on which something was asked for that is not there.
                    await channel.DisposeAsync();
                    channel = await broker.Open(1, ct);
                }
            }
        }
        finally
        {
            await channel.DisposeAsync();
        }
    }
}
