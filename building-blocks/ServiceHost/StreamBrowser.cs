using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sms.EventStore;

namespace Sms.ServiceHost;

/// <summary>Looking into a service's streams over HTTP, and setting its relay back.</summary>
internal static class StreamBrowser
{
    public sealed record StreamAtVersion(EventLog.StreamRow Stream, long Version, object? State, Page<EventLog.EventRow> Events);

    public sealed record RelayStatus(bool ActiveHere, long Position, long End, string? Trouble);

    public sealed record ReplayRequest(long From);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/streams", List);
        api.MapGet("/streams/{id}", One);
        api.MapGet("/story/{smsId:guid}", (Guid smsId, EventLog log, CancellationToken ct) => log.Story(smsId, ct));
        api.MapGet("/relay", Status);
        api.MapPost("/relay/replay", Replay).RequireAuthorization(Roles.Admin);
    }

    private static async Task<Page<EventLog.StreamRow>> List(string? type, string? after, int? limit, EventLog log, CancellationToken ct)
    {
        var size = Paging.Size(limit);
        return (await log.Streams(type, after, size + 1, ct)).ToPage(size, row => row.Id);
    }

    private static async Task<Results<Ok<StreamAtVersion>, NotFound>> One(
        string id, long? version, long? after, int? limit, EventLog log, CancellationToken ct)
    {
        if (await log.Stream(id, ct) is not { } stream)
            return TypedResults.NotFound();
        var at = Math.Min(version ?? stream.Version, stream.Version);
        var size = Paging.Size(limit);
        var events = (await log.Events(id, after ?? 0, size + 1, ct)).FindAll(e => e.Version <= at)
            .ToPage(size, row => row.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return TypedResults.Ok(new StreamAtVersion(stream, at, await log.StateAt(id, stream.Type, at, ct), events));
    }

    private static async Task<RelayStatus> Status(HttpContext http, EventLog log, CancellationToken ct)
    {
        var (position, end) = await log.RelayPosition(ct);
        var relay = http.RequestServices.GetService(typeof(Relay)) as Relay;
        return new RelayStatus(relay?.IsActive ?? false, position, end, relay?.Trouble);
    }

    private static async Task<Results<Accepted, ValidationProblem>> Replay(ReplayRequest request, EventLog log, CancellationToken ct)
    {
        if (request.From < 0)
            return Problems.Invalid("from", "must be 0 or a sequence number");
        await log.Replay(request.From, ct);
        return TypedResults.Accepted("/relay");
    }
}
