using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sms.EventStore;

namespace Sms.Ingress.Tests;

/// <summary>What was stored once stays readable: one sample of every version of every event.</summary>
public sealed class StoredEventsTests
{
    public static TheoryData<string, Type> Stored() => new(
        typeof(Program).Assembly.GetTypes()
            .Select(type => (Name: type.GetCustomAttribute<StoredAsAttribute>()?.Name!, type))
            .Where(stored => stored.Name is not null));

    [Theory]
    [MemberData(nameof(Stored))]
    public void The_stored_sample_reads_and_writes_back_the_same(string name, Type type)
    {
        var sample = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", name + ".json"));
        var fact = JsonSerializer.Deserialize(sample, type, EventJson.Options);
        JsonNode.DeepEquals(JsonSerializer.SerializeToNode(fact, type, EventJson.Options), JsonNode.Parse(sample))
            .ShouldBeTrue($"{name} is written as {JsonSerializer.Serialize(fact, type, EventJson.Options)}");
    }
}
