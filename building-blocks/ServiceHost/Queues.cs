using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using RabbitMQ.Client.Exceptions;
using Sms.ServiceHost.DeadLetters;

namespace Sms.ServiceHost;

/// <summary>A service's queues as the broker sees them at the moment.</summary>
internal sealed class Queues(OwnQueues own, BrokerLine broker, NpgsqlDataSource database)
{
    private const int NotFound = 404;

    /// <summary>One queue.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Messages">The types of messages that its consumer takes.</param>
    /// <param name="Ready">Messages that wait in it; those being handled are not counted. Null when that cannot be told.</param>
    /// <param name="Consumers">How many instances take from it; null when that cannot be told.</param>
    /// <param name="OpenDeadLetters">Messages of it that could not be handled and wait for a person; null while the database is away.</param>
    /// <param name="Reason">Why something cannot be told.</param>
    public sealed record Row(string Name, IReadOnlyList<string> Messages, uint? Ready, uint? Consumers, long? OpenDeadLetters, string? Reason);

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/queues", (Queues queues, CancellationToken ct) => queues.Look(ct)).WithName("ListQueues").WithTags("Operation")
            .WithSummary("The service's queues: messages that wait, consumers, and dead letters that are open; within two seconds, whatever is away");

    private async Task<IReadOnlyList<Row>> Look(CancellationToken ct)
    {
        var (depths, letters) = (new Dictionary<string, (uint Ready, uint Consumers)>(), new Dictionary<string, long>());
        var (measured, counted) = (
            About.Refusal("The broker", stop => Measure(depths, stop), ct),
            About.Refusal("The database", async stop => letters = await DeadLetterList.Open(database, stop), ct));
        var (noDepths, noLetters) = (await measured, await counted);
        return
        [
            .. own.Messages.Select(queue =>
            {
                var (messages, open) = (queue.Value.Select(Topology.ExchangeOf).ToList(), noLetters is null ? letters.GetValueOrDefault(queue.Key) : (long?)null);
                lock (depths)
                    return depths.TryGetValue(queue.Key, out var depth)
                        ? new Row(queue.Key, messages, depth.Ready, depth.Consumers, open, noLetters)
                        : new Row(queue.Key, messages, null, null, open, noDepths ?? "The queue is not there yet.");
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
