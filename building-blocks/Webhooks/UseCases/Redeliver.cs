using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Webhooks.Subscriptions;

namespace Sms.Webhooks.UseCases;

/// <summary>An operator has something told again, or all that a receiver has missed. It goes out under the ids it had.</summary>
internal static class Redeliver
{
    /// <summary>What to tell again.</summary>
    /// <param name="Since">Everything that happened since then.</param>
    /// <param name="Delivered">Whether that includes what the receiver has taken, as when it has lost it; else only what was given up.</param>
    public sealed record RecoverRequest(DateTimeOffset? Since, bool? Delivered);

    /// <summary>How much is told again.</summary>
    public sealed record RecoverResponse(int Deliveries);

    public static void Map(RouteGroupBuilder webhooks)
    {
        webhooks.MapPost("/{id:guid}/deliveries/{messageId:guid}/redeliver", One).RequireAuthorization(Roles.Admin)
            .WithName("RedeliverWebhook").WithSummary("Try one delivery again now, whatever became of it");
        webhooks.MapPost("/{id:guid}/recover", Since).RequireAuthorization(Roles.Admin)
            .WithName("RecoverWebhook").WithSummary("Tell a receiver again what it has missed since a time");
    }

    private static async Task<Results<Accepted, NotFound>> One(
        Guid id, Guid messageId, IEventStore store, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        if (!(await store.Load(Subscription.Stream, id, ct)).State.Exists)
            return TypedResults.NotFound();
        var found = await database.Query(
            $"""
            with again as (
                update webhook_deliveries set state = 'waiting', due_at = {clock.GetUtcNow()}, tries = 0, finished_at = null
                where webhook_id = {id} and message_id = {messageId} and (leased_until is null or leased_until <= clock_timestamp())
                returning message_id)
            select exists (select from again) from webhook_deliveries where webhook_id = {id} and message_id = {messageId}
            """, r => r.GetBoolean(0), ct);
        return found switch
        {
            [] => TypedResults.NotFound(),
            [false] => throw new RefusedException("It is being delivered at this moment."),
            _ => TypedResults.Accepted($"/webhooks/{id}/deliveries/{messageId}"),
        };
    }

    private static async Task<Results<Ok<RecoverResponse>, NotFound, ValidationProblem>> Since(
        Guid id, RecoverRequest request, IEventStore store, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        if (request.Since is not { } since || since > clock.GetUtcNow())
            return Problems.Invalid("since", "must be a time that has passed");
        if (!(await store.Load(Subscription.Stream, id, ct)).State.Exists)
            return TypedResults.NotFound();
        var again = await database.Query(
            $"""
            update webhook_deliveries set state = 'waiting', due_at = {clock.GetUtcNow()}, tries = 0, finished_at = null
            where webhook_id = {id} and created_at >= {since.ToUniversalTime()} and (state = 'failed' or state = 'delivered' and {request.Delivered == true})
            returning message_id
            """, r => r.GetGuid(0), ct);
        return TypedResults.Ok(new RecoverResponse(again.Count));
    }
}
