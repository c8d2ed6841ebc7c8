using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.AutoReply.Rules;
using Sms.AutoReply.UseCases;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Yaml;

namespace Sms.AutoReply.Views;

/// <summary>The rule sets and every version of them. What a version says is in its stream, whose version is the <c>ETag</c>.</summary>
public sealed class RuleSetList : IView
{
    /// <summary>A version of a rule set.</summary>
    /// <param name="Label">Whose texts it is for.</param>
    /// <param name="Version">Its version.</param>
    /// <param name="At">When it was put in force.</param>
    /// <param name="By">Who did.</param>
    /// <param name="WaivedBy">Who vouched for it untried.</param>
    /// <param name="RevertsTo">The earlier version it is a copy of.</param>
    /// <param name="Rules">How many rules it has.</param>
    /// <param name="Enabled">Whether the master switch is on.</param>
    public sealed record Row(string Label, long Version, DateTimeOffset At, string By, string? WaivedBy, long? RevertsTo, int Rules, bool Enabled);

    /// <summary>One difference between two versions.</summary>
    /// <param name="What">Where: <c>rules/hours/reply</c>, a rule by its name.</param>
    /// <param name="Before">What was there; null for nothing.</param>
    /// <param name="After">What is there now.</param>
    public sealed record Difference(string What, JsonNode? Before, JsonNode? After);

    /// <summary><c>GET /rules</c>, <c>/rule-sets</c>, <c>/rule-sets/{label}</c> (<c>?version=</c>, <c>?format=yaml</c>), <c>…/versions</c>, <c>…/diff?from=&amp;to=</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/rules", (EventLog log, RuleSets ruleSets, HttpContext http, CancellationToken ct, long? version = null, string? format = null) =>
                Show(RuleSet.Default, log, ruleSets, http, ct, version, format))
            .WithName("ShowDefaultRules").WithSummary("The rule set for texts whose label has none of its own").Produces<RuleSet>();
        api.MapGet("/rule-sets", (NpgsqlDataSource database, CancellationToken ct) => Rows(database, null, ct))
            .WithName("ListRuleSets").WithSummary("The rule sets, each by its version in force");
        api.MapGet("/rule-sets/{label}", Show).WithName("ShowRules").WithSummary("A label's rule set, in force or at any version, in JSON or YAML").Produces<RuleSet>();
        api.MapGet("/rule-sets/{label}/versions", (string label, NpgsqlDataSource database, CancellationToken ct) => Rows(database, label, ct))
            .WithName("ListRuleSetVersions").WithSummary("Every version of a label's rule set, newest first");
        api.MapGet("/rule-sets/{label}/diff", Diff).WithName("DiffRules").WithSummary("What differs between two versions");
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["rule_set_versions"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
        {
            if (fact.Data is RuleSetEvent.RuleSetPublished p)
                Enter(fact, p.By, p.WaivedBy, p.RevertsTo, p.RuleSet.Rules.Count, p.RuleSet.Enabled);
            if (fact.Data is RuleSetEvent.RuleSetReplaced r)
                Enter(fact, fact.Actor, null, null, r.Rules.Count, true);
        }

        void Enter(StoredEvent fact, string by, string? waivedBy, long? revertsTo, int rules, bool enabled) => write.Add($"""
            insert into rule_set_versions (label, version, at, by, waived_by, reverts_to, rules, enabled)
            values ({fact.StreamId[(RuleSet.Stream.Name.Length + 1)..]}, {fact.Version}, {fact.At}, {by}, {waivedBy}, {revertsTo}, {rules}, {enabled})
            """);
    }

    /// <summary>A label's rule set at a version, or null.</summary>
    public static async Task<RuleSet?> At(EventLog log, string label, long version, CancellationToken ct) =>
        version >= 1 && await log.Stream(RuleSet.Stream.StreamId(label), ct) is { } stream && stream.Version >= version
            ? (RuleSet?)await log.StateAt(RuleSet.Stream.StreamId(label), RuleSet.Stream.Name, version, ct) : null;

    private static Task<List<Row>> Rows(NpgsqlDataSource database, string? label, CancellationToken ct) => database.Query(
        $"""
        select label, version, at, by, waived_by, reverts_to, rules, enabled from rule_set_versions v
        where ({label}::text is null and version = (select max(version) from rule_set_versions where label = v.label)) or label = {label}
        order by label, version desc limit 1000
        """,
        r => new Row(
            r.GetString(0), r.GetInt64(1), r.GetFieldValue<DateTimeOffset>(2), r.GetString(3), r.TextOf(4), r.IsDBNull(5) ? null : r.GetInt64(5), r.GetInt32(6),
            r.GetBoolean(7)), ct);

    private static async Task<Results<ContentHttpResult, NotFound>> Show(
        string label, EventLog log, RuleSets ruleSets, HttpContext http, CancellationToken ct, long? version = null, string? format = null)
    {
        RuleSet ruleSet;
        if (version is { } wanted)
        {
            if (await At(log, label, wanted, ct) is not { } then)
                return TypedResults.NotFound();
            ruleSet = then;
            http.SetETag(wanted);
        }
        else
        {
            var stream = await ruleSets.Load(label, ct);
            if (stream.Version == 0 && label != RuleSet.Default)
                return TypedResults.NotFound();
            ruleSet = stream.State;
            http.SetETag(stream.Version);
        }
        return format == "yaml" || RuleSetBody.IsYaml(http.Request.Headers.Accept)
            ? TypedResults.Text(YamlText.Of(RuleSetBody.AsWritten(ruleSet)), "application/yaml")
            : TypedResults.Text(JsonSerializer.Serialize(ruleSet, RuleSetBody.Json), "application/json");
    }

    private static async Task<Results<Ok<List<Difference>>, NotFound>> Diff(string label, long from, long to, EventLog log, CancellationToken ct)
    {
        if (await At(log, label, from, ct) is not { } before || await At(log, label, to, ct) is not { } after)
            return TypedResults.NotFound();
        var differences = new List<Difference>();
        Compare("", RuleSetBody.AsWritten(before), RuleSetBody.AsWritten(after), differences);
        return TypedResults.Ok(differences);
    }

    private static void Compare(string at, JsonNode? before, JsonNode? after, List<Difference> differences)
    {
        if (JsonNode.DeepEquals(before, after))
            return;
        if (before is JsonObject was && after is JsonObject now)
        {
            foreach (var name in was.Select(field => field.Key).Union(now.Select(field => field.Key)))
                Compare(at.Length == 0 ? name : $"{at}/{name}", was[name], now[name], differences);
        }
        else if (at is "rules" && before is JsonArray rulesBefore && after is JsonArray rulesAfter)
        {
            var (byName, nowByName) = (Named(rulesBefore), Named(rulesAfter));
            foreach (var name in byName.Keys.Union(nowByName.Keys))
                Compare($"rules/{name}", byName.GetValueOrDefault(name), nowByName.GetValueOrDefault(name), differences);
            var kept = nowByName.Keys.Where(byName.ContainsKey).ToList();
            if (!kept.SequenceEqual(byName.Keys.Where(nowByName.ContainsKey)))
                differences.Add(new Difference("rules (order)", Names(byName.Keys), Names(nowByName.Keys)));
        }
        else
        {
            differences.Add(new Difference(at, before?.DeepClone(), after?.DeepClone()));
        }

        static Dictionary<string, JsonNode?> Named(JsonArray rules) => rules.ToDictionary(rule => (string)rule!["name"]!);
        static JsonArray Names(IEnumerable<string> names) => [.. names.Select(name => JsonValue.Create(name))];
    }
}
