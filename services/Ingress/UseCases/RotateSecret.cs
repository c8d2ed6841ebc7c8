using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.Ingress.Endpoints;
using Sms.ServiceHost;

namespace Sms.Ingress.UseCases;

/// <summary>An operator changes an endpoint's secret: the old ones count until the gateway has surely changed over, or not a moment longer.</summary>
public static class RotateSecret
{
    private const double DefaultOverlapHours = 24, LongestOverlapHours = 24 * 30;

    /// <summary>What the operator asks for.</summary>
    /// <param name="Secret">The new secret; generated where it is missing.</param>
    /// <param name="OverlapHours">How long the old ones still count, 0 to 720; 24 when not said, as deliveries signed before are tried again for about that long.</param>
    public sealed record Request(string? Secret, double? OverlapHours);

    /// <summary>The new secret.</summary>
    /// <param name="SecretId">Its id.</param>
    /// <param name="Secret">The secret, if it was generated just now; it is not shown again.</param>
    /// <param name="OldUntil">Until when the old ones count.</param>
    public sealed record Response(Guid SecretId, string? Secret, DateTimeOffset OldUntil);

    /// <summary>Maps <c>POST /endpoints/{slug}/secrets</c> and <c>DELETE /endpoints/{slug}/secrets/{id}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/endpoints/{slug}/secrets", Rotate).RequireAuthorization(Roles.Admin)
            .WithName("RotateSecret").WithSummary("Gives an endpoint a new secret, the old ones counting for a while").TakesIfMatch();
        api.MapDelete("/endpoints/{slug}/secrets/{secretId:guid}", Revoke).RequireAuthorization(Roles.Admin)
            .WithName("RevokeSecret").WithSummary("Revokes a secret at once").TakesIfMatch();
    }

    private static async Task<Results<Ok<Response>, NotFound, ValidationProblem>> Rotate(
        string slug, Request request, HttpContext http, IEventStore store, ChangeEndpoint endpoints, SecretBox box, TimeProvider clock,
        CancellationToken ct)
    {
        if (request.OverlapHours is { } hours && hours is not (>= 0 and <= LongestOverlapHours))
            return Problems.Invalid("overlapHours", $"must be 0 to {LongestOverlapHours}");
        var now = clock.GetUtcNow();
        var oldUntil = now.AddHours(request.OverlapHours ?? DefaultOverlapHours);
        var endpoint = await store.Load(WebhookEndpoint.Stream, slug, ct);
        if (endpoint.Version == 0)
            return TypedResults.NotFound();
        // As if it had none: the gateway's own key cannot be made here, however many the endpoint has.
        if (new EndpointDraft(Secret: request.Secret).Faults(endpoint.State with { Secrets = endpoint.State.Secrets.Clear() }) is { Count: > 0 } faults)
            return Problems.Invalid(faults);
        if (request.Secret is not null && box.Find(slug, endpoint.State.EncryptedSecrets, request.Secret) is not null)
            return Problems.Invalid("secret", "is one of the endpoint's already");

        var secret = request.Secret ?? RegisterEndpoint.NewSecret(KnownProfiles.Compile(endpoint.State.Profile, endpoint.State.Custom));
        var closed = RegisterEndpoint.Closed(box, slug, secret);
        if (await endpoints.Change(slug, http, _ => new EndpointCommand.RotateSecret(closed, oldUntil, now), ct) is not (_, var version))
            return TypedResults.NotFound();
        http.SetETag(version);
        return TypedResults.Ok(new Response(closed.SecretId, request.Secret is null ? secret : null, oldUntil));
    }

    private static async Task<Results<NoContent, NotFound>> Revoke(
        string slug, Guid secretId, HttpContext http, ChangeEndpoint endpoints, CancellationToken ct) =>
        await endpoints.Change(slug, http, _ => new EndpointCommand.RevokeSecret(secretId), ct) is null ? TypedResults.NotFound() : TypedResults.NoContent();
}
