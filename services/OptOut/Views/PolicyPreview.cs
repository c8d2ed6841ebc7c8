using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.OptOut.Policies;
using Sms.OptOut.UseCases;
using Sms.ServiceHost;

namespace Sms.OptOut.Views;

/// <summary><c>GET /policies/{id}/preview</c>: whom a policy would change something for if it came into force today.</summary>
/// <param name="PolicyId">The policy.</param>
/// <param name="Compared">The policy in force, with which it was compared.</param>
/// <param name="Count">How many people.</param>
/// <param name="People">Some of them, by number; and what would change.</param>
public sealed record PolicyPreview(Guid PolicyId, Guid Compared, long Count, Page<PolicyEffects.Effect> People)
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/policies/{id:guid}/preview", Preview);

    private static async Task<Results<Ok<PolicyPreview>, NotFound>> Preview(
        Guid id, string? after, int? limit, IEventStore store, PolicyEffects effects, TimeProvider clock, CancellationToken ct)
    {
        var rules = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State;
        if (rules.Policies.Find(policy => policy.PolicyId == id) is not { } previewed)
            return TypedResults.NotFound();
        var (inForce, size, count) = (rules.At(clock.GetUtcNow()), Paging.Size(limit), 0L);
        var people = new List<PolicyEffects.Effect>();
        await foreach (var part in effects.Of(inForce, previewed, ct))
        {
            count += part.Count;
            people.AddRange(part.Where(effect => string.CompareOrdinal(effect.Person, after ?? "") > 0).Take(size + 1 - people.Count));
        }
        return TypedResults.Ok(new PolicyPreview(id, inForce.PolicyId, count, people.ToPage(size, effect => effect.Person)));
    }
}
