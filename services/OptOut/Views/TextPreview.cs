using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.OptOut.Consent;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.OptOut.UseCases;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.Views;

/// <summary>What would be made of a text if it came in now. Nothing is entered.</summary>
/// <param name="Verdict">One of <see cref="Consent.Verdict"/>.</param>
/// <param name="Word">The word or phrase it is read as; null when it says nothing about consent.</param>
/// <param name="MatchedBy">How that is found: one of <see cref="ConsentWords.MatchedBy"/>.</param>
/// <param name="Language">The language pack that knows it.</param>
/// <param name="Purpose">The only purpose it would concern; null for all.</param>
/// <param name="OptedOut">Whether the person would be opted out of answers then.</param>
/// <param name="AutomationPaused">Whether only people might text the person then.</param>
/// <param name="Answer">What consent itself would answer, if anything.</param>
/// <param name="Deadline">By when a person would have to decide what it meant.</param>
public sealed record TextPreview(
    string Verdict, string? Word, string? MatchedBy, string? Language, string? Purpose, bool OptedOut, bool AutomationPaused, string? Answer, DateTimeOffset? Deadline)
{
    private const int LongestText = 2000;

    // Numbers that are given to nobody (555-01xx), for a person who has not written yet.
    private static readonly PhoneNumber Somebody = PhoneNumber.Parse("+12025550123"), Ours = PhoneNumber.Parse("+12025550100");

    /// <summary>A text. In the body and not the address: addresses end in access logs.</summary>
    /// <param name="Text">What it says, 1 to 2000 characters.</param>
    /// <param name="Number">Who would send it; somebody who has never written, when left out.</param>
    public sealed record Request(string? Text, string? Number);

    /// <summary><c>POST /endpoints/{endpoint}/words/preview</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/endpoints/{endpoint}/words/preview", Preview).WithName("PreviewText")
        .WithSummary("What would be made of a text if it came in at this endpoint now. Enters nothing.");

    private static async Task<Results<Ok<TextPreview>, ValidationProblem>> Preview(
        string endpoint, Request request, IEventStore store, PersonLedgers ledgers, WordBooks books, ConsentAnswers answers, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Text) || request.Text.Length > LongestText)
            return Problems.Invalid("text", $"must be 1 to {LongestText} characters");
        var person = Somebody;
        if (request.Number is not null && !PhoneNumber.TryParse(request.Number, out person))
            return Problems.Invalid("number", "must be a phone number, a short code or a sender name");

        var (rules, now) = ((await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State, clock.GetUtcNow());
        var ledger = request.Number is null ? new PersonLedger([]) : (await ledgers.Load(person!, ct)).Ledger;
        var ours = ledger.Places.FirstOrDefault(place => place.Endpoint == endpoint) is { } place ? PhoneNumber.Parse(place.OurNumber) : Ours;
        var reading = books.For(rules.WordsOf(endpoint)).Read(request.Text);
        var (ruling, recorded) = ConsentDecider.Decide(ledger, rules, new ScreenSms(Guid.CreateVersion7(), endpoint, person!, ours, request.Text, now, now, now), reading, answers);
        return TypedResults.Ok(new TextPreview(
            ruling.Verdict, ruling.Word, ruling.MatchedBy, reading?.Language, reading?.Purpose, ruling.OptedOut, ruling.AutomationPaused, ruling.Answer,
            recorded.FirstOrDefault(fact => fact.Kind is FactKind.ReviewOpened)?.Deadline));
    }
}
