using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sms.ServiceHost;
using static Sms.Console.Pages.Fields;

namespace Sms.Console.Pages.Inbox;

/// <summary>What is set of the desk: who may, Helpdesk says.</summary>
public static class DeskForms
{
    /// <summary>What is set, by its name; without one it is added.</summary>
    public abstract record Item
    {
        public string? Name { get; init; }
        public string? Title { get; init; }
    }

    /// <summary>A canned reply.</summary>
    public sealed record Canned : Item
    {
        public string? Text { get; init; }
    }

    /// <summary>A saved view.</summary>
    public sealed record View : Item
    {
        public string[]? Status { get; init; }
        public string[]? Priority { get; init; }
        public string? Agent { get; init; }
        public string? Team { get; init; }
        public string? Tag { get; init; }
        public bool Waiting { get; init; }
        public bool Missed { get; init; }
    }

    /// <summary>A macro; empty for what stays.</summary>
    public sealed record MacroForm : Item
    {
        public string? Status { get; init; }
        public string? ForMinutes { get; init; }
        public string? Priority { get; init; }
        public string? Agent { get; init; }
        public string? Team { get; init; }
        public string? AddTags { get; init; }
        public string? Note { get; init; }
        public string? Reply { get; init; }
    }

    private static readonly string[] Kinds = ["canned-replies", "saved-views", "macros", "teams"];

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var desk = app.MapGroup("/desk").ForForms(Roles.Agent);
        desk.MapPost("/canned-replies", ([FromForm] Canned form, OnBehalf behalf, IStringLocalizer<InboxWords> words) => Set(behalf, words, "canned-replies", form.Name, form.Title, new { form.Title, form.Text }));
        desk.MapPost("/saved-views", ([FromForm] View form, OnBehalf behalf, IStringLocalizer<InboxWords> words) => Set(behalf, words, "saved-views", form.Name, form.Title, new
        {
            form.Title, Filter = new TicketFilter(form.Status, Agent(form.Agent), Said(form.Team), form.Priority, Said(form.Tag), form.Waiting ? true : null, form.Missed ? true : null),
        }));
        desk.MapPost("/macros", ([FromForm] MacroForm form, OnBehalf behalf, IStringLocalizer<InboxWords> words) => Set(behalf, words, "macros", form.Name, form.Title, new
        {
            form.Title, Changes = new MacroChanges(
                Said(form.Status), int.TryParse(form.ForMinutes, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes : null, Said(form.Priority), form.Agent?.Trim() == "nobody" ? "" : Agent(form.Agent), Said(form.Team),
                Listed(form.AddTags) is { Length: > 0 } tags ? tags : null, null, Said(form.Note), Said(form.Reply)),
        }));
        desk.MapPost("/teams", ([FromForm] string? name, [FromForm] string? members, OnBehalf behalf, IStringLocalizer<InboxWords> words) =>
            Set(behalf, words, "teams", name, name, new { Members = Listed(members).Select(Agent) }));
        desk.MapPost("/{kind}/remove", (string kind, [FromForm] string? name, OnBehalf behalf) => Kinds.Contains(kind)
            ? behalf.Ask(HttpMethod.Delete, "helpdesk", $"/{kind}/{name}", null, $"desk.remove-{kind}", name, "/desk") : Task.FromResult(Results.NotFound()));
        desk.MapPost("/away", ([FromForm] bool away, OnBehalf behalf, Viewer viewer, IStringLocalizer<InboxWords> words) =>
            behalf.Ask(HttpMethod.Put, "helpdesk", $"/agents/{viewer.Actor}", new { away }, "desk.away", null, "/desk", words[away ? "away.is" : "away.not"]));
    }

    // What is added is called after its title, and named so that an address can say it.
    private static Task<IResult> Set(OnBehalf behalf, IStringLocalizer<InboxWords> words, string kind, string? name, string? title, object value)
    {
        var called = name ?? string.Concat((title ?? "").Trim().ToLowerInvariant().Select(letter => char.IsLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return called.Length == 0
            ? Task.FromResult(behalf.Refuse("Title", words["desk.title.missing"]))
            : behalf.Ask(HttpMethod.Put, "helpdesk", $"/{kind}/{called}", value, $"desk.set-{kind}", called, "/desk");
    }

    // Agents are people who sign in here; me and nobody are words of Helpdesk.
    private static string? Agent(string? name) => Said(name) switch
    {
        null => null,
        "me" or "nobody" => name!.Trim(),
        var known => known.Contains(':', StringComparison.Ordinal) ? known : $"operator:{known}",
    };
}
