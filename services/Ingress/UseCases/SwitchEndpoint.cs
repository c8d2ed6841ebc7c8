using Microsoft.AspNetCore.Http.HttpResults;
using Sms.Ingress.Endpoints;
using Sms.ServiceHost;

namespace Sms.Ingress.UseCases;

/// <summary>An operator disables an endpoint, which then is as if it were not there, or enables it again.</summary>
public static class SwitchEndpoint
{
    private const int LongestReason = 500;

    /// <summary>Why, for whoever looks into its history.</summary>
    public sealed record Request(string? Reason);

    /// <summary>Maps <c>POST /endpoints/{slug}/disable</c> and <c>POST /endpoints/{slug}/enable</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/endpoints/{slug}/disable", Disable).RequireAuthorization(Roles.Admin)
            .WithName("DisableEndpoint").WithSummary("Has an endpoint take nothing any more, as if it were not there").TakesIfMatch();
        api.MapPost("/endpoints/{slug}/enable", Enable).RequireAuthorization(Roles.Admin)
            .WithName("EnableEndpoint").WithSummary("Has a disabled endpoint take deliveries again").TakesIfMatch();
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> Disable(
        string slug, Request? request, HttpContext http, ChangeEndpoint endpoints, CancellationToken ct)
    {
        if (request?.Reason is { } reason && (reason.Length > LongestReason || reason.Contains('\0', StringComparison.Ordinal)))
            return Problems.Invalid("reason", $"must not be longer than {LongestReason} characters, and without U+0000");
        return await endpoints.Change(slug, http, _ => new EndpointCommand.Disable(request?.Reason), ct) is null
            ? TypedResults.NotFound()
            : TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, NotFound>> Enable(string slug, HttpContext http, ChangeEndpoint endpoints, CancellationToken ct) =>
        await endpoints.Change(slug, http, _ => new EndpointCommand.Enable(), ct) is null ? TypedResults.NotFound() : TypedResults.NoContent();
}
