using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sms.ServiceHost;
using static Sms.Console.Pages.Fields;

namespace Sms.Console.Pages.Endpoints;

/// <summary>The forms of endpoints and of the quarantine.</summary>
public static class EndpointsForms
{
    private const string Ingress = "ingress";

    /// <summary>What is said of an endpoint.</summary>
    public sealed record Draft
    {
        public string? Slug { get; init; }
        public string? Profile { get; init; }
        public string? Number { get; init; }
        public string? Numbers { get; init; }
        public string? Label { get; init; }
        public string? Region { get; init; }
        public string? PublicUrl { get; init; }
        public string? PerSecond { get; init; }
        public string? Secret { get; init; }
        public string? OverlapHours { get; init; }
    }

    /// <summary>How missed texts are fetched.</summary>
    public sealed record History
    {
        public string? BaseUrl { get; init; }
        public string? ApiKey { get; init; }
        public string? User { get; init; }
        public string? DeviceId { get; init; }
        public string? EveryMinutes { get; init; }
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        var endpoints = app.MapGroup("/endpoints").ForForms(Roles.Admin);
        endpoints.MapPost("/new", Register);
        endpoints.MapPost("/{slug}/settings", Change);
        endpoints.MapPost("/{slug}/rotate", Rotate);
        endpoints.MapPost("/{slug}/secrets/{id:guid}/revoke", (string slug, Guid id, OnBehalf behalf, IStringLocalizer<EndpointsWords> words) =>
            behalf.Ask(HttpMethod.Delete, Ingress, $"/endpoints/{slug}/secrets/{id}", null, "endpoint.secret-revoked", slug, $"/endpoints/{slug}", words["done.revoked"]));
        endpoints.MapPost("/{slug}/disable", (string slug, [FromForm] string? reason, OnBehalf behalf, IStringLocalizer<EndpointsWords> words) =>
            behalf.Ask(HttpMethod.Post, Ingress, $"/endpoints/{slug}/disable", new { reason }, "endpoint.disabled", slug, $"/endpoints/{slug}", words["done.disabled"]));
        endpoints.MapPost("/{slug}/enable", (string slug, OnBehalf behalf, IStringLocalizer<EndpointsWords> words) =>
            behalf.Ask(HttpMethod.Post, Ingress, $"/endpoints/{slug}/enable", null, "endpoint.enabled", slug, $"/endpoints/{slug}", words["done.enabled"]));
        endpoints.MapPost("/{slug}/history", (string slug, [FromForm] History form, OnBehalf behalf, IStringLocalizer<EndpointsWords> words) =>
            behalf.Ask(
                HttpMethod.Put, Ingress, $"/endpoints/{slug}/history",
                new { baseUrl = Said(form.BaseUrl), apiKey = form.ApiKey, user = Said(form.User), deviceId = Said(form.DeviceId), everyMinutes = Whole(form.EveryMinutes) },
                "endpoint.history-set", slug, $"/endpoints/{slug}", words["done.saved"]));
        endpoints.MapPost("/{slug}/history/remove", (string slug, OnBehalf behalf, IStringLocalizer<EndpointsWords> words) =>
            behalf.Ask(HttpMethod.Delete, Ingress, $"/endpoints/{slug}/history", null, "endpoint.history-removed", slug, $"/endpoints/{slug}", words["done.saved"]));
        endpoints.MapPost("/{slug}/backfill", (string slug, OnBehalf behalf, IStringLocalizer<EndpointsWords> words) =>
            behalf.Ask(HttpMethod.Post, Ingress, $"/endpoints/{slug}/backfill", new { }, "endpoint.backfill", slug, answer =>
                ($"/endpoints/{slug}", words["done.fetched", answer.Value.GetProperty("found").GetInt32(), answer.Value.GetProperty("missed").GetInt32()])));
        var quarantine = app.MapGroup("/quarantine").ForForms(Roles.Admin);
        quarantine.MapPost("/{id:guid}/reprocess", (Guid id, OnBehalf behalf, IStringLocalizer<EndpointsWords> words) =>
            behalf.Ask(HttpMethod.Post, Ingress, $"/quarantine/{id}/reprocess", null, "quarantine.reprocessed", id, answer =>
                ($"/quarantine/{id}", answer.Value.GetProperty("state").GetString() == "released" ? words["done.reprocessed"] : words["done.still", answer.Value.GetProperty("why").GetString() ?? ""])));
        quarantine.MapPost("/{id:guid}/discard", (Guid id, [FromForm] string? why, OnBehalf behalf, IStringLocalizer<EndpointsWords> words) =>
            behalf.Ask(HttpMethod.Post, Ingress, $"/quarantine/{id}/discard", new { why }, "quarantine.discarded", id, $"/quarantine/{id}", words["done.discarded"]));
    }

    private static Task<IResult> Register([FromForm] Draft form, OnBehalf behalf, ShownOnce once) => behalf.Ask(
        HttpMethod.Post, Ingress, $"/endpoints",
        new
        {
            slug = form.Slug?.Trim(), profile = form.Profile, number = form.Number, label = Said(form.Label), region = Said(form.Region), publicUrl = Said(form.PublicUrl),
            perSecond = Whole(form.PerSecond), secret = Said(form.Secret),
        },
        "endpoint.registered", form.Slug?.Trim(), answer =>
        {
            var page = $"/endpoints/{answer.Value.GetProperty("slug").GetString()}";
            once.LeaveSecretOf(page, answer.Value);
            return (page, null);
        });

    private static Task<IResult> Change(string slug, [FromForm] Draft form, OnBehalf behalf, IStringLocalizer<EndpointsWords> words)
    {
        var numbers = (form.Numbers ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries)).Select(parts => new
            {
                number = parts[0], deviceId = parts.ElementAtOrDefault(1), sim = Whole(parts.ElementAtOrDefault(2)),
            });
        return behalf.Ask(
            HttpMethod.Put, Ingress, $"/endpoints/{slug}",
            new { numbers, label = form.Label ?? "", region = form.Region ?? "", publicUrl = form.PublicUrl ?? "", perSecond = Whole(form.PerSecond) ?? 0 },
            "endpoint.changed", slug, $"/endpoints/{slug}", words["done.saved"]);
    }

    private static Task<IResult> Rotate(string slug, [FromForm] Draft form, OnBehalf behalf, ShownOnce once, IStringLocalizer<EndpointsWords> words) => behalf.Ask(
        HttpMethod.Post, Ingress, $"/endpoints/{slug}/secrets",
        new { secret = Said(form.Secret), overlapHours = double.TryParse(form.OverlapHours, NumberStyles.Float, CultureInfo.InvariantCulture, out var hours) ? hours : (double?)null },
        "endpoint.secret-rotated", slug, answer =>
        {
            once.LeaveSecretOf($"/endpoints/{slug}", answer.Value);
            return ($"/endpoints/{slug}", words["done.rotated"]);
        });

    private static int? Whole(string? value) => int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
