using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Sms.EventStore;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>What an operator does with messages that could not be handled.</summary>
internal static class DeadLetterRoutes
{
    private const int MostAtOnce = 1000, LongestReason = 500;

    /// <summary>How a letter is to be requeued.</summary>
    /// <param name="Body">The message to put in the place of the one that failed, as JSON or as a text that holds JSON; left out, it stays as it is.</param>
    public sealed record RequeueRequest(JsonElement? Body);

    /// <summary>A letter that is in its queue again.</summary>
    /// <param name="Id">The letter.</param>
    /// <param name="MessageId">The message's identity there.</param>
    /// <param name="Edited">Whether it is another message.</param>
    public sealed record RequeueResponse(Guid Id, Guid MessageId, bool Edited);

    /// <summary>Which letters are to be requeued, as they are: those of a cause, of a queue, or of both.</summary>
    public sealed record RequeueAllRequest(string? Cause, string? Queue);

    /// <summary>How many were.</summary>
    /// <param name="Requeued">Those that are in their queue again.</param>
    /// <param name="Left">Those that are left to another call, because they are many.</param>
    public sealed record RequeueAllResponse(int Requeued, int Left);

    /// <summary>Why a letter is given up, up to 500 characters.</summary>
    public sealed record DiscardRequest(string? Reason);

    public static void Map(RouteGroupBuilder api)
    {
        var letters = api.MapGroup("/dead-letters").WithTags("Dead letters");
        DeadLetterList.Map(letters);
        DeadLetterDetail.Map(letters);
        letters.MapPost("/{id:guid}/requeue", Requeue).RequireAuthorization(Roles.Admin).WithName("RequeueDeadLetter")
            .WithSummary("Hand one to its consumer again, as it is or edited").Refuses(StatusCodes.Status503ServiceUnavailable, "The broker or the database cannot be reached.");
        letters.MapPost("/requeue", RequeueAll).RequireAuthorization(Roles.Admin).WithName("RequeueDeadLetters")
            .WithSummary("Hand all that died of one cause, or all of one queue, to their consumers again; at most 1,000 a call")
            .Refuses(StatusCodes.Status503ServiceUnavailable, "The broker or the database cannot be reached; what was requeued before that is.");
        letters.MapPost("/{id:guid}/discard", Discard).RequireAuthorization(Roles.Admin).WithName("DiscardDeadLetter")
            .WithSummary("Give one up, and say why; it stays on record");
    }

    private static async Task<Results<Ok<RequeueResponse>, NotFound, ValidationProblem>> Requeue(
        Guid id, RequeueRequest? request, SettleDeadLetters settle, IEventStore store, HttpContext http, CancellationToken ct)
    {
        if ((await store.Load(DeadLetter.Stream, id, ct)).State.Letter is not { } letter)
            return TypedResults.NotFound();
        JsonNode? edited = null;
        if (request?.Body is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } body)
        {
            var written = body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText();
            edited = Envelope.Parse(written);
            if (edited is null)
                return Problems.Invalid("body", NoJson(written));
            if (settle.Faults(letter, edited) is { Count: > 0 } faults)
                return Problems.Invalid(faults);
        }
        var requeued = await settle.Requeue(id, edited, http.Cause().Actor, ct);
        return TypedResults.Ok(new RequeueResponse(id, requeued.MessageId, requeued.Edited is not null));
    }

    private static async Task<Results<Ok<RequeueAllResponse>, ValidationProblem>> RequeueAll(
        RequeueAllRequest request, SettleDeadLetters settle, NpgsqlDataSource database, HttpContext http, CancellationToken ct)
    {
        if (request is not { Cause.Length: > 0 } and not { Queue.Length: > 0 })
            return Problems.Invalid("cause", "must be given, or a queue");
        // Looked up once: what fails again meanwhile waits for another call.
        var letters = await DeadLetterList.Open(request.Cause, request.Queue, MostAtOnce + 1, database, ct);
        var requeued = 0;
        foreach (var letter in letters.Take(MostAtOnce))
        {
            try
            {
                await settle.Requeue(letter, null, http.Cause().Actor, ct);
                requeued++;
            }
            catch (RefusedException)
            {
                // Somebody else has dealt with it since, or is at it.
            }
        }
        return TypedResults.Ok(new RequeueAllResponse(requeued, letters.Count > MostAtOnce ? (await DeadLetterList.Open(request.Cause, request.Queue, int.MaxValue, database, ct)).Count : 0));
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> Discard(
        Guid id, DiscardRequest request, SettleDeadLetters settle, IEventStore store, HttpContext http, CancellationToken ct)
    {
        if (request.Reason?.Trim() is not { Length: > 0 and <= LongestReason } reason || reason.Contains('\0', StringComparison.Ordinal))
            return Problems.Invalid("reason", $"must be said, in up to {LongestReason} characters");
        if ((await store.Load(DeadLetter.Stream, id, ct)).State.Letter is null)
            return TypedResults.NotFound();
        await settle.Discard(id, reason, http.Cause().Actor, ct);
        return TypedResults.NoContent();
    }

    /// <summary>Where a text stops to be JSON.</summary>
    private static string NoJson(string written)
    {
        try
        {
            using var _ = JsonDocument.Parse(written);
            return "has two properties of one name";
        }
        catch (JsonException e)
        {
            return $"is no JSON: line {e.LineNumber + 1}, position {e.BytePositionInLine + 1}";
        }
    }
}
