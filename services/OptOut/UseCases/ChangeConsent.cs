using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>
/// An agent enters what a person said by another way than a text: <c>POST /consent/{number}/opt-out</c> and <c>/opt-in</c>. Any reasonable
/// way counts, so this must be as easy as it is for the person.
/// </summary>
public static class ChangeConsent
{
    private const int LongestWords = 2000;

    /// <summary>What is entered.</summary>
    /// <param name="Reason">How you know: <c>said so on the phone</c>. Required.</param>
    /// <param name="At">When the person said so; now when left out, never in the future.</param>
    /// <param name="Scope"><c>number</c>, <c>pool</c> or <c>everything</c>; left out, the policy in force says how far it reaches.</param>
    /// <param name="OurNumber">Our number, where one is meant. Without it and without an endpoint all are.</param>
    /// <param name="Endpoint">An endpoint, where its pool is meant.</param>
    /// <param name="Purpose"><c>reply</c>, <c>notification</c> or <c>marketing</c>; all when left out.</param>
    /// <param name="Shown">What the person was told when they agreed: the disclosure, word for word.</param>
    public sealed record Request(
        string? Reason, DateTimeOffset? At, string? Scope, string? OurNumber, string? Endpoint, string? Purpose, string? Shown);

    /// <summary>The fact that was entered.</summary>
    public sealed record Entered(Guid FactId, int No, string Hash);

    /// <summary>With an <c>Idempotency-Key</c>, asking again enters nothing new.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/consent/{number}/opt-out", (string number, Request request, HttpContext http, PersonLedgers ledgers, IEventStore store, TimeProvider clock, CancellationToken ct) =>
            Enter(number, optOut: true, request, http, ledgers, store, clock, ct)).RequireAuthorization(Roles.Agent);
        api.MapPost("/consent/{number}/opt-in", (string number, Request request, HttpContext http, PersonLedgers ledgers, IEventStore store, TimeProvider clock, CancellationToken ct) =>
            Enter(number, optOut: false, request, http, ledgers, store, clock, ct)).RequireAuthorization(Roles.Agent);
    }

    private static async Task<Results<Ok<Entered>, ValidationProblem>> Enter(
        string number, bool optOut, Request request, HttpContext http, PersonLedgers ledgers, IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var extent = new Extent(request.Scope, request.OurNumber, request.Endpoint, request.Purpose);
        var faults = extent.Faults();
        if (!PhoneNumber.TryParse(number, out var person))
            faults["number"] = ["must be a phone number, a short code or a sender name"];
        if (!IsWords(request.Reason))
            faults["reason"] = [$"must say in 1 to {LongestWords} characters how you know"];
        if (request.Shown is not null && !IsWords(request.Shown))
            faults["shown"] = [$"must be 1 to {LongestWords} characters"];
        if (request.At > now)
            faults["at"] = ["must not be in the future"];
        if (faults.Count > 0)
            return Problems.Invalid(faults);

        var cause = http.Cause();
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        var command = new LedgerCommand.Enter(
            key is "" ? Guid.CreateVersion7() : FactIds.Of(PersonLedger.IdOf(person!), optOut ? FactKind.OptedOut : FactKind.OptedIn, $"{cause.Actor} {key}"),
            optOut, extent, (request.At ?? now).ToUniversalTime(), cause.Actor, FactSource.Operator, request.Reason, request.Shown, null);
        while (true)
        {
            var rules = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State;
            var ledger = await ledgers.Load(person!, ct);
            if (LedgerDecider.Decide(ledger.Ledger, person!.Value, rules.At(now), command, now) is not [var fact])
                return TypedResults.Ok(Told(ledger.Ledger.Facts.Find(known => known.FactId == command.CommandId)!));
            try
            {
                await store.Commit([.. ledger.Append([fact], cause)], null, ct);
                return TypedResults.Ok(Told(fact));
            }
            catch (VersionConflictException)
            {
                // The person texted at the same moment: decide again with that in view.
            }
        }

        static Entered Told(ConsentFact fact) => new(fact.FactId, fact.No, fact.Hash);
    }

    private static bool IsWords(string? words) => !string.IsNullOrWhiteSpace(words) && words.Length <= LongestWords && !words.Contains('\0');
}
