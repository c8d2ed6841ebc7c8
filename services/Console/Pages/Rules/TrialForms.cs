using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Sms.Console.Pages.Rules;

/// <summary>Drafts are tried on what was really texted, and on what comes in, before they are in force.</summary>
public static class TrialForms
{
    private const string Service = "autoreply";
    private const int UsualDays = 30, MostDays = 366;

    /// <summary>Maps the forms.</summary>
    public static void Map(RouteGroupBuilder forms)
    {
        forms.MapPost("/trial/begin", Begin);
        forms.MapPost("/trial/cancel", ([FromForm] string? set, Trials trials, Viewer viewer, OnBehalf behalf) =>
        {
            trials.Of(viewer.Name, set ?? Labels.Default)?.Cancel();
            return behalf.Go(Labels.Url("/rules/trial", set ?? Labels.Default));
        });
        forms.MapPost("/shadow/begin", BeginShadow);
        forms.MapPost("/shadow/promote", ([FromForm] string? set, [FromForm] string? vouch, OnBehalf behalf, Viewer viewer, IStringLocalizer<RulesWords> t) => behalf.Ask(
            HttpMethod.Post, Service, RulesForms.Waived($"/rule-sets/{set ?? Labels.Default}/shadow/promote", vouch, viewer), null, "rules.promote",
            set ?? Labels.Default, Labels.Url("/rules", set ?? Labels.Default), t["said.promoted"]));
        forms.MapPost("/shadow/drop", ([FromForm] string? set, OnBehalf behalf, IStringLocalizer<RulesWords> t) => behalf.Ask(
            HttpMethod.Delete, Service, $"/rule-sets/{set ?? Labels.Default}/shadow", null, "rules.shadow.drop",
            set ?? Labels.Default, Labels.Url("/rules/shadow", set ?? Labels.Default), t["said.shadow.dropped"]));
    }

    private static async Task<IResult> Begin(
        [FromForm] string? set, [FromForm] int? days, Drafts drafts, Trials trials, Viewer viewer, OnBehalf behalf)
    {
        var label = set ?? Labels.Default;
        var current = await drafts.Current(label);
        if (!current.IsThere)
            return behalf.Refuse(current.Problem);
        trials.Begin(viewer.Name, label, current.Value.RuleSet, Math.Clamp(days ?? UsualDays, 1, MostDays));
        await behalf.Record(Service, "rules.try", label, StatusCodes.Status200OK);
        return behalf.Go(Labels.Url("/rules/trial", label));
    }

    private static async Task<IResult> BeginShadow([FromForm] string? set, Drafts drafts, OnBehalf behalf, IStringLocalizer<RulesWords> t)
    {
        var label = set ?? Labels.Default;
        return await drafts.Find(label) is { } draft
            ? await behalf.Ask(
                HttpMethod.Put, Service, $"/rule-sets/{label}/shadow", draft.RuleSet.Body(), "rules.shadow", label, Labels.Url("/rules/shadow", label), t["said.shadow"])
            : behalf.Refuse("draft", t["draft.none"]);
    }
}
