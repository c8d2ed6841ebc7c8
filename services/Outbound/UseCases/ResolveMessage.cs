using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Sends;
using Sms.Outbound.Views;
using Sms.ServiceHost;

namespace Sms.Outbound.UseCases;

/// <summary>A person has found out what became of a text whose outcome is unknown.</summary>
public static class ResolveMessage
{
    /// <summary>What they found.</summary>
    /// <param name="Left">Whether it has left.</param>
    /// <param name="Reason">How they know, 1 to 500 characters.</param>
    public sealed record Finding(bool? Left, string? Reason);

    /// <summary><c>POST /messages/{sendId}/resolve</c>; 409 when its outcome is not unknown.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/messages/{sendId:guid}/resolve", Resolve).RequireAuthorization(Roles.Agent);

    private static async Task<Results<Ok<SentLog.Row>, NotFound, ValidationProblem>> Resolve(
        Guid sendId, Finding finding, HttpContext http, IEventStore store, NpgsqlDataSource database, CancellationToken ct)
    {
        if (finding.Left is not { } left)
            return Problems.Invalid("left", "must be true or false");
        if (!finding.Reason.IsReason())
            return Problems.Invalid("reason", Reasons.Fault);
        if (await SentLog.StreamOf(database, sendId, ct) is not { } streamId)
            return TypedResults.NotFound();
        var (kind, id) = Occasion.At(streamId);
        await store.Decide(kind, id, new SendCommand.Resolve(sendId, left, finding.Reason!), http.Cause(), ct);
        return TypedResults.Ok(await SentLog.Find(database, sendId, ct));
    }
}
