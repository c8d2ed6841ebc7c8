using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Shadows;
using Sms.AutoReply.Trials;
using Sms.AutoReply.Views;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>
/// An admin puts a version of a rule set in force, or an earlier one again; texts that are handled from then on are tried on it. A
/// rule that texts people is armed only once the draft has been tried, or somebody vouches for it by name; and no frozen case may
/// break unnoticed.
/// </summary>
public static class PublishRules
{
    /// <summary>Which version to go back to.</summary>
    public sealed record Earlier(long Version);

    /// <summary>How somebody puts rules in force that would be refused otherwise.</summary>
    /// <param name="WaivedBy">Who vouches for rules that were not tried, by name.</param>
    /// <param name="AcceptBreaks">Whether frozen cases may break.</param>
    private sealed record Waiver(string? WaivedBy, bool AcceptBreaks);

    /// <summary><c>PUT /rules</c>, <c>PUT /rule-sets/{label}</c>, <c>POST /rule-sets/{label}/revert</c>, <c>POST /rule-sets/{label}/shadow/promote</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPut("/rules", (HttpContext http, RuleSets ruleSets, IEventStore store, FrozenCases cases, WebhookCalls webhooks, CancellationToken ct, string? waivedBy = null, bool acceptBreaks = false) =>
                Replace(RuleSet.Default, new Waiver(waivedBy, acceptBreaks), http, ruleSets, store, cases, webhooks, ct))
            .Accepts<RuleSet>("application/json", "application/yaml").RequireAuthorization(Roles.Admin)
            .WithName("PublishDefaultRules").WithSummary("Puts a rule set in force for texts whose label has none of its own");
        api.MapPut("/rule-sets/{label}", (string label, HttpContext http, RuleSets ruleSets, IEventStore store, FrozenCases cases, WebhookCalls webhooks, CancellationToken ct, string? waivedBy = null, bool acceptBreaks = false) =>
                Replace(label, new Waiver(waivedBy, acceptBreaks), http, ruleSets, store, cases, webhooks, ct))
            .Accepts<RuleSet>("application/json", "application/yaml").RequireAuthorization(Roles.Admin)
            .WithName("PublishRules").WithSummary("Puts a rule set in force for texts of a label");
        api.MapPost("/rule-sets/{label}/revert", Revert).RequireAuthorization(Roles.Admin)
            .WithName("RevertRules").WithSummary("Puts an earlier version in force again, as a new one");
        api.MapPost("/rule-sets/{label}/shadow/promote", Promote).RequireAuthorization(Roles.Admin)
            .WithName("PromoteShadow").WithSummary("Puts the rules in the shadow in force");
    }

    private static async Task<Results<Ok<RuleSet>, ValidationProblem, ProblemHttpResult>> Replace(
        string label, Waiver waiver, HttpContext http, RuleSets ruleSets, IEventStore store, FrozenCases cases, WebhookCalls webhooks, CancellationToken ct)
    {
        if (!RuleSetBody.IsReadable(http.Request))
            return TypedResults.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType, title: "A rule set is JSON or YAML");
        if (!RuleSets.IsLabel(label))
            return Problems.Invalid("label", "must be 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit");
        var (draft, faults) = await RuleSetBody.Read(http.Request, ct);
        if (faults.Count == 0)
            faults = webhooks.Faults(draft!);
        return faults.Count > 0 ? Problems.Invalid(faults) : await Publish(label, draft!, null, [], waiver, http, ruleSets, store, cases, ct);
    }

    private static async Task<Results<Ok<RuleSet>, ValidationProblem, ProblemHttpResult>> Revert(
        string label, Earlier earlier, HttpContext http, RuleSets ruleSets, IEventStore store, EventLog log, FrozenCases cases, CancellationToken ct,
        string? waivedBy = null, bool acceptBreaks = false) =>
        await RuleSetList.At(log, label, earlier.Version, ct) is { } then
            ? await Publish(label, then, earlier.Version, [], new Waiver(waivedBy, acceptBreaks), http, ruleSets, store, cases, ct)
            : Problems.Invalid("version", "there is no such version");

    private static async Task<Results<Ok<RuleSet>, ValidationProblem, ProblemHttpResult>> Promote(
        string label, HttpContext http, RuleSets ruleSets, IEventStore store, FrozenCases cases, TimeProvider clock, CancellationToken ct,
        string? waivedBy = null, bool acceptBreaks = false)
    {
        var shadow = await store.Load(Shadow.Stream, label, ct);
        if (shadow.State.RuleSet is not { } ruleSet)
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "There are no rules in the shadow of this label");
        var ended = shadow.Append([new ShadowEvent.Ended(Promoted: true, http.Cause().Actor, clock.GetUtcNow())], http.Cause());
        return await Publish(label, ruleSet, null, [ended], new Waiver(waivedBy, acceptBreaks), http, ruleSets, store, cases, ct);
    }

    private static async Task<Results<Ok<RuleSet>, ValidationProblem, ProblemHttpResult>> Publish(
        string label, RuleSet draft, long? revertsTo, IReadOnlyList<Append> besides, Waiver waiver, HttpContext http, RuleSets ruleSets,
        IEventStore store, FrozenCases cases, CancellationToken ct)
    {
        if (waiver.WaivedBy is { } name && (string.IsNullOrWhiteSpace(name) || name.Length > 100 || name.Any(char.IsControl)))
            return Problems.Invalid("waivedBy", "must be a person's name, 1 to 100 characters");
        var inForce = await ruleSets.Load(label, ct);
        // Before all else: what is wrong with a draft of rules that are no longer in force is not what its writer has to hear.
        if (http.IfMatch() is { } read && read != inForce.Version)
            throw new VersionConflictException(RuleSet.Stream.StreamId(label));
        var arms = Trial.Arms(inForce.State, draft);
        var waivedBy = (string?)null;
        if (arms.Count > 0 && !(await store.Load(Trial.Stream, Trial.IdOf(label, draft), ct)).State.Tried)
        {
            if (waiver.WaivedBy is null)
                return TypedResults.Problem(
                    statusCode: StatusCodes.Status409Conflict, title: "Not tried yet",
                    detail: $"These rules text people and have not been tried on what was texted: {string.Join(", ", arms)}. Try the draft (POST /rules/what-if), or name who vouches for it (?waivedBy=).",
                    extensions: new Dictionary<string, object?> { ["rules"] = arms });
            waivedBy = waiver.WaivedBy;
        }
        var breaks = await cases.Breaks(label, ruleSets.Compiled(draft), ct);
        if (breaks.Count > 0 && !waiver.AcceptBreaks)
            return TypedResults.Problem(
                statusCode: StatusCodes.Status409Conflict, title: "Frozen cases break",
                detail: $"{breaks.Count} texts of frozen cases would come out differently. Thaw the cases that are out of date, or accept it (?acceptBreaks=true).",
                extensions: new Dictionary<string, object?> { ["breaks"] = JsonSerializer.SerializeToNode(breaks, Summary.Json) });

        // Appending at the version the caller has read makes the store the judge of whether it still is the version.
        var published = (inForce with { Version = http.IfMatch() ?? inForce.Version })
            .Append([new RuleSetEvent.RuleSetPublished(draft, http.Cause().Actor, waivedBy, revertsTo)], http.Cause());
        var committed = await store.Commit([published, .. besides], null, ct);

        http.SetETag(committed.Appended[0].Version);
        return TypedResults.Ok(draft);
    }
}
