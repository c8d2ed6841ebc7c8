using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>A person decides what a text meant: <c>POST /reviews/{id}/decide</c>. Automated texts to its writer go on from then, or never.</summary>
public static class DecideReview
{
    /// <summary>The decision.</summary>
    /// <param name="Outcome"><c>opted-out</c> or <c>no-opt-out</c>.</param>
    /// <param name="Reason">Why. Required.</param>
    public sealed record Request(string? Outcome, string? Reason);

    public static void Map(RouteGroupBuilder api) => api.MapPost("/reviews/{id:guid}/decide", Decide).RequireAuthorization(Roles.Agent);

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> Decide(
        Guid id, Request request, HttpContext http, NpgsqlDataSource database, PersonLedgers ledgers, IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        if (request.Outcome is not (ReviewOutcome.OptedOut or ReviewOutcome.NoOptOut))
            return Problems.Invalid("outcome", $"must be {ReviewOutcome.OptedOut} or {ReviewOutcome.NoOptOut}");
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 2000 || request.Reason.Contains('\0'))
            return Problems.Invalid("reason", "must say why, in 1 to 2000 characters");
        if (await database.Query($"select person from reviews where review_id = {id}", r => r.GetString(0), ct) is not [var number])
            return TypedResults.NotFound();

        var (person, cause, now) = (PhoneNumber.Parse(number), http.Cause(), clock.GetUtcNow());
        var rules = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State;
        var ledger = await ledgers.Load(person, ct);
        var facts = LedgerDecider.Decide(
            ledger.Ledger, person.Value, rules.At(now),
            new LedgerCommand.DecideReview(id, request.Outcome is ReviewOutcome.OptedOut, cause.Actor, request.Reason), now);
        await store.Commit([.. ledger.Append(facts, cause)], null, ct);
        return TypedResults.NoContent();
    }
}
