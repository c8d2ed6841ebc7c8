using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Views;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>An admin replaces the whole ordered list of rules; texts that arrive from then on are tried on the new one.</summary>
public static class ReplaceRules
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPut("/rules", Replace).Accepts<RuleSetDraft>("application/json").RequireAuthorization(Roles.Admin);

    private static async Task<Results<Ok<RulesInForce>, ValidationProblem>> Replace(
        IEventStore store, HttpContext http, CancellationToken ct)
    {
        // Read here and not by binding, which does not tell the caller which field it stumbled over.
        RuleSetDraft draft;
        try
        {
            draft = await JsonSerializer.DeserializeAsync<RuleSetDraft>(http.Request.Body, JsonSerializerOptions.Web, ct) ?? new RuleSetDraft(null);
        }
        catch (JsonException e)
        {
            return Problems.Invalid(FieldOf(e), "is not what a rule set in JSON has in this place");
        }
        if (draft.Faults() is { Count: > 0 } faults)
            return Problems.Invalid(faults);

        var ruleSet = await store.Load(RuleSet.Stream, RuleSet.Default, ct);
        var replaced = new RuleSetEvent.RuleSetReplaced(draft.ToRules());
        // Appending at the version the caller has read makes the store the judge of whether it still is the version.
        var committed = await store.Commit(
            ruleSet with { Version = http.IfMatch() ?? ruleSet.Version }, [replaced], http.Cause(), ct);

        http.SetETag(committed.Appended[0].Version);
        return TypedResults.Ok(new RulesInForce(replaced.Rules));
    }

    /// <summary>Where reading stopped: <c>$.rules[0].name</c> is <c>rules[0].name</c>.</summary>
    private static string FieldOf(JsonException e) => e.Path is { Length: > 2 } path ? path[2..] : "rules";
}
