using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Trials;
using Sms.ServiceHost;
using Sms.Yaml;

namespace Sms.AutoReply.UseCases;

/// <summary>
/// Rules from elsewhere become a draft: nothing is put in force. Mobile API Connect has no export; the fields are those of its
/// Rules page, by the names a person would copy them under (<c>name</c>, <c>matchType</c>, <c>pattern</c>, <c>fromFilter</c>,
/// <c>priority</c>, <c>actions</c>; <c>defaultReply</c> and <c>enabled</c> of its auto-reply panel).
/// </summary>
public static class ImportRules
{
    /// <summary>A draft, and what could not be taken over.</summary>
    /// <param name="RuleSet">The draft: try it, then put it in force.</param>
    /// <param name="Notes">What was left out or changed, by rule.</param>
    public sealed record Imported(JsonNode RuleSet, IReadOnlyList<string> Notes);

    /// <summary><c>POST /rules/import/mobile-api-connect</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/rules/import/mobile-api-connect", Import).RequireAuthorization(Roles.Admin)
        .WithName("ImportMobileApiConnectRules").WithSummary("Makes a draft of Mobile API Connect's rules").Produces<Imported>();

    private static async Task<Results<ContentHttpResult, ValidationProblem>> Import(HttpContext http, CancellationToken ct)
    {
        using var reader = new StreamReader(http.Request.Body);
        LinedDocument document;
        try
        {
            var text = await reader.ReadToEndAsync(ct);
            document = RuleSetBody.IsYaml(http.Request.ContentType) ? LinedDocument.OfYaml(text) : LinedDocument.OfJson(text);
        }
        catch (DocumentException e)
        {
            return Problems.Invalid("rules", $"cannot be read: {e.Message}");
        }
        var (ruleSet, notes, faults) = FromMobileApiConnect(document);
        if (ruleSet is null)
            return Problems.Invalid(faults);
        return TypedResults.Text(JsonSerializer.Serialize(new Imported(RuleSetBody.AsWritten(ruleSet), notes), Summary.Json), "application/json");
    }

    /// <summary>Makes a draft of Mobile API Connect's rules.</summary>
    public static (RuleSet? RuleSet, IReadOnlyList<string> Notes, Dictionary<string, string[]> Faults) FromMobileApiConnect(LinedDocument document)
    {
        var (notes, faults) = (new List<string>(), new Dictionary<string, string[]>());
        var root = document.Root as JsonObject;
        var list = document.Root as JsonArray ?? root?["rules"] as JsonArray;
        if (list is null)
            return (null, notes, new() { ["rules"] = ["must be a list of rules"] });

        var rules = new List<Rule>();
        for (var no = 0; no < list.Count; no++)
        {
            var at = document.Root is JsonArray ? $"[{no}]" : $"rules[{no}]";
            if (list[no] is not JsonObject fields)
            {
                faults[at] = [$"must be a rule{document.At(at)}"];
                continue;
            }
            var name = Text(fields, "name") ?? $"rule {no + 1}";
            var match = (Text(fields, "matchType") ?? Text(fields, "match") ?? "any").ToLowerInvariant();
            if (match is not (Match.Contains or Match.Exact or Match.Regex or Match.Any))
            {
                faults[$"{at}.matchType"] = [$"must be Contains, Exact, Regex or Any{document.At($"{at}.matchType")}"];
                continue;
            }
            var pattern = Text(fields, "pattern") ?? Text(fields, "keyword") ?? "";
            var rule = new Rule
            {
                Name = name,
                Enabled = fields["enabled"] is not JsonValue enabled || !enabled.TryGetValue<bool>(out var on) || on,
                Match = match,
                Words = match == Match.Any ? [] : [pattern],
                Priority = fields["priority"] is JsonValue priority && priority.TryGetValue<long>(out var number) ? (int)Math.Clamp(number, int.MinValue, int.MaxValue) : 0,
                Only = Text(fields, "fromFilter") is { } from ? new RuleFilter { From = [from] } : null,
                Actions = [.. Actions(fields, name, notes)],
            };
            if (match != Match.Any && match != Match.Regex && ReservedWords.ClashWith(pattern, new RuleSet().Languages) is { } word)
                notes.Add($"{name}: left out, because {word} is answered before any rule; here nobody has to write a rule for it");
            else if (rule.Actions.Count == 0)
                notes.Add($"{name}: left out, because it does nothing that can be done here");
            else
                rules.Add(rule);
        }
        if (faults.Count > 0)
            return (null, notes, faults);
        var ruleSet = new RuleSet
        {
            Enabled = root?["enabled"] is not JsonValue engine || !engine.TryGetValue<bool>(out var running) || running,
            DefaultReply = root is null ? null : Text(root, "defaultReply"),
            Rules = rules,
        };
        return RuleSetFaults.Of(ruleSet) is { Count: > 0 } wrong ? (null, notes, wrong) : (ruleSet, notes, faults);
    }

    private static IEnumerable<RuleAction> Actions(JsonObject fields, string name, List<string> notes)
    {
        if (Text(fields, "reply") is { } reply)
            yield return new RuleAction { Do = RuleAction.Replies, Text = reply };
        var actions = (fields["actions"] as JsonArray ?? []).Append(fields["action"]).OfType<JsonObject>();
        foreach (var action in actions)
        {
            var kind = (Text(action, "type") ?? Text(action, "do") ?? "").ToLowerInvariant();
            switch (kind)
            {
                case "reply" or "sms" or "send_reply" or "auto-reply" or "autoreply":
                    yield return new RuleAction { Do = RuleAction.Replies, Text = Text(action, "text") ?? Text(action, "message") ?? Text(action, "body") };
                    break;
                case "email" or "send_email" or "forward_email":
                    yield return new RuleAction { Do = RuleAction.SendsEmail, To = Text(action, "to"), Subject = Text(action, "subject") ?? "Text from {{from}}", Text = Text(action, "body") ?? "{{text}}" };
                    break;
                case "webhook" or "forward_webhook":
                    yield return new RuleAction { Do = RuleAction.CallsWebhook, Url = Text(action, "url") };
                    break;
                default:
                    notes.Add($"{name}: the action '{kind}' is not known here and was left out");
                    break;
            }
        }
    }

    private static string? Text(JsonObject fields, string name) =>
        fields[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
