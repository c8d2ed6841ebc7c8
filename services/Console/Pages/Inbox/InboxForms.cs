using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Sms.ServiceHost;

namespace Sms.Console.Pages.Inbox;

/// <summary>What agents do from the inbox.</summary>
public static class InboxForms
{
    // A form need not send all of these; what is in a constructor would have to be.

    /// <summary>Something to say to the customer, or to note.</summary>
    public sealed record Saying
    {
        /// <summary><c>reply</c> or <c>note</c>.</summary>
        public string? Kind { get; init; }

        /// <summary>What it says.</summary>
        public string? Text { get; init; }

        /// <summary>Where the ticket stands afterwards.</summary>
        public string? Then { get; init; }
    }

    /// <summary>One change of a ticket; null for what stays.</summary>
    public sealed record Change
    {
        public string? Status { get; init; }
        public string? Agent { get; init; }
        public string? Team { get; init; }
        public string? Priority { get; init; }
        public string? AddTag { get; init; }
        public string? RemoveTag { get; init; }
    }

    /// <summary>Until when a ticket waits: a moment by the viewer's clock, or <c>none</c> for no end.</summary>
    public sealed record Snoozing
    {
        public string? Status { get; init; }
        public string? Until { get; init; }
        public string? At { get; init; }
    }

    /// <summary>A ticket to begin.</summary>
    public sealed record Beginning
    {
        public string? Customer { get; init; }
        public string? OurNumber { get; init; }
        public string? Endpoint { get; init; }
        public string? Note { get; init; }
    }

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var tickets = app.MapGroup("/tickets/{id:guid}").ForForms(Roles.Agent);
        tickets.MapPost("/say", Say);
        tickets.MapPost("/change", (Guid id, [FromForm] Change form, OnBehalf behalf, Viewer viewer) => behalf.Ask(HttpMethod.Patch, "helpdesk", $"/tickets/{id}", new
        {
            form.Status, form.Priority, Agent = form.Agent == "nobody" ? "" : form.Agent, Team = form.Team == "none" ? "" : form.Team,
            AddTags = form.AddTag is { } add ? new[] { add.Trim() } : null, RemoveTags = form.RemoveTag is { } remove ? new[] { remove } : null,
        }, "ticket.change", id, Page(viewer, id)));
        tickets.MapPost("/snooze", Snooze);
        tickets.MapPost("/macro", (Guid id, [FromForm] string? name, OnBehalf behalf, Viewer viewer) =>
            behalf.Ask(HttpMethod.Post, "helpdesk", $"/tickets/{id}/macros/{name}", null, "ticket.macro", id, Page(viewer, id)));
        tickets.MapPost("/merge", (Guid id, [FromForm] Guid? into, OnBehalf behalf, Viewer viewer) =>
            behalf.Ask(HttpMethod.Post, "helpdesk", $"/tickets/{id}/merge", new { into }, "ticket.merge", id, Page(viewer, into ?? id)));
        tickets.MapPost("/unmerge", (Guid id, [FromForm] Guid? back, OnBehalf behalf, Viewer viewer) =>
            behalf.Ask(HttpMethod.Post, "helpdesk", $"/tickets/{id}/unmerge", null, "ticket.unmerge", id, Page(viewer, back ?? id)));
        tickets.MapPost("/move", Move);
        tickets.MapPost("/undo-move", (Guid id, [FromForm] Guid moveId, OnBehalf behalf, Viewer viewer) =>
            behalf.Ask(HttpMethod.Post, "helpdesk", $"/tickets/{id}/moves/{moveId}/undo", null, "ticket.undo-move", id, Page(viewer, id)));
        // Said every few seconds while somebody types, so it is no action to keep.
        tickets.MapPost("/writing", async (Guid id, [FromForm] bool? ended, Platform platform) =>
        {
            await platform.Change(ended == true ? HttpMethod.Delete : HttpMethod.Put, "helpdesk", $"/tickets/{id}/writing", null);
            return TypedResults.NoContent();
        });
        app.MapGroup("").ForForms(Roles.Agent).MapPost("/inbox/new", ([FromForm] Beginning form, OnBehalf behalf, Viewer viewer) => behalf.Ask(
            HttpMethod.Post, "helpdesk", $"/tickets", form with { Note = string.IsNullOrWhiteSpace(form.Note) ? null : form.Note }, "ticket.open", null,
            answer => (Page(viewer, answer.Value.GetProperty("id").GetGuid()), null)));
    }

    private static async Task<IResult> Say(Guid id, [FromForm] Saying form, OnBehalf behalf, Viewer viewer, IStringLocalizer<InboxWords> words)
    {
        var answer = form.Kind == "note"
            ? await behalf.Change(HttpMethod.Post, "helpdesk", $"/tickets/{id}/notes", new { form.Text }, "ticket.note", id)
            : await behalf.Change(HttpMethod.Post, "helpdesk", $"/tickets/{id}/replies", new { form.Text, form.Then }, "ticket.reply", id);
        return answer switch
        {
            { IsThere: true } => behalf.Go(Page(viewer, id)),
            { Problem.Status: StatusCodes.Status412PreconditionFailed } => behalf.Refuse(answer.Problem with { Detail = words["say.changed"] }),
            _ => behalf.Refuse(answer.Problem),
        };
    }

    private static async Task<IResult> Snooze(Guid id, [FromForm] Snoozing form, OnBehalf behalf, Viewer viewer, IStringLocalizer<InboxWords> words)
    {
        int? minutes = null;
        if (form.Until != "none")
        {
            if (!DateTime.TryParseExact(form.Until ?? form.At, "yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
                return behalf.Refuse("At", words["snooze.when"]);
            // A moment that a change of the clocks leaves out is the one an hour later.
            var until = viewer.Zone.IsInvalidTime(local) ? local.AddHours(1) : local;
            minutes = (int)Math.Ceiling((TimeZoneInfo.ConvertTimeToUtc(until, viewer.Zone) - viewer.Now.UtcDateTime).TotalMinutes);
            if (minutes < 1)
                return behalf.Refuse("At", words["snooze.past"]);
        }
        return await behalf.Ask(
            HttpMethod.Patch, "helpdesk", $"/tickets/{id}", new { Status = form.Status == "on-hold" ? "on-hold" : "pending", ForMinutes = minutes }, "ticket.snooze", id, Page(viewer, id));
    }

    private static async Task<IResult> Move(
        Guid id, [FromForm] Guid smsId, [FromForm] string? to, OnBehalf behalf, Viewer viewer, Platform platform, IStringLocalizer<InboxWords> words)
    {
        Guid? target = null;
        if (to?.Trim().TrimStart('#') is { Length: > 0 } number)
        {
            var found = await platform.Get<ShownTicket>("helpdesk", $"/tickets/number/{number}");
            if (!found.IsThere)
                return found.Problem.IsAway ? behalf.Refuse(found.Problem) : behalf.Refuse("To", words["move.nowhere"]);
            target = found.Value.Ticket.Id;
        }
        return await behalf.Ask(
            HttpMethod.Post, "helpdesk", $"/tickets/{id}/moves", new { smsIds = new[] { smsId }, to = target }, "ticket.move", id, Page(viewer, id), words["moved.said"]);
    }

    // Beside the list they came from.
    private static string Page(Viewer viewer, Guid id)
    {
        var came = Uri.TryCreate(viewer.Http.Request.Headers.Referer, UriKind.Absolute, out var referer) ? QueryHelpers.ParseQuery(referer.Query) : [];
        return ListChoice.Of(name => came.TryGetValue(name, out var value) ? value.ToString() : null).Beside($"/tickets/{id}");
    }
}
