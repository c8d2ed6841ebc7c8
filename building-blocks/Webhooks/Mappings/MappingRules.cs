using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sms.Webhooks.Mappings;

/// <summary>What a mapping must be to be of use.</summary>
internal static partial class MappingRules
{
    // Together they have to be done while a receiver is waited for.
    private const int MostSteps = 8;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly string[] Roots = ["id", "type", "timestamp", "subject", "data", "setting", "remote", "created", "event"];

    // What a call is framed and signed with is ours to say.
    private static readonly string[] OursToSay =
        ["host", "connection", "transfer-encoding", "upgrade", "te", "trailer", "expect", "webhook-id", "webhook-timestamp", "webhook-signature"];

    /// <summary>Whether a header of that name can be sent along.</summary>
    public static bool IsHeader(string name) => Token().IsMatch(name) && !OursToSay.Contains(name.ToLowerInvariant())
        && !name.StartsWith("content-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Everything that is wrong with it.</summary>
    public static IReadOnlyList<MappingProblem> Check(Mapping mapping)
    {
        var problems = new List<MappingProblem>();
        if (!Word().IsMatch(mapping.Name))
            problems.Add(new("name", "must be 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit"));
        foreach (var name in mapping.Needs.Where(name => !IsHeader(name)))
            problems.Add(new("needs", $"'{name}' is no header that can be sent along"));
        if (mapping.On.Count == 0)
            problems.Add(new("on", "must have at least one type of event"));
        Steps("before", mapping.Before);
        foreach (var (type, steps) in mapping.On)
        {
            Steps($"on.{type}", steps);
            if (steps.Count == 0 || steps.Count + mapping.Before.Count > MostSteps)
                problems.Add(new($"on.{type}", $"must have 1 to {MostSteps} calls, those before every event included"));
        }
        return problems;

        void Steps(string where, IReadOnlyList<MappingStep> steps)
        {
            for (var i = 0; i < steps.Count; i++)
            {
                var (here, step) = ($"{where}[{i}]", steps[i]);
                if (!Methods.Contains(step.Method) || step.Path is not "" and not ['/', ..])
                    problems.Add(new($"{here}.call", $"must be one of {string.Join(", ", Methods)}, then a path that begins with / or nothing"));
                Check($"{here}.call", step.Path);
                if (step.Body is { } body)
                    Templates($"{here}.body", body);
                foreach (var (name, template) in step.Headers)
                {
                    if (!IsHeader(name))
                        problems.Add(new($"{here}.headers", $"'{name}' is no header that can be sent along"));
                    Check($"{here}.headers.{name}", template);
                }
                foreach (var condition in step.If.Concat(step.Unless))
                    Path($"{here}.if", condition.Split('=')[0]);
                foreach (var (name, pointer) in step.Remember)
                    if (!Name().IsMatch(name) || !pointer.StartsWith('/'))
                        problems.Add(new($"{here}.remember.{name}", "must be a name of letters with a JSON pointer"));
            }
        }

        void Templates(string where, JsonElement template)
        {
            if (template.ValueKind == JsonValueKind.Object)
                foreach (var property in template.EnumerateObject())
                    Templates($"{where}.{property.Name}", property.Value);
            else if (template.ValueKind == JsonValueKind.Array)
                foreach (var element in template.EnumerateArray())
                    Templates(where, element);
            else if (template.ValueKind == JsonValueKind.String)
                Check(where, template.GetString()!);
        }

        void Check(string where, string template)
        {
            foreach (var (path, format) in Template.Named(template))
            {
                Path(where, path);
                if (format is not null && !Template.Formats.Contains(format))
                    problems.Add(new(where, $"the format '{format}' is none of {string.Join(", ", Template.Formats)}"));
            }
        }

        void Path(string where, string path)
        {
            if (path.Split('.') is not [var root, .. var rest] || !Roots.Contains(root))
                problems.Add(new(where, $"'{path}' begins with none of {string.Join(", ", Roots)}"));
            else if (root == "setting" && !mapping.Settings.ContainsKey(string.Join('.', rest)))
                problems.Add(new(where, $"'{path}' is not among the mapping's settings"));
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"^[A-Za-z]{1,40}\z")]
    private static partial Regex Name();

    // RFC 9110, 5.6.2
    [GeneratedRegex(@"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}\z")]
    private static partial Regex Token();
}
