using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sms.ServiceHost;

namespace Sms.Console.Pages.Operations;

/// <summary>The forms of operating the platform.</summary>
public static class OperationForms
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("/operations").ForForms(Roles.Admin);
        forms.MapPost("/letters/{service}/{id:guid}/requeue", (string service, Guid id, [FromForm] string? body, [FromForm] string? original, OnBehalf behalf, IStringLocalizer<OperationWords> words) =>
            behalf.Ask(HttpMethod.Post, service, $"/dead-letters/{id}/requeue", IsEdited(body, original) ? new { body } : new { },
                IsEdited(body, original) ? "letter.edit" : "letter.requeue", id, then: "/operations/letters", said: words["said.requeued"]));
        forms.MapPost("/letters/{service}/{id:guid}/discard", (string service, Guid id, [FromForm] string? reason, OnBehalf behalf, IStringLocalizer<OperationWords> words) =>
            behalf.Ask(HttpMethod.Post, service, $"/dead-letters/{id}/discard", new { reason }, "letter.discard", id, then: "/operations/letters", said: words["said.discarded"]));
        forms.MapPost("/letters/{service}/requeue", (string service, [FromForm] string? cause, OnBehalf behalf, IStringLocalizer<OperationWords> words) =>
            behalf.Ask(HttpMethod.Post, service, $"/dead-letters/requeue", new { cause }, "letter.requeue-all", cause, answer =>
                ("/operations/letters", words["said.requeued-all", answer.Value.GetProperty("requeued").GetInt32(), answer.Value.GetProperty("left").GetInt32()])));

        foreach (var purpose in (string[])["rebuild", "verify"])
        {
            forms.MapPost($"/views/{{service}}/{purpose}", (string service, OnBehalf behalf) =>
                behalf.Ask(HttpMethod.Post, service, $"/views/{purpose}", null, $"views.{purpose}", service, then: "/operations/views"));
            forms.MapPost($"/views/{{service}}/{purpose}/cancel", (string service, OnBehalf behalf) =>
                behalf.Ask(HttpMethod.Delete, service, $"/views/{purpose}", null, $"views.{purpose}-cancel", service, then: "/operations/views"));
        }
        forms.MapPost("/replay/{service}", (string service, [FromForm] long? from, OnBehalf behalf) =>
            behalf.Ask(HttpMethod.Post, service, $"/relay/replay", new { from = from ?? 0 }, "relay.replay", service, then: "/operations/views"));
        forms.MapPost("/replay/{service}/cancel", (string service, OnBehalf behalf) =>
            behalf.Ask(HttpMethod.Delete, service, $"/relay/replay", null, "relay.replay-cancel", service, then: "/operations/views"));
    }

    // A browser sends lines with CR and LF, whatever they were.
    private static bool IsEdited(string? body, string? original) => body?.ReplaceLineEndings("\n") != original?.ReplaceLineEndings("\n");
}
