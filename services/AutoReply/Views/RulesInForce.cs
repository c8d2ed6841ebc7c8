using Microsoft.AspNetCore.Http.HttpResults;
using Sms.AutoReply.Rules;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.AutoReply.Views;

/// <summary>The rules in force, in order. The stream itself is the view: its version is the <c>ETag</c>.</summary>
public sealed record RulesInForce(IReadOnlyList<Rule> Rules)
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/rules", Show);

    private static async Task<Ok<RulesInForce>> Show(IEventStore store, HttpContext http, CancellationToken ct)
    {
        var ruleSet = await store.Load(RuleSet.Stream, RuleSet.Default, ct);
        http.SetETag(ruleSet.Version);
        return TypedResults.Ok(new RulesInForce(ruleSet.State.Rules));
    }
}
