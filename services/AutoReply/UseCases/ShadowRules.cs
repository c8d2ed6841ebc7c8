using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Shadows;
using Sms.AutoReply.Trials;
using Sms.AutoReply.Views;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>Somebody lets a draft run beside the rules in force: on live texts, recorded, with nothing sent; and compares.</summary>
public static class ShadowRules
{
    /// <summary>How the rules in the shadow compare.</summary>
    /// <param name="RuleSet">The rules.</param>
    /// <param name="Texts">The texts they were tried on.</param>
    /// <param name="Differ">Of how many something else would have come.</param>
    /// <param name="Latest">The latest of those: look at <c>GET /answers/{smsId}</c>.</param>
    /// <param name="Examples">The first few of the latest, with what came and what would have come.</param>
    public sealed record Comparison(RuleSet RuleSet, long Texts, long Differ, IReadOnlyList<Guid> Latest, IReadOnlyList<TryRules.Changed> Examples);

    private const int Examples = 20;

    /// <summary><c>PUT</c>, <c>GET</c> and <c>DELETE /rule-sets/{label}/shadow</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPut("/rule-sets/{label}/shadow", Begin).Accepts<RuleSet>("application/json", "application/yaml").RequireAuthorization(Roles.Admin)
            .WithName("BeginShadow").WithSummary("Lets a draft be tried on live texts, without any effect");
        api.MapGet("/rule-sets/{label}/shadow", Compare).WithName("CompareShadow").WithSummary("How the rules in the shadow compare with those in force");
        api.MapDelete("/rule-sets/{label}/shadow", Drop).RequireAuthorization(Roles.Admin).WithName("DropShadow").WithSummary("Takes the rules out of the shadow");
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> Begin(
        string label, HttpContext http, IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        if (!RuleSetBody.IsReadable(http.Request))
            return TypedResults.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType, title: "A rule set is JSON or YAML");
        if (!RuleSets.IsLabel(label))
            return Problems.Invalid("label", "must be 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit");
        var (draft, faults) = await RuleSetBody.Read(http.Request, ct);
        if (faults.Count > 0)
            return Problems.Invalid(faults);
        var shadow = await store.Load(Shadow.Stream, label, ct);
        await store.Commit(shadow, [new ShadowEvent.Began(draft!, http.Cause().Actor, clock.GetUtcNow())], http.Cause(), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Comparison>, NotFound>> Compare(
        string label, IEventStore store, EventLog log, EventTypes types, NpgsqlDataSource database, CancellationToken ct)
    {
        var shadow = await store.Load(Shadow.Stream, label, ct);
        if (shadow.State.RuleSet is not { } ruleSet)
            return TypedResults.NotFound();
        var (texts, differ) = (await database.Query(
            $"select count(*), count(*) filter (where shadow_differs) from answers where label = {label} and shadow_version = {shadow.Version}",
            r => (r.GetInt64(0), r.GetInt64(1)), ct))[0];
        var latest = await database.Query(
            $"select sms_id from answers where label = {label} and shadow_version = {shadow.Version} and shadow_differs order by at desc limit 100", r => r.GetGuid(0), ct);
        var examples = new List<TryRules.Changed>();
        foreach (var smsId in latest.Take(Examples))
            if (await Explanation.Find(log, types, smsId, ct) is { Shadow: { } other } ruled)
                examples.Add(new TryRules.Changed(
                    smsId, ruled.ReceivedAt, ruled.From, ruled.Text, Summary.Read(Summary.Of(ruled.Ruling)), Summary.Read(Summary.Of(other.Ruling))));
        return TypedResults.Ok(new Comparison(ruleSet, texts, differ, latest, examples));
    }

    private static async Task<Results<NoContent, NotFound>> Drop(string label, HttpContext http, IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        var shadow = await store.Load(Shadow.Stream, label, ct);
        if (shadow.State.RuleSet is null)
            return TypedResults.NotFound();
        await store.Commit(shadow, [new ShadowEvent.Ended(Promoted: false, http.Cause().Actor, clock.GetUtcNow())], http.Cause(), ct);
        return TypedResults.NoContent();
    }
}
