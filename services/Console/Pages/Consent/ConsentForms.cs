using System.Net.Http.Headers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sms.ServiceHost;
using static Sms.Console.Pages.Fields;

namespace Sms.Console.Pages.Consent;

/// <summary>What the forms of consent ask of the service.</summary>
public static class ConsentForms
{
    private const string Service = "optout", Policies = "/consent/policies";
    private const long LargestList = 256L << 20;

    private static readonly string[] Answers = ["confirmation", "partConfirmation", "help", "welcome"];

    /// <summary>What a person said by another way than a text.</summary>
    public sealed record ChangeForm(string? Number, string? Change, string? Reason, string? Purpose, string? OurNumber, string? At, string? Shown);

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var agents = app.MapGroup("/consent").ForForms(Roles.Agent);
        agents.MapPost("/change", Change);
        agents.MapPost("/reviews/{id:guid}/decide", (Guid id, [FromForm] string? outcome, [FromForm] string? reason, OnBehalf behalf, IStringLocalizer<ConsentWords> words) => behalf.Ask(
            HttpMethod.Post, Service, $"/reviews/{id}/decide", new { outcome, reason }, "consent.decide-review", id, "/consent/reviews", words["said.decided"]));

        var admins = app.MapGroup("/consent").ForForms(Roles.Admin);
        admins.MapPost("/policies/schedule", Schedule);
        admins.MapPost("/policies/{id:guid}/withdraw", (Guid id, [FromForm] string? reason, OnBehalf behalf, IStringLocalizer<ConsentWords> words) => behalf.Ask(
            HttpMethod.Post, Service, $"/policies/{id}/withdraw", new { reason }, "consent.withdraw-policy", id, Policies, words["said.withdrawn"]));
        admins.MapPost("/words/{endpoint}", SetWords);
        admins.MapPost("/lists/upload", Upload).WithMetadata(new RequestSizeLimitAttribute(LargestList)).WithFormOptions(multipartBodyLengthLimit: LargestList);

        app.MapGet("/consent/proof", (string number, Platform platform) => platform.Download(Service, $"/consent/{number}/proof", "consent-proof.json"))
            .RequireAuthorization(Roles.Reader).ExcludeFromDescription();
        app.MapGet("/consent/proof-key", (string id, Platform platform) => platform.Download(Service, $"/proof-keys/{id}", "proof-key.pem"))
            .RequireAuthorization(Roles.Reader).ExcludeFromDescription();
        app.MapGet("/consent/export", Export).RequireAuthorization(Roles.Admin).ExcludeFromDescription();
    }

    /// <summary>The name of the field with one answer in one language.</summary>
    public static string AnswerName(string language, string kind) => $"answer.{language}.{kind}";

    private static Task<IResult> Change([FromForm] ChangeForm form, OnBehalf behalf, Viewer viewer, IStringLocalizer<ConsentWords> words)
    {
        if (form.Change is not ("opt-out" or "opt-in"))
            return Task.FromResult(behalf.Refuse("change", words["change.neither"]));
        return behalf.Ask(
            HttpMethod.Post, Service, $"/consent/{form.Number}/{form.Change}",
            new { Reason = Said(form.Reason), At = When(form.At, viewer), OurNumber = Said(form.OurNumber), Scope = Said(form.OurNumber) is null ? null : "number", Purpose = Said(form.Purpose), Shown = Said(form.Shown) },
            $"consent.{form.Change}", null, $"/consent?number={Uri.EscapeDataString(form.Number ?? "")}", words["said.changed"]);
    }

    private static Task<IResult> Schedule(IFormCollection form, OnBehalf behalf, Viewer viewer, IStringLocalizer<ConsentWords> words) => behalf.Ask(
        HttpMethod.Post, Service, $"/policies",
        new
        {
            Name = Said(form["name"]), EffectiveFrom = When(form["effectiveFrom"], viewer), Scope = Said(form["scope"]), NeedsOptIn = form["needsOptIn"].ToArray(), Reason = Said(form["reason"]),
            Pools = Lines(form["pools"]).Select(line => line.Split(':', 2)).Select(pool => new { Name = pool[0].Trim(), Endpoints = pool.Length < 2 ? [] : Listed(pool[1]) }).ToArray(),
        },
        "consent.schedule-policy", null, Policies, words["said.scheduled"]);

    private static Task<IResult> SetWords(string endpoint, IFormCollection form, OnBehalf behalf, IStringLocalizer<ConsentWords> words) => behalf.Ask(
        HttpMethod.Put, Service, $"/endpoints/{endpoint}/words",
        new
        {
            Languages = form["languages"].ToArray(),
            Custom = Lines(form["custom"]).Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries)).Select(word => new { Word = word[0], Means = word.ElementAtOrDefault(1) ?? "" }).ToArray(),
            Off = Listed(form["off"]),
            Answers = form.Keys.Where(key => key.StartsWith("answer.", StringComparison.Ordinal)).Select(key => key.Split('.')[1]).Distinct()
                .Select(language => Answers.Select(kind => KeyValuePair.Create(kind, Said(form[AnswerName(language, kind)]))).Append(KeyValuePair.Create("language", (string?)language)).ToDictionary())
                .Where(answers => Answers.Any(kind => answers[kind] is not null)).ToArray(),
        },
        "consent.set-words", endpoint, $"/consent/words?endpoint={Uri.EscapeDataString(endpoint)}", words["said.words"]);

    private static async Task<IResult> Upload(IFormFile? list, [FromForm] string? format, [FromForm] string? endpoint, OnBehalf behalf, IStringLocalizer<ConsentWords> words)
    {
        if (list is not { Length: > 0 })
            return behalf.Refuse("list", words["import.file.missing"]);
        using var body = new StreamContent(list.OpenReadStream()) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        return await behalf.Ask(
            HttpMethod.Post, Service, ((ApiPath)$"/imports?format={format}").And("endpoint", endpoint?.Trim()), body, "consent.import", null,
            answer => ($"/consent/lists/{answer.Value.GetProperty("importId").GetGuid()}", null));
    }

    private static async Task<IResult> Export(string? format, Platform platform, OnBehalf behalf)
    {
        await behalf.Record(Service, "consent.export", null, StatusCodes.Status200OK);
        return await platform.Download(Service, $"/export?format={(format == "twilio" ? "twilio" : "own")}", "consent.csv");
    }
}
