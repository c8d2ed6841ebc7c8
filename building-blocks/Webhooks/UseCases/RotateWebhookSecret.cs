using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Webhooks.Deliveries;
using Sms.Webhooks.Subscriptions;

namespace Sms.Webhooks.UseCases;

/// <summary>An operator changes a webhook's secret: for a while deliveries carry a signature of each, so that the receiver can change over when it likes.</summary>
internal static class RotateWebhookSecret
{
    private const double DefaultOverlapHours = 24, LongestOverlapHours = 24 * 30;

    /// <summary>What the operator asks for.</summary>
    /// <param name="Secret">The new secret; generated where it is missing.</param>
    /// <param name="OverlapHours">How long the old ones are used beside it, 0 to 720; 24 when not said.</param>
    public sealed record Request(string? Secret, double? OverlapHours);

    /// <summary>The new secret.</summary>
    /// <param name="SecretId">Its id.</param>
    /// <param name="Secret">The secret, if it was generated just now; it is not shown again.</param>
    /// <param name="OldUntil">Until when the old ones are used.</param>
    public sealed record Response(Guid SecretId, string? Secret, DateTimeOffset OldUntil);

    public static void Map(RouteGroupBuilder webhooks)
    {
        webhooks.MapPost("/{id:guid}/secrets", Rotate).RequireAuthorization(Roles.Admin).WithName("RotateWebhookSecret")
            .WithSummary("Sign with a new secret, and for a while with the old ones too").TakesIfMatch();
        webhooks.MapDelete("/{id:guid}/secrets/{secretId:guid}", Revoke).RequireAuthorization(Roles.Admin).WithName("RevokeWebhookSecret")
            .WithSummary("Do not sign with a secret any more").TakesIfMatch();
    }

    private static async Task<Results<Ok<Response>, NotFound, ValidationProblem>> Rotate(
        Guid id, Request request, HttpContext http, IEventStore store, ChangeWebhook webhooks, Lazy<SecretBox> box, TimeProvider clock, CancellationToken ct)
    {
        if (request.OverlapHours is { } hours && hours is not (>= 0 and <= LongestOverlapHours))
            return Problems.Invalid("overlapHours", $"must be 0 to {LongestOverlapHours}");
        if (request.Secret is not null && StandardSignature.Fault(request.Secret) is { } fault)
            return Problems.Invalid("secret", fault);
        var before = (await store.Load(Subscription.Stream, id, ct)).State;
        if (!before.Exists)
            return TypedResults.NotFound();
        if (request.Secret is not null && box.Open().Find(id.ToString(), before.Secrets.Select(s => KeyValuePair.Create(s.Key, s.Value.Encrypted)), request.Secret) is not null)
            return Problems.Invalid("secret", "is one of the webhook's already");

        var (now, secret) = (clock.GetUtcNow(), request.Secret ?? StandardSignature.NewSecret());
        var added = new SubscriptionEvent.SecretAdded(Guid.CreateVersion7(now), box.Open().Close(id.ToString(), secret));
        var oldUntil = now.AddHours(request.OverlapHours ?? DefaultOverlapHours);
        return await webhooks.Change(id, http, _ => new SubscriptionCommand.RotateSecret(added, oldUntil, now), ct)
            ? TypedResults.Ok(new Response(added.SecretId, request.Secret is null ? secret : null, oldUntil))
            : TypedResults.NotFound();
    }

    private static async Task<Results<NoContent, NotFound>> Revoke(
        Guid id, Guid secretId, HttpContext http, ChangeWebhook webhooks, TimeProvider clock, CancellationToken ct) =>
        await webhooks.Change(id, http, _ => new SubscriptionCommand.RevokeSecret(secretId, clock.GetUtcNow()), ct) ? TypedResults.NoContent() : TypedResults.NotFound();
}
