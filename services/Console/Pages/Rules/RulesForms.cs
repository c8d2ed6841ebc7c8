using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sms.ServiceHost;

namespace Sms.Console.Pages.Rules;

/// <summary>What the pages about rules are asked for. All but what is put in force changes nothing but the viewer's own draft.</summary>
public static class RulesForms
{
    private const string Service = "autoreply";

    /// <summary>Maps the forms.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("/rules").ForForms(Roles.Admin);
        forms.MapPost("/change", Change);
        forms.MapPost("/rule", Write);
        forms.MapPost("/preview", Preview);
        forms.MapPost("/settings", Settings);
        forms.MapPost("/pack", AddPack);
        forms.MapPost("/import", Import);
        forms.MapPost("/merge", Merge);
        forms.MapPost("/drop", Drop);
        forms.MapPost("/install", Install);
        forms.MapPost("/revert", Revert);
        forms.MapPost("/breaker", ([FromForm] string? scope, OnBehalf behalf, IStringLocalizer<RulesWords> t) =>
            behalf.Ask(HttpMethod.Post, Service, $"/breakers/close", new { scope }, "breaker.close", scope, "/rules", t["breaker.closed"]));
        TrialForms.Map(forms);
        app.MapGet("/rules/export", (string? set, string? format, Platform platform) => platform.Download(
                Service, $"/rule-sets/{set ?? Labels.Default}?format={format}", $"rules-{set ?? Labels.Default}.{(format == "yaml" ? "yaml" : "json")}"))
            .RequireAuthorization(Roles.Reader).ExcludeFromDescription();
    }

    // What is to be done, and a rule: "up opening hours", or with a place, "place:3 opening hours".
    private static async Task<IResult> Change(
        [FromForm] string? set, [FromForm(Name = "do")] string? what, Drafts drafts, OnBehalf behalf, Viewer viewer, IStringLocalizer<RulesWords> t)
    {
        var label = set ?? Labels.Default;
        var current = await drafts.Current(label);
        if (!current.IsThere)
            return behalf.Refuse(current.Problem);
        var rules = current.Value.RuleSet;
        var (verb, name) = (what ?? "").Split(' ', 2) is [var first, var second] ? (first, second) : ("", "");
        if (rules.Find(name) is not { } rule)
            return behalf.Refuse("rule", t["gone"]);
        var place = rules.InOrder.ToList().FindIndex(other => other.Name == name);
        var changed = verb switch
        {
            "up" => rules.Move(name, place - 1),
            "down" => rules.Move(name, place + 1),
            "switch" => rules.Put(name, rule with { Enabled = !rule.Enabled }),
            "duplicate" => rules.Duplicate(name, t["duplicate.name", name]),
            "remove" => rules.Remove(name),
            _ when verb.StartsWith("place:", StringComparison.Ordinal) && int.TryParse(verb[6..], CultureInfo.InvariantCulture, out var to) => rules.Move(name, to),
            _ => rules,
        };
        await drafts.Keep(label, current.Value with { RuleSet = changed });
        var said = verb switch
        {
            "switch" => rule.Enabled ? t["said.off", name] : t["said.on", name],
            "duplicate" => t["said.duplicated", name],
            "remove" => t["said.removed", name],
            _ => t["said.moved", name, changed.InOrder.ToList().FindIndex(other => other.Name == name) + 1, changed.Rules.Count],
        };
        Flash.Say(viewer.Http, said);
        return behalf.Back();
    }

    private static async Task<IResult> Write(
        [FromForm] string? set, [FromForm] string? was, HttpContext http, Drafts drafts, Platform platform, OnBehalf behalf, IStringLocalizer<RulesWords> t)
    {
        var label = set ?? Labels.Default;
        var current = await drafts.Current(label);
        if (!current.IsThere)
            return behalf.Refuse(current.Problem);
        var form = await http.Request.ReadFormAsync();
        var (rule, fields) = RuleFields.Read(form, current.Value.RuleSet.Find(was) ?? new Rule());
        if (rule.Name != was && current.Value.RuleSet.Find(rule.Name) is not null)
            return behalf.Refuse("name", t["name.taken"]);
        var changed = current.Value.RuleSet.Put(was, rule);
        var answer = await platform.Change(HttpMethod.Post, Service, $"/rules/check", changed.Body());
        if (!answer.IsThere)
            return behalf.Refuse(Marked(fields.Here(answer.Problem, PlaceOf(changed, rule)), form, t));
        await drafts.Keep(label, current.Value with { RuleSet = changed });
        return behalf.Go(Labels.Url("/rules", label), t["said.saved", rule.Name]);
    }

    private static async Task<IResult> Preview(
        [FromForm] string? set, [FromForm] string? was, HttpContext http, Drafts drafts, Platform platform, Viewer viewer)
    {
        var label = set ?? Labels.Default;
        var current = await drafts.Current(label);
        if (!current.IsThere)
            return new RazorComponentResult<RulePreview>(new { current.Problem });
        var rules = current.Value.RuleSet;
        var (rule, fields) = RuleFields.Read(await http.Request.ReadFormAsync(viewer.Http.RequestAborted), rules.Find(was) ?? new Rule());
        // A rule that has no name yet can be looked at all the same.
        rule = rule with { Name = rule.Name.Length == 0 ? "…" : rule.Name };
        var changed = rules.Put(was, rule);
        var tried = platform.Change(HttpMethod.Post, Service, $"/rules/try?label={label}", changed.Body());
        var said = rule.Reply is null ? null
            : platform.Change(HttpMethod.Post, Service, $"/rules/preview", Platform.Body(new { reply = rule.Reply, timeZone = changed.TimeZone }));
        await Task.WhenAll(tried, said ?? Task.CompletedTask);
        return new RazorComponentResult<RulePreview>(new
        {
            rule.Name,
            Problem = tried.Result.Problem is { } problem ? fields.Here(problem, PlaceOf(changed, rule)) : null,
            Texts = tried.Result.IsThere ? tried.Result.Value.Deserialize<List<Compared>>(RuleSet.Json) : [],
            Reply = said?.Result is { IsThere: true } shown ? shown.Value.Deserialize<RulePreview.SegmentCount>(RuleSet.Json) : null,
            ReplyFault = said?.Result.Problem?.Errors?.Values.SelectMany(faults => faults).FirstOrDefault(),
        });
    }

    // Where everything is said beside its field, it is not said once more.
    private static Problem Marked(Problem problem, IFormCollection form, IStringLocalizer<RulesWords> t) =>
        problem.Errors is { Count: > 0 } errors && errors.Keys.All(form.ContainsKey) ? problem with { Detail = t["save.wrong"] } : problem;

    private static int PlaceOf(RuleSet set, Rule rule) => set.Rules.ToList().FindIndex(other => other.Name == rule.Name && other.Says(rule));

    private static async Task<IResult> Settings(
        [FromForm] string? set, HttpContext http, Drafts drafts, Platform platform, OnBehalf behalf, IStringLocalizer<RulesWords> t)
    {
        var label = set ?? Labels.Default;
        var current = await drafts.Current(label);
        if (!current.IsThere)
            return behalf.Refuse(current.Problem);
        var form = await http.Request.ReadFormAsync();
        var changed = SettingFields.Read(form, current.Value.RuleSet);
        var answer = await platform.Change(HttpMethod.Post, Service, $"/rules/check", changed.Body());
        if (!answer.IsThere)
            return behalf.Refuse(Marked(answer.Problem, form, t));
        await drafts.Keep(label, current.Value with { RuleSet = changed });
        return behalf.Go(Labels.Url("/rules", label), t["said.settings"]);
    }

    private static async Task<IResult> AddPack(
        [FromForm] string? set, [FromForm] string? pack, Drafts drafts, Platform platform, OnBehalf behalf, IStringLocalizer<RulesWords> t)
    {
        var label = set ?? Labels.Default;
        var (current, text) = (await drafts.Current(label), await platform.Text(Service, $"/rule-packs/{pack}"));
        if (!current.IsThere || !text.IsThere)
            return behalf.Refuse(current.Problem ?? text.Problem!);
        var read = await Read(platform, text.Value);
        if (!read.IsThere)
            return behalf.Refuse(read.Problem);
        await drafts.Keep(label, current.Value with { RuleSet = current.Value.RuleSet.Add(read.Value) });
        return behalf.Go(Labels.Url("/rules", label), t["said.pack", read.Value.Rules.Count]);
    }

    private static async Task<IResult> Import(
        [FromForm] string? set, [FromForm] string? kind, [FromForm] string? text, IFormFile? file, Drafts drafts, Platform platform, OnBehalf behalf,
        IStringLocalizer<RulesWords> t)
    {
        var label = set ?? Labels.Default;
        var current = await drafts.Current(label);
        if (!current.IsThere)
            return behalf.Refuse(current.Problem);
        if (file is { Length: > 0 })
        {
            using var reader = new StreamReader(file.OpenReadStream());
            text = await reader.ReadToEndAsync();
        }
        if (string.IsNullOrWhiteSpace(text))
            return behalf.Refuse("text", t["import.empty"]);
        IReadOnlyList<string> notes = [];
        if (kind == "mobile-api-connect")
        {
            var imported = await platform.Change(HttpMethod.Post, Service, $"/rules/import/mobile-api-connect", Document(text));
            if (!imported.IsThere)
                return behalf.Refuse(imported.Problem);
            notes = imported.Value.GetProperty("notes").Deserialize<string[]>() ?? [];
            text = imported.Value.GetProperty("ruleSet").GetRawText();
        }
        var read = await Read(platform, text);
        if (!read.IsThere)
            return behalf.Refuse(read.Problem);
        await drafts.Keep(label, current.Value with { RuleSet = read.Value });
        return behalf.Go(Labels.Url("/rules", label), string.Join(" ", notes.Take(5).Prepend(t["said.imported", read.Value.Rules.Count])));
    }

    private static async Task<IResult> Merge([FromForm] string? set, Drafts drafts, OnBehalf behalf, IStringLocalizer<RulesWords> t)
    {
        var label = set ?? Labels.Default;
        var (draft, inForce) = (await drafts.Find(label), await drafts.InForce(label));
        if (draft is null || !inForce.IsThere)
            return inForce.IsThere ? behalf.Go(Labels.Url("/rules", label)) : behalf.Refuse(inForce.Problem);
        var before = await drafts.At(label, draft.Base);
        if (!before.IsThere)
            return behalf.Refuse(before.Problem);
        var (merged, _) = RuleSetEdits.Merge(before.Value, draft.RuleSet, inForce.Value);
        await drafts.Keep(label, new Draft(inForce.Version ?? 0, merged, draft.At));
        return behalf.Go(Labels.Url("/rules/review", label), t["said.merged"]);
    }

    private static async Task<IResult> Drop([FromForm] string? set, Drafts drafts, OnBehalf behalf, IStringLocalizer<RulesWords> t)
    {
        await drafts.Drop(set ?? Labels.Default);
        return behalf.Go(Labels.Url("/rules", set ?? Labels.Default), t["said.dropped"]);
    }

    private static async Task<IResult> Install(
        [FromForm] string? set, [FromForm] string? vouch, [FromForm] string? accept, Drafts drafts, OnBehalf behalf, Viewer viewer, IStringLocalizer<RulesWords> t)
    {
        var label = set ?? Labels.Default;
        if (await drafts.Find(label) is not { } draft)
            return behalf.Refuse("draft", t["draft.none"]);
        var answer = await behalf.Change(
            HttpMethod.Put, Service, Waived($"/rule-sets/{label}", vouch, viewer).And("acceptBreaks", accept), draft.RuleSet.Body(), "rules.install", label);
        if (!answer.IsThere)
            return behalf.Refuse(answer.Problem.Status == StatusCodes.Status412PreconditionFailed ? answer.Problem with { Detail = t["install.conflict"] } : answer.Problem);
        await drafts.Drop(label);
        return behalf.Go(Labels.Url("/rules", label), t["said.installed", answer.Version ?? 0]);
    }

    private static Task<IResult> Revert(
        [FromForm] string? set, [FromForm] string? vouch, [FromForm] long to, OnBehalf behalf, Viewer viewer, IStringLocalizer<RulesWords> t) =>
        behalf.Ask(
            HttpMethod.Post, Service, Waived($"/rule-sets/{set ?? Labels.Default}/revert", vouch, viewer), new { version = to }, "rules.revert", set ?? Labels.Default,
            Labels.Url("/rules/versions", set ?? Labels.Default), t["said.reverted", to]);

    /// <summary>A path at which rules are put in force, vouched for by the viewer where they have said so.</summary>
    internal static ApiPath Waived(ApiPath path, string? vouch, Viewer viewer) => path.And("waivedBy", vouch == "true" ? viewer.Name : null);

    private static async Task<Answer<RuleSet>> Read(Platform platform, string text)
    {
        var answer = await platform.Change(HttpMethod.Post, Service, $"/rules/check", Document(text));
        return answer.IsThere ? new Answer<RuleSet>(answer.Value.Deserialize<RuleSet>(RuleSet.Json), null) : new Answer<RuleSet>(null, answer.Problem);
    }

    private static StringContent Document(string text) =>
        new(text, Encoding.UTF8, text.AsSpan().TrimStart() is ['{' or '[', ..] ? "application/json" : "application/yaml");
}
