using MassTransit;
using Sms.ServiceHost;

namespace Sms.Architecture.Tests;

public sealed class TopologyTests
{
    /// <summary>A message to a queue that is not declared beforehand would be lost while its consumer has never run.</summary>
    [Fact]
    public void The_queues_declared_beforehand_are_those_of_the_consumers_there_are()
    {
        var declared = Topology.Subscriptions.SelectMany(s => s.Queues.Select(queue => $"{s.Message} -> {queue}")).ToList();
        var heard = Consumers().Select(consumer => $"{consumer.Message} -> {consumer.Queue}").ToList();
        heard.Except(declared).ShouldBeEmpty("has a consumer and is not in Topology.Subscriptions");
        declared.Except(heard).ShouldBeEmpty("is in Topology.Subscriptions and has no consumer");
        declared.ShouldBeUnique();
    }

    [Fact]
    public void Every_queue_belongs_to_one_consumer() => Consumers().Select(consumer => consumer.Queue).ShouldBeUnique();

    [Fact]
    public void A_service_is_named_like_its_folder()
    {
        foreach (var (name, folder, _) in Tree.Services.Where(service => service.Name != "gatewaysimulator"))
            File.ReadAllText(Path.Combine(folder, "Program.cs")).ShouldContain($"AddSmsService<Program>(\"{name}\")");
    }

    private static IEnumerable<(string Message, string Queue)> Consumers() =>
        from service in Tree.Services
        let names = ServiceHost.Bus.Names(service.Name)
        from type in service.Assembly.GetTypes()
        where !type.IsAbstract
        from heard in type.GetInterfaces()
        where heard.IsGenericType && heard.GetGenericTypeDefinition() == typeof(IConsumer<>)
        let message = heard.GetGenericArguments()[0]
        let queue = (string)typeof(IEndpointNameFormatter).GetMethod(nameof(IEndpointNameFormatter.Consumer))!.MakeGenericMethod(type).Invoke(names, null)!
        select ($"{message.Namespace}:{message.Name}", queue);
}
