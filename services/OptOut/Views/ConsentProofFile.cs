using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.OptOut.UseCases;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.Views;

/// <summary><c>GET /consent/{number}/proof</c>: everything about a person's consent in a file that <c>./sms verify-proof</c> checks without this service.</summary>
public static class ConsentProofFile
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/consent/{number}/proof", Download);

    private static async Task<Results<FileContentHttpResult, ValidationProblem>> Download(
        string number, HttpContext http, EventLog log, EventTypes types, PersonLedgers ledgers, TimeProvider clock, CancellationToken ct)
    {
        if (!PhoneNumber.TryParse(number, out var person))
            return Problems.Invalid("number", "must be a phone number, a short code or a sender name");
        var ledger = (await ledgers.Load(person, ct)).Ledger;
        var rules = (await log.Events(Rulebook.Stream.StreamId(Rulebook.Id), 0, int.MaxValue, ct))
            .Select(row => (RulebookEvent)types.Read(row.Type, row.Data.GetRawText())).ToList();
        return TypedResults.File(ConsentProof.Of(person.Value, ledger.Facts, rules, clock.GetUtcNow(), http.RequestServices.GetService<ProofKey>()), "application/json", "consent-proof.json");
    }
}
