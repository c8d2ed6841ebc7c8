using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sms.EventStore;

namespace Sms.ServiceHost;

/// <summary>Making a service's views anew from its log, and looking whether the live ones are what the log says.</summary>
internal static class ViewRoutes
{
    public sealed record ViewTables(string View, IReadOnlyList<string> Tables);

    public static void Map(RouteGroupBuilder api)
    {
        var views = api.MapGroup("/views").WithTags("Views");
        views.MapGet("", (ViewRuns runs) => runs.Views.Select(view => new ViewTables(view.View, view.Tables)))
            .WithName("ListViews").WithSummary("The views there are and the tables each of them fills.");
        Map(views.MapGroup("/rebuild"), ViewPurpose.Rebuild,
            "Make all views anew from the log, while the service works on, and put them in the place of the live ones.",
            "The latest rebuild: how far it is, or how it ended.");
        Map(views.MapGroup("/verify"), ViewPurpose.Verify,
            "Make all views anew from the log, while the service works on, and compare them row by row with the live ones.",
            "The latest comparison: how far it is, or what it found.");
    }

    private static void Map(RouteGroupBuilder runs, ViewPurpose purpose, string start, string look)
    {
        runs.MapPost("", async Task<Accepted<ViewRun>> (ViewRuns views, HttpContext http, CancellationToken ct) =>
                TypedResults.Accepted(http.Request.Path, await views.Start(purpose, http.Cause().Actor, ct)))
            .RequireAuthorization(Roles.Admin).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName($"Start{purpose}").WithSummary(start);
        runs.MapGet("", async Task<Results<Ok<ViewRun>, NotFound>> (ViewRuns views, CancellationToken ct) =>
                await views.Latest(purpose, ct) is { } run ? TypedResults.Ok(run) : TypedResults.NotFound())
            .WithName($"Show{purpose}").WithSummary(look);
        runs.MapDelete("", async Task<Accepted<ViewRun>> (ViewRuns views, HttpContext http, CancellationToken ct) =>
                TypedResults.Accepted(http.Request.Path, await views.Cancel(purpose, http.Cause().Actor, ct)))
            .RequireAuthorization(Roles.Admin).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName($"Cancel{purpose}").WithSummary("Call it off. The live views stay as they are.");
    }
}
