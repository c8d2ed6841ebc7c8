using System.Net.Sockets;
using System.Reflection;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sms.EventStore;

namespace Sms.ServiceHost;

/// <summary>How every consumer of the platform is wired: one place for queue names, queue kind, retry and error policy.</summary>
public static class Bus
{
    /// <summary>How many messages of one queue an instance handles at once. More would only wait for each other: for the cores, and for the few connections to the database.</summary>
    internal const int MessagesAtOnce = 8;

    /// <summary>
    /// What a queue is declared with. Quorum: it survives a lost broker node. The delivery limit makes a message that
    /// brings its consumer down again and again end in the error queue; RabbitMQ 4 would drop it after 20 deliveries.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> QueueArguments(string queue) => new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = 20,
        ["x-dead-letter-exchange"] = "",
        ["x-dead-letter-routing-key"] = ErrorQueue(queue),
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    /// <summary>What an error queue is declared with.</summary>
    public static IReadOnlyDictionary<string, object?> ErrorQueueArguments { get; } =
        new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };

    /// <summary>Where a queue's poison messages end, with the reason in their headers, until they are kept in the store.</summary>
    public static string ErrorQueue(string queue) => queue + "_error";

    /// <summary>The names of a service's queues: <c>{service}-{use-case}</c>.</summary>
    public static IEndpointNameFormatter Names(string service) => new KebabCaseEndpointNameFormatter(service, false);

    internal static void AddBus(this IServiceCollection services, string service, Assembly assembly, Uri host, ConsumedLabels? labels)
    {
        if (labels is not null)
            services.AddSingleton(labels);
        services.AddSingleton(p => new Publisher(host, p.GetRequiredService<ILogger<Publisher>>()));
        services.AddReceiveObserver<LostDeliveries>();
        services.AddMassTransit(bus =>
        {
            bus.SetEndpointNameFormatter(Names(service));
            // Nothing reports to anybody outside what it is told to.
            bus.DisableUsageTelemetry();
            bus.AddConsumers(assembly);
            bus.AddConfigureEndpointsCallback((_, queue, endpoint) =>
            {
                endpoint.PrefetchCount = 32;
                endpoint.ConcurrentMessageLimit = MessagesAtOnce;
                endpoint.UseSmsRetry();
                if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit)
                    return;
                // Declares the error queue when the consumer starts, not when it first fails: the broker too sends messages there.
                rabbit.BindDeadLetterQueue(ErrorQueue(queue), ErrorQueue(queue), error =>
                {
                    foreach (var (name, value) in ErrorQueueArguments)
                        error.SetQueueArgument(name, value!);
                });
                foreach (var (name, value) in QueueArguments(queue))
                    rabbit.SetQueueArgument(name, value!);
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(host, $"sms-{service}");
                // MassTransit declares an error queue with all arguments of the queue itself; ours has its own, and a second
                // declaration that differs would cost the consumer its channel.
                rabbit.SendTopology.ConfigureErrorSettings = KeepOnlyErrorQueueArguments;
                rabbit.SendTopology.ConfigureDeadLetterSettings = KeepOnlyErrorQueueArguments;
                if (labels is not null)
                    rabbit.UseConsumeFilter(typeof(LabelFilter<>), context);
                rabbit.ConfigureEndpoints(context);
            });
        });
    }

    private static void KeepOnlyErrorQueueArguments(IRabbitMqQueueConfigurator queue)
    {
        foreach (var name in QueueArguments("").Keys.Except(ErrorQueueArguments.Keys))
            queue.SetQueueArgument(name, null!);
    }

    /// <summary>
    /// Three kinds of trouble, told apart: a conflict is decided again at once; an outage holds the message here until it is
    /// over, so that a backlog waits in its queue and not among the errors; anything else gets a few tries and then the
    /// error queue. A refusal is an answer, not trouble, and is not tried again.
    /// </summary>
    private static void UseSmsRetry(this IReceiveEndpointConfigurator endpoint)
    {
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(IsOutage);
            retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200));
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<VersionConflictException>();
            retry.Exponential(100, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(5));
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(e => e is not (VersionConflictException or RefusedException) && !IsOutage(e));
            retry.Intervals(100, 500, 2000);
        });
    }

    /// <summary>Whether trying again later is all that is needed: the database or the network is away, overloaded or restarting.</summary>
    public static bool IsOutage(Exception e) => e switch
    {
        PostgresException p => p.IsTransient || p.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || p.SqlState.StartsWith("53", StringComparison.Ordinal) || p.SqlState.StartsWith("08", StringComparison.Ordinal)
            || p.SqlState == PostgresErrorCodes.ObjectNotInPrerequisiteState,
        NpgsqlException or SocketException => true,
        _ => false,
    };
}
