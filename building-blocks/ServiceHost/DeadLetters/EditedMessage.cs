using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using MassTransit.Serialization;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>A message that somebody has edited, beside the type its consumer takes.</summary>
internal static class EditedMessage
{
    private const string Field = "body";

    private static readonly JsonSerializerOptions Strict = new(SystemTextJsonMessageSerializer.Options)
    {
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
        TypeInfoResolver = SystemTextJsonMessageSerializer.Options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Everything that is wrong with it, by field; empty when its consumer can read it.</summary>
    /// <param name="edited">The message.</param>
    /// <param name="original">As it was before: what its consumer does not know may stay in it.</param>
    /// <param name="type">What its consumer takes.</param>
    public static Dictionary<string, string[]> Faults(JsonNode? edited, JsonNode? original, Type type)
    {
        var faults = new Dictionary<string, string[]>();
        if (edited is not JsonObject message)
        {
            faults[Field] = ["must be a JSON object"];
            return faults;
        }
        var known = Strict.GetTypeInfo(type).Properties;
        foreach (var property in known)
            if (property.IsRequired && !message.Any(given => Same(given.Key, property.Name)))
                faults[$"{Field}.{property.Name}"] = ["is missing"];
        foreach (var (name, _) in message)
            if (!known.Any(property => Same(property.Name, name)) && (original as JsonObject)?.ContainsKey(name) != true)
                faults[$"{Field}.{name}"] = [$"is nothing that {type.Name} has"];
        if (faults.Count > 0)
            return faults;
        try
        {
            edited.Deserialize(type, Strict);
        }
        catch (JsonException e)
        {
            // The path is "$.sentAt", or goes on from there.
            var path = e.Path?.TrimStart('$') ?? "";
            var wrong = known.FirstOrDefault(property => Same(path, "." + property.Name))?.PropertyType;
            faults[Field + path] = [wrong is null ? "cannot be read" : $"cannot be read as {(Nullable.GetUnderlyingType(wrong) ?? wrong).Name}"];
        }
        return faults;
    }

    private static bool Same(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
