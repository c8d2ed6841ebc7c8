using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sms.Webhooks.Mappings;

/// <summary>What is wrong with a mapping.</summary>
/// <param name="Field">Where, as a path from the mapping's top; empty for the whole.</param>
/// <param name="Reason">Why, to follow the field's name.</param>
public sealed record MappingProblem(string Field, string Reason);

/// <summary>The mappings that are built in, each a JSON file beside this one that a user's own may begin as a copy of.</summary>
public static class BuiltInMappings
{
    /// <summary>The mapping of a webhook that names none: the event as Standard Webhooks writes it.</summary>
    public const string Standard = "standard";

    /// <summary>The longest mapping, in characters of JSON.</summary>
    public const int LongestMapping = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The built-in mappings by name.</summary>
    public static IReadOnlyDictionary<string, Mapping> All { get; } = ReadAll();

    /// <summary>Reads a mapping that a user wrote. Never throws.</summary>
    public static (Mapping? Mapping, IReadOnlyList<MappingProblem> Problems) Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > LongestMapping)
            return (null, [new("", $"is longer than {LongestMapping} characters")]);
        try
        {
            if (JsonSerializer.Deserialize<Mapping>(json, Json) is not { } mapping)
                return (null, [new("", "is null")]);
            var problems = MappingRules.Check(mapping);
            return problems.Count == 0 ? (mapping, []) : (null, problems);
        }
        catch (JsonException e)
        {
            return (null, [new((e.Path ?? "$").TrimStart('$', '.'), $"is not as a mapping has it (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})")]);
        }
    }

    /// <summary>The mapping of a webhook.</summary>
    /// <exception cref="InvalidOperationException">Its mapping is of a newer version of the platform.</exception>
    public static Mapping Of(string name, string? custom) =>
        (custom is null ? All.GetValueOrDefault(name) : Parse(custom).Mapping)
            ?? throw new InvalidOperationException($"The mapping '{name}' is not known to this version of the service.");

    private static FrozenDictionary<string, Mapping> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var mappings = new List<Mapping>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            mappings.Add(JsonSerializer.Deserialize<Mapping>(file, Json)!);
        }
        return mappings.ToFrozenDictionary(mapping => mapping.Name);
    }
}
