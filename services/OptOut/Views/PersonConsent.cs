using Microsoft.AspNetCore.Http.HttpResults;
using Sms.ConsentWords;
using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.OptOut.UseCases;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.Views;

/// <summary>Whether a person may be texted, now or at any moment, and every fact that says so.</summary>
/// <param name="Number">The person.</param>
/// <param name="State"><c>never-opted-out</c>, <c>opted-in</c> (again), or <c>opted-out</c> of something.</param>
/// <param name="AutomationPaused">Whether only people may text them, until a review is decided.</param>
/// <param name="PolicyId">The policy by which the facts count.</param>
/// <param name="Places">Our numbers that the person has to do with, and what may leave there.</param>
/// <param name="Facts">The facts that count at that moment, in the order of their own times.</param>
/// <param name="BrokenAt">The number of the first fact that was changed since it was entered; null when none was.</param>
public sealed record PersonConsent(
    string Number, string State, bool AutomationPaused, Guid PolicyId, IReadOnlyList<PersonConsent.AtPlace> Places,
    IReadOnlyList<PersonConsent.Fact> Facts, int? BrokenAt)
{
    /// <summary>What may leave from one of our numbers; number and endpoint are null for a number the person has nothing to do with yet.</summary>
    public sealed record AtPlace(string? OurNumber, string? Endpoint, IReadOnlyList<ForPurpose> Purposes);

    /// <summary>Whether a text for a purpose may leave, why, since when, and by which fact.</summary>
    public sealed record ForPurpose(string Purpose, bool Allowed, string Reason, DateTimeOffset? Since, Guid? FactId);

    /// <summary>One fact; see <see cref="ConsentFact"/>.</summary>
    public sealed record Fact(
        int No, Guid FactId, string Kind, string? OurNumber, string? Endpoint, string? Purpose, string? Scope, DateTimeOffset EffectiveAt,
        DateTimeOffset RecordedAt, string Actor, string Source, Guid? SmsId, string? Wrote, string? Word, string? MatchedBy, string? Shown, string? Reason,
        DateTimeOffset? Deadline, string Hash);

    private const string OptedOut = "opted-out", OptedIn = "opted-in", NeverOptedOut = "never-opted-out";

    /// <summary><c>GET /consent/{number}</c>, <c>?at=</c> a moment by the facts' own times, <c>?knownAt=</c> only with what had been entered by then.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/consent/{number}", Find);

    private static async Task<Results<Ok<PersonConsent>, ValidationProblem>> Find(
        string number, DateTimeOffset? at, DateTimeOffset? knownAt, IEventStore store, PersonLedgers ledgers, TimeProvider clock, CancellationToken ct)
    {
        if (!PhoneNumber.TryParse(number, out var person))
            return Problems.Invalid("number", "must be a phone number, a short code or a sender name");
        var rules = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State;
        var ledger = (await ledgers.Load(person, ct)).Ledger;
        return TypedResults.Ok(Of(person, ledger, rules.At(at ?? clock.GetUtcNow()), at, knownAt));
    }

    internal static PersonConsent Of(PhoneNumber person, PersonLedger ledger, ConsentPolicy policy, DateTimeOffset? at = null, DateTimeOffset? knownAt = null)
    {
        var then = new PersonLedger([.. ledger.Facts.Where(fact => !(fact.EffectiveAt > at || fact.RecordedAt > knownAt))]);
        AtPlace[] places =
        [
            .. then.Places.Order(Comparer<Place>.Create((a, b) => string.CompareOrdinal(a.OurNumber, b.OurNumber))).Select(place => At(place.OurNumber, place.Endpoint, place)),
            At(null, null, new Place("", null)),
        ];
        var conversation = places.SelectMany(place => place.Purposes).ToList();
        var state = conversation.Exists(p => p.Reason is Because.OptedOut or Because.BlockedByGateway) ? OptedOut
            : then.Facts.Exists(fact => fact.Kind is FactKind.OptedIn) ? OptedIn : NeverOptedOut;
        return new PersonConsent(
            person.Value, state, then.OpenReview is not null, policy.PolicyId, places,
            [.. then.Facts.OrderBy(fact => fact.EffectiveAt).ThenBy(fact => fact.No).Select(Shown)], FactChain.FirstBroken(ledger.Facts));

        AtPlace At(string? ourNumber, string? endpoint, Place place) => new(ourNumber, endpoint,
        [
            .. Purposes.All.Select(purpose => (Purpose: purpose, Is: Standing.Of(then.Facts, policy, place, purpose)))
                .Select(of => new ForPurpose(of.Purpose, of.Is.Allowed, of.Is.Reason, of.Is.RestsOn?.EffectiveAt, of.Is.RestsOn?.FactId)),
        ]);
    }

    private static Fact Shown(ConsentFact f) => new(
        f.No, f.FactId, f.Kind, f.OurNumber, f.Endpoint, f.Purpose, f.Reach, f.EffectiveAt, f.RecordedAt, f.Actor, f.Source, f.SmsId, f.Wrote, f.Word,
        f.MatchedBy, f.Shown, f.Reason, f.Deadline, f.Hash);
}
