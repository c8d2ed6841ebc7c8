using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Webhooks.Deliveries;
using Sms.Webhooks.Subscriptions;

namespace Sms.Webhooks.UseCases;

/// <summary>
/// An operator sees whether a receiver answers: a signed event of the type <c>webhook.test</c> is sent at once, also while the
/// webhook is paused; to a system with an API of its own, a call that changes nothing there. Neither queued nor tried again.
/// </summary>
internal static class TestWebhook
{
    /// <summary>What came of it.</summary>
    /// <param name="WebhookId">The header <c>webhook-id</c> it was sent with.</param>
    /// <param name="Outcome">In a word: <c>delivered</c>, or what went wrong.</param>
    /// <param name="Status">The HTTP status of the answer.</param>
    /// <param name="TookMs">How long it took, in milliseconds.</param>
    /// <param name="Answer">How the answer began.</param>
    public sealed record Response(string WebhookId, string Outcome, int? Status, int TookMs, string? Answer);

    public static void Map(RouteGroupBuilder webhooks) => webhooks.MapPost("/{id:guid}/test", Send).RequireAuthorization(Roles.Admin)
        .WithName("TestWebhook").WithSummary("Send a test event now and say what came of it");

    private static async Task<Results<Ok<Response>, NotFound>> Send(Guid id, IEventStore store, TellReceiver receiver, TimeProvider clock, CancellationToken ct)
    {
        if ((await store.Load(Subscription.Stream, id, ct)).State is not { Exists: true } webhook)
            return TypedResults.NotFound();
        var said = JsonSerializer.SerializeToElement(new { message = "This is a test." }, WebhookEvents.Json);
        var message = new WebhookMessage(Guid.NewGuid(), WebhookEvents.Test, id, clock.GetUtcNow(), said);
        var (outcome, took) = await receiver.Tell(id, webhook, message, keep: false);
        return TypedResults.Ok(new Response(message.WebhookId, outcome.What, outcome.Status, (int)took.TotalMilliseconds, outcome.Said));
    }
}
