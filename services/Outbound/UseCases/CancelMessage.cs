using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Sends;
using Sms.Outbound.Views;
using Sms.ServiceHost;

namespace Sms.Outbound.UseCases;

/// <summary>A person takes a text back that has not left yet.</summary>
public static class CancelMessage
{
    /// <summary>Why.</summary>
    /// <param name="Reason">In their words, 1 to 500 characters.</param>
    public sealed record Because(string? Reason);

    /// <summary><c>POST /messages/{sendId}/cancel</c>; 409 when it is too late.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/messages/{sendId:guid}/cancel", Cancel).RequireAuthorization(Roles.Agent);

    private static async Task<Results<Ok<SentLog.Row>, NotFound, ValidationProblem>> Cancel(
        Guid sendId, Because because, HttpContext http, IEventStore store, NpgsqlDataSource database, CancellationToken ct)
    {
        if (!because.Reason.IsReason())
            return Problems.Invalid("reason", Reasons.Fault);
        if (await SentLog.StreamOf(database, sendId, ct) is not { } streamId)
            return TypedResults.NotFound();
        var (kind, id) = Occasion.At(streamId);
        await store.Decide(kind, id, new SendCommand.Cancel(sendId, because.Reason!), http.Cause(), ct);
        return TypedResults.Ok(await SentLog.Find(database, sendId, ct));
    }
}

internal static class Reasons
{
    public const string Fault = "must say why, in 1 to 500 characters";

    /// <summary>Whether a person said why.</summary>
    public static bool IsReason(this string? reason) => !string.IsNullOrWhiteSpace(reason) && reason.Length <= 500;
}
