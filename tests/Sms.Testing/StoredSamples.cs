using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sms.EventStore;
using Xunit;

namespace Sms.Testing;

/// <summary>
/// What a service stored once stays readable: one sample of every version of every event, in <c>Samples/{stored name}.json</c>
/// beside its tests; and one more, <c>{stored name}+{what}.json</c>, where it was given a property later.
/// </summary>
public abstract class StoredSamples<TProgram>
{
    /// <summary>Every stored name of the service, with its record.</summary>
    public static TheoryData<string, Type> Stored() => new(
        typeof(TProgram).Assembly.GetTypes()
            .Select(type => (Name: type.GetCustomAttribute<StoredAsAttribute>()?.Name!, type))
            .Where(stored => stored.Name is not null));

    /// <summary>Reads the sample, writes it again and compares.</summary>
    [Theory]
    [MemberData(nameof(Stored))]
    public void The_stored_sample_reads_and_writes_back_the_same(string name, Type type)
    {
        var samples = Path.Combine(AppContext.BaseDirectory, "Samples");
        foreach (var path in Directory.EnumerateFiles(samples, name + "+*.json").Prepend(Path.Combine(samples, name + ".json")))
        {
            var sample = File.ReadAllText(path);
            var fact = JsonSerializer.Deserialize(sample, type, EventJson.Options);
            Assert.True(
                JsonNode.DeepEquals(JsonSerializer.SerializeToNode(fact, type, EventJson.Options), JsonNode.Parse(sample)),
                $"{Path.GetFileName(path)} is written as {JsonSerializer.Serialize(fact, type, EventJson.Options)}");
        }
    }
}
