using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sms.ServiceHost;
using static Sms.Console.Pages.Fields;

namespace Sms.Console.Pages.Webhooks;

/// <summary>The forms of outgoing webhooks.</summary>
public static class WebhooksForms
{
    private const string HeaderField = "headers", SettingField = "settings", MappingField = "customMapping";

    /// <summary>How a secret is changed.</summary>
    public sealed record Rotation
    {
        public string? Secret { get; init; }
        public string? OverlapHours { get; init; }
    }

    /// <summary>Maps them, for each service that has webhooks.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var service in Webhook.Services)
        {
            var forms = app.MapGroup($"/webhooks/{service}").ForForms(Roles.Admin);
            forms.MapPost("", (IFormCollection form, OnBehalf behalf, ShownOnce once, IStringLocalizer<WebhooksWords> words) => Register(service, form, behalf, once, words));
            var one = forms.MapGroup("/{id:guid}");
            one.MapPost("/settings", (Guid id, IFormCollection form, OnBehalf behalf, IStringLocalizer<WebhooksWords> words) => Change(service, id, form, behalf, words));
            one.MapPost("/pause", (Guid id, [FromForm] string? reason, OnBehalf behalf) =>
                behalf.Ask(HttpMethod.Post, service, $"/webhooks/{id}/pause", new { reason = Said(reason) }, "webhook.paused", id, PageOf(service, id)));
            one.MapPost("/resume", (Guid id, OnBehalf behalf, IStringLocalizer<WebhooksWords> words) =>
                behalf.Ask(HttpMethod.Post, service, $"/webhooks/{id}/resume", null, "webhook.resumed", id, PageOf(service, id), words["done.resumed"]));
            one.MapPost("/remove", (Guid id, OnBehalf behalf, IStringLocalizer<WebhooksWords> words) =>
                behalf.Ask(HttpMethod.Delete, service, $"/webhooks/{id}", null, "webhook.removed", id, "/webhooks", words["done.removed"]));
            one.MapPost("/rotate", (Guid id, [FromForm] Rotation form, OnBehalf behalf, ShownOnce once, IStringLocalizer<WebhooksWords> words) =>
                behalf.Ask(HttpMethod.Post, service, $"/webhooks/{id}/secrets",
                    new { secret = Said(form.Secret), overlapHours = double.TryParse(form.OverlapHours, CultureInfo.InvariantCulture, out var hours) ? hours : (double?)null },
                    "webhook.secret-rotated", id, answer =>
                    {
                        once.LeaveSecretOf(PageOf(service, id), answer.Value);
                        return (PageOf(service, id), words["done.rotated"]);
                    }));
            one.MapPost("/secrets/{secret:guid}/revoke", (Guid id, Guid secret, OnBehalf behalf, IStringLocalizer<WebhooksWords> words) =>
                behalf.Ask(HttpMethod.Delete, service, $"/webhooks/{id}/secrets/{secret}", null, "webhook.secret-revoked", id, PageOf(service, id), words["done.revoked"]));
            one.MapPost("/deliveries/{message:guid}/redeliver", (Guid id, Guid message, [FromForm] bool? here, OnBehalf behalf, IStringLocalizer<WebhooksWords> words) =>
                behalf.Ask(HttpMethod.Post, service, $"/webhooks/{id}/deliveries/{message}/redeliver", null, "webhook.redelivered", id,
                    here == true ? $"{PageOf(service, id)}/deliveries/{message}" : PageOf(service, id), words["done.again"]));
            one.MapPost("/recover", (Guid id, [FromForm] string? since, [FromForm] bool? delivered, OnBehalf behalf, Viewer viewer, IStringLocalizer<WebhooksWords> words) =>
                behalf.Ask(HttpMethod.Post, service, $"/webhooks/{id}/recover", new { since = When(since, viewer), delivered }, "webhook.recovered", id,
                    answer => (PageOf(service, id), words["done.recovered", answer.Value.GetProperty("deliveries").GetInt32()])));
        }
    }

    private static Task<IResult> Register(string service, IFormCollection form, OnBehalf behalf, ShownOnce once, IStringLocalizer<WebhooksWords> words) => WithMapping(
        form, behalf, words, own => behalf.Ask(
            HttpMethod.Post, service, $"/webhooks",
            new
            {
                name = form["name"].ToString().Trim(), url = Said(form["url"]), eventTypes = Told(form, own), mapping = Said(form["mapping"]), customMapping = own,
                settings = Settings(form), headers = Headers(form), secret = Said(form["secret"]),
            },
            "webhook.registered", null, answer =>
            {
                var page = PageOf(service, answer.Value.GetProperty("webhook").GetProperty("id").GetGuid());
                once.LeaveSecretOf(page, answer.Value);
                return (page, words["done.registered"]);
            }));

    private static Task<IResult> Change(string service, Guid id, IFormCollection form, OnBehalf behalf, IStringLocalizer<WebhooksWords> words) => WithMapping(
        form, behalf, words, own => behalf.Ask(
            HttpMethod.Put, service, $"/webhooks/{id}",
            new { name = form["name"].ToString().Trim(), url = Said(form["url"]), eventTypes = Told(form, own), customMapping = own, settings = Settings(form), headers = Headers(form) },
            "webhook.changed", id, PageOf(service, id), words["done.saved"]));

    // The form of a mapping of their own has a field for it, of a built-in one it has none.
    private static Task<IResult> WithMapping(IFormCollection form, OnBehalf behalf, IStringLocalizer<WebhooksWords> words, Func<JsonElement?, Task<IResult>> ask)
    {
        if (!form.ContainsKey(MappingField))
            return ask(null);
        JsonElement mapping;
        try
        {
            mapping = JsonElement.Parse(form[MappingField].ToString());
        }
        catch (JsonException e)
        {
            return Task.FromResult(behalf.Refuse(MappingField, words["mapping.no-json", (e.LineNumber ?? 0) + 1]));
        }
        return ask(mapping);
    }

    // With a mapping of one's own, none chosen is all that it has calls for.
    private static string?[]? Told(IFormCollection form, JsonElement? own) => form["eventTypes"] is { Count: 0 } && own is not null ? null : form["eventTypes"].ToArray();

    private static Dictionary<string, string> Settings(IFormCollection form) => Under(form, SettingField).ToDictionary(field => field.Name, field => field.Value);

    /// <summary>Those entered; none entered leave those that are there, unless these are to be taken away.</summary>
    private static Dictionary<string, string>? Headers(IFormCollection form)
    {
        var entered = Under(form, HeaderField).Where(field => field.Value.Length > 0).Concat(Lines(form[HeaderField])
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Select(line => (Name: line[0], Value: line.ElementAtOrDefault(1) ?? ""))).ToList();
        return entered.Count == 0 && form["noHeaders"].Count == 0 ? null
            : entered.GroupBy(header => header.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(same => same.Key, same => same.Last().Value);
    }

    private static IEnumerable<(string Name, string Value)> Under(IFormCollection form, string field) => form
        .Where(one => one.Key.StartsWith(field + ".", StringComparison.Ordinal)).Select(one => (one.Key[(field.Length + 1)..], one.Value.ToString().Trim()));

    private static string PageOf(string service, Guid id) => $"/webhooks/{service}/{id}";
}
