using System.Reflection;
using MassTransit;

namespace Sms.ServiceHost;

/// <summary>The queues a service consumes, and the types of messages its consumer of each takes.</summary>
internal sealed class OwnQueues
{
    private static readonly MethodInfo QueueOf = typeof(IEndpointNameFormatter).GetMethod(nameof(IEndpointNameFormatter.Consumer))!;

    /// <summary>Those of the consumers in a service's assembly.</summary>
    public OwnQueues(string service, Assembly assembly)
    {
        var names = Bus.Names(service);
        Messages = (
            from type in assembly.GetTypes()
            where type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IConsumer))
            select (Queue: (string)QueueOf.MakeGenericMethod(type).Invoke(names, null)!, Taken: MessagesOf(type)))
            .OrderBy(queue => queue.Queue, StringComparer.Ordinal).ToDictionary(queue => queue.Queue, queue => queue.Taken);
    }

    /// <summary>The queues, in the order of their names, and what comes in each.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Type>> Messages { get; }

    private static IReadOnlyList<Type> MessagesOf(Type consumer) =>
    [
        .. from heard in consumer.GetInterfaces()
           where heard.IsGenericType && heard.GetGenericTypeDefinition() == typeof(IConsumer<>)
           select heard.GetGenericArguments()[0],
    ];
}
