using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sms.AutoReply.Rules;
using Sms.Yaml;

namespace Sms.AutoReply.UseCases;

/// <summary>A rule set as somebody sends it, in JSON or YAML: read strictly, and everything that is wrong with it said by field and line.</summary>
public static class RuleSetBody
{
    /// <summary>The form of a rule set for people and files: names in camel case, what is as usual left out.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int Longest = 8 * 1024 * 1024; // bytes; ten thousand rules are about three

    /// <summary>Whether a body is said to be YAML.</summary>
    public static bool IsYaml(string? contentType) =>
        contentType is not null && (contentType.Contains("yaml", StringComparison.OrdinalIgnoreCase) || contentType.Contains("yml", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a body is in a form that can be read.</summary>
    public static bool IsReadable(HttpRequest request) => IsYaml(request.ContentType) || request.HasJsonContentType();

    /// <summary>Reads a rule set from a request.</summary>
    /// <returns>The rule set, or its faults by field; where the body has lines, each fault says the one.</returns>
    public static async Task<(RuleSet? RuleSet, IDictionary<string, string[]> Faults)> Read(HttpRequest request, CancellationToken ct)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        if (body.Length > Longest)
            return (null, new Dictionary<string, string[]> { [""] = [$"must not be longer than {Longest} bytes"] });
        using var reader = new StreamReader(new MemoryStream(body.ToArray()));
        return Read(await reader.ReadToEndAsync(ct), IsYaml(request.ContentType));
    }

    /// <summary>The same of a text.</summary>
    public static (RuleSet? RuleSet, IDictionary<string, string[]> Faults) Read(string text, bool yaml)
    {
        LinedDocument document;
        try
        {
            document = yaml ? LinedDocument.OfYaml(text) : LinedDocument.OfJson(text);
        }
        catch (DocumentException e)
        {
            return (null, Fault("rules", $"cannot be read: {e.Message}"));
        }
        return Read(document);
    }

    /// <summary>A rule set without what is as usual: as somebody would write it, and as two are compared.</summary>
    public static JsonObject AsWritten(RuleSet ruleSet)
    {
        var whole = JsonSerializer.SerializeToNode(ruleSet, Json)!.AsObject();
        var rules = whole["rules"]!.AsArray();
        foreach (var rule in rules)
        {
            Shorten(rule!.AsObject(), UsualRule, "name", "match");
            if (rule["only"] is JsonObject only)
                Shorten(only, UsualFilter);
            foreach (var action in rule["actions"]?.AsArray() ?? [])
                Shorten(action!.AsObject(), UsualAction, "do");
        }
        Shorten(whole, Usual, "rules");
        // At the end, where somebody who reads from the top has seen what holds for all of them.
        whole.Remove("rules");
        whole.Add("rules", rules);
        return whole;
    }

    private static readonly JsonObject
        Usual = JsonSerializer.SerializeToNode(new RuleSet(), Json)!.AsObject(), UsualRule = JsonSerializer.SerializeToNode(new Rule(), Json)!.AsObject(),
        UsualFilter = JsonSerializer.SerializeToNode(new RuleFilter(), Json)!.AsObject(), UsualAction = JsonSerializer.SerializeToNode(new RuleAction(), Json)!.AsObject();

    private static void Shorten(JsonObject fields, JsonObject usual, params string[] keep)
    {
        foreach (var name in fields.Where(field => !keep.Contains(field.Key) && JsonNode.DeepEquals(field.Value, usual[field.Key])).Select(field => field.Key).ToList())
            fields.Remove(name);
    }

    private static (RuleSet?, IDictionary<string, string[]>) Read(LinedDocument document)
    {
        if (document.Root is not JsonObject root || !root.ContainsKey("rules"))
            return (null, Fault("rules", "must be a list of rules"));
        RuleSet ruleSet;
        try
        {
            ruleSet = root.Deserialize<RuleSet>(Json)!;
        }
        catch (JsonException e)
        {
            var field = e.Path is { Length: > 2 } path ? path[2..] : "rules";
            return (null, Fault(field, $"is not what a rule set has in this place{document.At(field)}"));
        }
        ruleSet = ruleSet with { Rules = [.. ruleSet.Rules.Select(rule => rule is null ? null! : rule with { Name = rule.Name.Trim() })] };
        return (ruleSet, RuleSetFaults.Of(ruleSet).ToDictionary(f => f.Key, f => f.Value.Select(fault => fault + document.At(f.Key)).ToArray()));
    }

    private static Dictionary<string, string[]> Fault(string field, string fault) => new() { [field] = [fault] };
}
