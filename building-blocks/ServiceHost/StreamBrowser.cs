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

    /// <summary>How far a service's relay has come.</summary>
    /// <param name="ActiveHere">Whether this instance publishes; one of a service's instances does.</param>
    /// <param name="Position">The sequence number of the last fact whose messages are published.</param>
    /// <param name="End">That of the last fact.</param>
    /// <param name="GivingWay">Whether it holds its messages back for now, because a crowd at the door goes first.</param>
    /// <param name="Trouble">What keeps it from publishing; null when nothing does.</param>
    /// <param name="Replay">The replay that was asked for last, or null.</param>
    public sealed record RelayStatus(bool ActiveHere, long Position, long End, bool GivingWay, string? Trouble, ReplayRun? Replay);

    public sealed record ReplayRequest(long From);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/streams", List).WithName("ListStreams").WithSummary("The service's streams, by id, a page at a time");
        api.MapGet("/streams/kinds", (EventLog log) => log.Kinds).WithName("ListStreamKinds").WithSummary("The kinds of streams the service keeps");
        api.MapGet("/facts", Facts).WithName("ListFacts").WithSummary("The service's log, the latest fact first; only what there was at a time with until");
        api.MapGet("/facts/{id:guid}", Fact).WithName("GetFact").WithSummary("One fact, by its id");
        api.MapGet("/streams/{id}", One).WithName("GetStream").WithSummary("A stream's facts, and what they add up to, as it is or as it was at a version");
        api.MapGet("/story/{smsId:guid}", (Guid smsId, EventLog log, CancellationToken ct) => log.Story(smsId, ct))
            .WithName("GetStory").WithSummary("The service's part in what one text led to");
        api.MapGet("/relay", Status).WithName("GetRelay").WithSummary("How far the service's facts are published, what is in the way, and how far the latest replay is");
        api.MapPost("/relay/replay", Replay).RequireAuthorization(Roles.Admin).WithName("ReplayFacts").WithSummary("Publishes again what was published since a sequence number, under the same ids");
        api.MapDelete("/relay/replay", Cancel).RequireAuthorization(Roles.Admin).WithName("CancelReplay").WithSummary("Calls the replay off: the relay goes on from where it was before");
    }

    private static async Task<Page<EventLog.StreamRow>> List(string? type, string? after, int? limit, EventLog log, CancellationToken ct)
    {
        var size = Paging.Size(limit);
        return (await log.Streams(type, after, size + 1, ct)).ToPage(size, row => row.Id);
    }

    private static async Task<Page<EventLog.EventRow>> Facts(long? after, DateTimeOffset? until, int? limit, EventLog log, CancellationToken ct)
    {
        var size = Paging.Size(limit);
        return (await log.Latest(after ?? long.MaxValue, until?.ToUniversalTime(), size + 1, ct))
            .ToPage(size, row => row.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task<Results<Ok<EventLog.EventRow>, NotFound>> Fact(Guid id, EventLog log, CancellationToken ct) =>
        await log.Find(id, ct) is { } fact ? TypedResults.Ok(fact) : TypedResults.NotFound();

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

    private static async Task<RelayStatus> Status(HttpContext http, EventLog log, Replays replays, CancellationToken ct)
    {
        var (position, end) = await log.RelayPosition(ct);
        var relay = http.RequestServices.GetService(typeof(Relay)) as Relay;
        return new RelayStatus(relay?.IsActive ?? false, position, end, relay?.IsGivingWay ?? false, relay?.Trouble, await replays.Latest(ct));
    }

    private static async Task<Results<Accepted, ValidationProblem>> Replay(
        ReplayRequest request, Replays replays, HttpContext http, CancellationToken ct)
    {
        if (request.From < 0)
            return Problems.Invalid("from", "must be 0 or a sequence number");
        await replays.Start(request.From, http.Cause().Actor, ct);
        return TypedResults.Accepted("/relay");
    }

    private static async Task<Accepted> Cancel(Replays replays, HttpContext http, CancellationToken ct)
    {
        await replays.Cancel(http.Cause().Actor, ct);
        return TypedResults.Accepted("/relay");
    }
}
