using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit.Serialization;

namespace Sms.BusMessages.Tests;

/// <summary>What was published once stays readable: one sample of every message, as it stands on the bus.</summary>
public sealed class SamplesTests
{
    private static readonly JsonSerializerOptions Bus = SystemTextJsonMessageSerializer.Options;

    public static TheoryData<Type> Messages() => new(typeof(InboundSmsReceived).Assembly.GetExportedTypes());

    [Theory]
    [MemberData(nameof(Messages))]
    public void The_stored_sample_reads_with_every_property_and_is_written_back_the_same(Type message)
    {
        var sample = Sample(message);
        var read = JsonSerializer.Deserialize(sample, message, Bus)!;
        foreach (var property in message.GetProperties())
            property.GetValue(read).ShouldNotBeNull($"{message.Name}.{property.Name} is not in the sample");
        JsonNode.DeepEquals(JsonSerializer.SerializeToNode(read, message, Bus), JsonNode.Parse(sample))
            .ShouldBeTrue($"{message.Name} is written as {JsonSerializer.Serialize(read, message, Bus)}");
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_of_a_newer_version_with_more_in_it_reads(Type message)
    {
        var newer = JsonNode.Parse(Sample(message))!.AsObject();
        newer.Add("addedLater", new JsonObject { ["with"] = "more" });
        JsonSerializer.Deserialize(newer, message, Bus).ShouldBe(JsonSerializer.Deserialize(Sample(message), message, Bus));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_without_its_optional_properties_reads(Type message)
    {
        var least = JsonNode.Parse(Sample(message))!.AsObject();
        foreach (var property in message.GetProperties().Where(p => !p.IsDefined(typeof(RequiredMemberAttribute), false)))
            least.Remove(JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ShouldBeTrue();
        JsonSerializer.Deserialize(least, message, Bus).ShouldNotBeNull();
    }

    private static string Sample(Type message) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", message.Name + ".json"));
}
