using Microsoft.AspNetCore.Http.HttpResults;
using Sms.AutoReply.Breakers;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>A person has looked at why a breaker opened, and lets replies leave again.</summary>
public static class CloseBreaker
{
    /// <summary>Which one.</summary>
    /// <param name="Scope">The endpoint, or <c>*</c> for the one for all replies.</param>
    public sealed record Which(string? Scope);

    /// <summary><c>POST /breakers/close</c>; closing one that is not open changes nothing.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/breakers/close", Close).RequireAuthorization(Roles.Admin)
        .WithName("CloseBreaker").WithSummary("Lets automatic replies leave again");

    private static async Task<Results<NoContent, ValidationProblem>> Close(
        Which which, HttpContext http, IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(which.Scope) || which.Scope.Length > 100)
            return Problems.Invalid("scope", "must be an endpoint, or * for all replies");
        var breaker = await store.Load(Breaker.Stream, Breaker.IdOf(which.Scope), ct);
        if (breaker.State.IsOpen)
            await store.Commit(breaker, [new BreakerEvent.Closed(which.Scope, http.Cause().Actor, clock.GetUtcNow())], http.Cause(), ct);
        return TypedResults.NoContent();
    }
}
