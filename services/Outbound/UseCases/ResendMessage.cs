using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Sends;
using Sms.Outbound.Views;
using Sms.ServiceHost;

namespace Sms.Outbound.UseCases;

/// <summary>
/// A person wants a text said again that did not arrive or may not have: by another text of its own, which leaves as every text
/// does. Once; whoever else wants it again has to repeat that other one.
/// </summary>
public static class ResendMessage
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    /// <summary>Why.</summary>
    /// <param name="Reason">In their words, 1 to 500 characters.</param>
    public sealed record Because(string? Reason);

    /// <summary><c>POST /messages/{sendId}/resend</c> with an <c>Idempotency-Key</c>; 409 when it has arrived or is still on its way.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/messages/{sendId:guid}/resend", Resend).RequireAuthorization(Roles.Agent);

    private static async Task<Results<Accepted<SentLog.Row>, NotFound, ValidationProblem>> Resend(
        Guid sendId, Because because, HttpContext http, IEventStore store, NpgsqlDataSource database, DueSignal due, TimeProvider clock,
        CancellationToken ct)
    {
        if (http.IdempotencyKey() is not { } key)
            return Problems.Invalid("Idempotency-Key", "must be a header of 1 to 255 characters, a new one for every wish");
        if (!because.Reason.IsReason())
            return Problems.Invalid("reason", Reasons.Fault);
        if (await SentLog.StreamOf(database, sendId, ct) is not { } streamId)
            return TypedResults.NotFound();

        var again = NamedId.Of(sendId, "resend", http.User.Identity?.Name ?? "", key);
        await Deciding.Retried(() => Commit(Occasion.At(streamId), again));
        due.Set();
        return TypedResults.Accepted($"/messages/{again}", await SentLog.Find(database, again, ct));

        async Task Commit((StreamOf<Occasion, OccasionEvent> Kind, Guid Id) of, Guid again)
        {
            var occasion = await store.Load(of.Kind, of.Id, ct);
            var (asked, now) = (occasion.State.Find(sendId)!.Request, clock.GetUtcNow());
            var cause = http.Cause() with { CorrelationId = of.Id };
            var answers = of.Kind == Occasion.Reply;
            SendCommand resend = new SendCommand.Resend(sendId, again, because.Reason!);
            SendCommand request = new SendCommand.RequestSms(
                again, asked.Purpose, answers, asked.Endpoint, asked.From, asked.To, asked.Text, cause.Actor, now, now + Life, now) { ResendOf = sendId };

            if (answers)
            {
                await store.Commit(occasion, occasion.State.DecideAll(resend, request), cause, ct);
                return;
            }
            var other = await store.Load(of.Kind, again, ct);
            Append[] appends = [.. Appends(occasion, occasion.State.DecideAll(resend)), .. Appends(other, other.State.DecideAll(request))];
            await store.Commit(appends, handled: null, ct);

            IEnumerable<Append> Appends(EventStream<Occasion, OccasionEvent> stream, OccasionEvent[] events) =>
                events.Length == 0 ? [] : [stream.Append(events, cause)];
        }
    }
}
