using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Sms.GatewayProtocol;

/// <summary>What is wrong with a profile.</summary>
/// <param name="Field">JSON pointer (RFC 6901) to the field; empty for the whole.</param>
/// <param name="Reason">Why, to follow the field's name.</param>
public sealed record ProfileProblem(string Field, string Reason);

/// <summary>A profile that was read, or what is wrong with it.</summary>
/// <param name="Profile">The profile; null when there are problems.</param>
/// <param name="Problems">Every problem found; none when the profile can be used.</param>
public sealed record ParsedProfile(GatewayProfile? Profile, IReadOnlyList<ProfileProblem> Problems);

/// <summary>The profiles that are built in, each a JSON file beside this one that a user's own may begin as a copy of.</summary>
public static partial class GatewayProfiles
{
    /// <summary>The longest profile, in characters of JSON.</summary>
    public const int LongestProfile = 64 * 1024;

    /// <summary>How profiles are written: camel case, enumerations in kebab case, nothing that a profile does not know, no name twice.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        AllowOutOfOrderMetadataProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>The built-in profiles by name.</summary>
    public static IReadOnlyDictionary<string, GatewayProfile> BuiltIn { get; } = ReadBuiltIn();

    /// <summary>Reads a profile that a user wrote. Never throws.</summary>
    /// <param name="json">The profile as JSON.</param>
    public static ParsedProfile Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > LongestProfile)
            return new(null, [new("", $"is longer than {LongestProfile} characters")]);
        try
        {
            if (JsonSerializer.Deserialize<GatewayProfile>(json, Json) is not { } profile)
                return new(null, [new("", "is null")]);
            var problems = Problems(profile);
            return problems.Count == 0 ? new(profile, []) : new(null, problems);
        }
        catch (JsonException e)
        {
            return new(null, [new(PointerOf(e.Path), ReasonOf(e))]);
        }
        catch (NotSupportedException)
        {
            return new(null, [new("/proof", "has no scheme")]);
        }
    }

    /// <summary>Everything that is wrong with a profile; nothing when it can be used.</summary>
    public static IReadOnlyList<ProfileProblem> Problems(GatewayProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return ProfileRules.Check(profile);
    }

    private static FrozenDictionary<string, GatewayProfile> ReadBuiltIn()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var profiles = new List<GatewayProfile>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            profiles.Add(JsonSerializer.Deserialize<GatewayProfile>(file, Json)!);
        }
        return profiles.ToFrozenDictionary(p => p.Name);
    }

    // $.content.events[0].fields['a.b'] to /content/events/0/fields/a.b
    private static string PointerOf(string? path)
    {
        var pointer = new StringBuilder();
        foreach (Match step in Step().Matches(path ?? ""))
            pointer.Append('/').Append(step.Groups["name"].Value.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        return pointer.ToString();
    }

    // The reader's own words name types of this program, which its users have never heard of.
    private static string ReasonOf(JsonException e)
    {
        if (Enumeration().Match(e.Message) is { Success: true } match
            && Type.GetType(match.Groups["type"].Value) is { } type)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            return type.IsEnum
                ? $"is none of {string.Join(", ", Enum.GetNames(type).Select(n => (type == typeof(NoticeField) ? JsonNamingPolicy.CamelCase : JsonNamingPolicy.KebabCaseLower).ConvertName(n)))}"
                : "is not of the kind it should be";
        }
        if (Missing().Match(e.Message) is { Success: true } missing)
            return $"lacks {missing.Groups["names"].Value.Replace("'", "", StringComparison.Ordinal)}";
        return e.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "is not a field of a profile"
            : e.Message.Contains("Duplicate", StringComparison.OrdinalIgnoreCase) ? "appears twice"
            : e.Message.Contains("discriminator", StringComparison.Ordinal) ? "has a scheme that is none of signature, jwt, first-present"
            : e.Message.Contains("null values", StringComparison.Ordinal) ? "holds null where there must be something"
            : e.Path is null or "$" || e.InnerException is JsonException
                ? $"is not JSON of a profile (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})"
                : "is not of the kind it should be";
    }

    [GeneratedRegex(@"\.(?<name>[^.\[\]]+)|\['(?<name>[^']*)'\]|\[(?<name>[0-9]+)\]")]
    private static partial Regex Step();

    [GeneratedRegex(@"could not be converted to (?:System\.Nullable`1\[)?(?<type>Sms\.GatewayProtocol\.[A-Za-z+]+)")]
    private static partial Regex Enumeration();

    [GeneratedRegex(@"missing required properties including: (?<names>[^.]*)")]
    private static partial Regex Missing();
}
