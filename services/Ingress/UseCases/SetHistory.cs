using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.Ingress.Endpoints;
using Sms.ServiceHost;

namespace Sms.Ingress.UseCases;

/// <summary>An operator says how texts that were missed are fetched from an endpoint's gateway.</summary>
public static class SetHistory
{
    private const int LongestKey = 500, MostMinutes = 24 * 60;

    /// <summary>What the operator says.</summary>
    /// <param name="BaseUrl">Where the gateway's API is; where it has one for all, that is taken when left out.</param>
    /// <param name="ApiKey">The API key or password; encrypted at rest and never shown.</param>
    /// <param name="User">The user name, for a gateway that wants one.</param>
    /// <param name="DeviceId">The phone, for a gateway that is asked by phone.</param>
    /// <param name="EveryMinutes">How often to look, 5 to 1440; only when asked to (<c>backfill</c>) when left out.</param>
    public sealed record Request(string? BaseUrl, string? ApiKey, string? User, string? DeviceId, int? EveryMinutes);

    /// <summary>Maps <c>PUT /endpoints/{slug}/history</c> and <c>DELETE /endpoints/{slug}/history</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPut("/endpoints/{slug}/history", Put).RequireAuthorization(Roles.Admin)
            .WithName("SetHistory").WithSummary("Says how texts that were missed are fetched from an endpoint's gateway").TakesIfMatch();
        api.MapDelete("/endpoints/{slug}/history", Delete).RequireAuthorization(Roles.Admin)
            .WithName("RemoveHistory").WithSummary("Has nothing more fetched from an endpoint's gateway").TakesIfMatch();
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> Put(
        string slug, Request request, HttpContext http, IEventStore store, ChangeEndpoint endpoints, SecretBox box, CancellationToken ct)
    {
        var endpoint = (await store.Load(WebhookEndpoint.Stream, slug, ct)).State;
        if (endpoint.Slug is null)
            return TypedResults.NotFound();
        var profile = KnownProfiles.Compile(endpoint.Profile, endpoint.Custom).Profile;
        if (profile.History is null && profile.Redelivery is null || profile.Sending is null)
            return Problems.Invalid("profile", "has no history to fetch from");
        if ((request.BaseUrl ?? profile.Sending.BaseUrl) is not { } url || !EndpointDraft.IsAddress(url))
            return Problems.Invalid("baseUrl", "must be http or https, with a host and without user, query and fragment");
        if (request.ApiKey is not { Length: > 0 and <= LongestKey } key || key.Any(char.IsControl))
            return Problems.Invalid("apiKey", $"must be 1 to {LongestKey} characters");
        if (request.EveryMinutes is < 5 or > MostMinutes)
            return Problems.Invalid("everyMinutes", $"must be 5 to {MostMinutes}, or left out");
        var access = new HistoryAccess(url.TrimEnd('/'), request.DeviceId, request.User, box.Close(slug, key), request.EveryMinutes);
        return await endpoints.Change(slug, http, _ => new EndpointCommand.SetHistory(access), ct) is null ? TypedResults.NotFound() : TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, NotFound>> Delete(string slug, HttpContext http, ChangeEndpoint endpoints, CancellationToken ct) =>
        await endpoints.Change(slug, http, _ => new EndpointCommand.SetHistory(null), ct) is null ? TypedResults.NotFound() : TypedResults.NoContent();
}
