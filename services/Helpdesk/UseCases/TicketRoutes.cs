using Microsoft.AspNetCore.Http.HttpResults;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>What agents ask for on a ticket. With <c>If-Match</c> it happens only to the ticket as they have read it; else the answer is 412.</summary>
public static class TicketRoutes
{
    /// <summary>The longest text gateways take, in characters.</summary>
    public const int LongestReply = 1_600;

    private const int LongestNote = 10_000, LongestWord = 100;

    /// <summary>An answer to the customer: its words, or the name of a canned reply.</summary>
    /// <param name="Text">What to say, 1 to 1,600 characters.</param>
    /// <param name="Canned">The canned reply to give.</param>
    /// <param name="Then">Where the ticket stands afterwards; <c>pending</c> when left out.</param>
    public sealed record ReplyDraft(string? Text, string? Canned, string? Then);

    /// <summary>A note that only we see.</summary>
    public sealed record NoteDraft(string? Text);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tickets/{id:guid}/canned-replies", Ready).WithName("ListReadyReplies").WithSummary("The canned replies as they would be given on this ticket, variables filled in");
        var tickets = api.MapGroup("/tickets/{id:guid}").RequireAuthorization(Roles.Agent).TakesIfMatch()
            .Refuses(StatusCodes.Status422UnprocessableEntity, "The Idempotency-Key was used for something else.");
        tickets.MapPatch("", Patch).WithName("ChangeTicket").TakesIdempotencyKey()
            .WithSummary("Changes status, priority, owner, team and tags, adds a note, replies: all at once or nothing. With a reply the Idempotency-Key is required");
        tickets.MapPost("/solve", Solve).WithName("SolveTicket").WithSummary("The matter is settled").TakesIdempotencyKey();
        tickets.MapPost("/replies", Reply).WithName("ReplyToTicket").WithSummary("Answers from the number that was texted; leaves through Outbound's gate").TakesIdempotencyKey(required: true);
        tickets.MapPost("/notes", Note).WithName("AddNote").WithSummary("Adds a note that only agents see").TakesIdempotencyKey(required: true);
        tickets.MapPost("/macros/{name}", Run).WithName("RunMacro").WithSummary("Does what a macro says. Where that is a reply the Idempotency-Key is required").TakesIdempotencyKey();
    }

    /// <summary>What is wrong with changes, by field; nothing when they can be made. What they say is looked at, not whether the ticket allows it.</summary>
    public static Dictionary<string, string[]> Faults(TicketChanges changes, DeskState? desk)
    {
        var faults = new Dictionary<string, string[]>();
        if (changes.Status is { } status && (status == Status.New || !Status.All.Contains(status)))
            faults["status"] = [$"must be one of {string.Join(", ", Status.All.Except([Status.New]))}"];
        if (changes.ForMinutes is not null && (changes.Status is null || !Status.IsPaused(changes.Status) || changes.ForMinutes is < 1 or > 525_600))
            faults["forMinutes"] = [$"must be 1 to 525600, with status {Status.Pending} or {Status.OnHold}"];
        if (changes.Priority is { } priority && !Priorities.All.Contains(priority))
            faults["priority"] = [$"must be one of {string.Join(", ", Priorities.All)}"];
        if (changes.Agent is { Length: > 0 } agent && agent != "me" && !(IsWord(agent) && agent.Contains(':', StringComparison.Ordinal)))
            faults["agent"] = ["must be an actor such as operator:dana, me, or empty for nobody"];
        if (changes.Team is { Length: > 0 } team && desk is not null && desk.Find<Team>(SettingKind.Teams, team) is null)
            faults["team"] = ["is not known: set it first, or leave it empty for none"];
        if ((changes.AddTags ?? []).Concat(changes.RemoveTags ?? []).Any(tag => !IsWord(tag) || tag.Length > 50))
            faults["addTags"] = ["each must be 1 to 50 characters of one line"];
        if (changes.Note is { } note && (string.IsNullOrWhiteSpace(note) || note.Length > LongestNote || note.Contains('\0') || Wording.Fault(note) is not null))
            faults["note"] = [Wording.Fault(note) ?? $"must be 1 to {LongestNote} characters"];
        if (changes.Reply is { } reply && (string.IsNullOrWhiteSpace(reply) || reply.Length > LongestReply || reply.Contains('\0') || Wording.Fault(reply) is not null))
            faults["reply"] = [Wording.Fault(reply) ?? $"must be 1 to {LongestReply} characters"];
        if (changes.Reason is { } reason && (reason.Length > 500 || reason.Contains('\0')))
            faults["reason"] = ["must not be longer than 500 characters"];
        return faults;
    }

    private static async Task<Results<Ok<TicketDetails.Detail>, NotFound, ValidationProblem>> Patch(
        Guid id, TicketChanges changes, HttpContext http, ChangeTicket change, TicketWork work, CancellationToken ct) =>
        Faults(changes, await work.Desk(ct)) is { Count: > 0 } faults ? Problems.Invalid(faults)
        : changes.Reply is not null && OnceOnly.Key(http) is null ? NoKey()
        : Answer(await change.Make(id, changes, null, http, ct));

    private static async Task<Results<NoContent, NotFound>> Solve(Guid id, HttpContext http, ChangeTicket change, CancellationToken ct) =>
        await change.Make(id, new TicketChanges(Status: Status.Solved), null, http, ct) is null ? TypedResults.NotFound() : TypedResults.NoContent();

    private static async Task<Results<Ok<TicketDetails.Detail>, NotFound, ValidationProblem>> Reply(
        Guid id, ReplyDraft draft, HttpContext http, ChangeTicket change, TicketWork work, CancellationToken ct)
    {
        if (OnceOnly.Key(http) is null)
            return NoKey();
        var desk = await work.Desk(ct);
        if (draft.Canned is not null && (draft.Text is not null || desk.Find<CannedReply>(SettingKind.CannedReplies, draft.Canned) is null))
            return Problems.Invalid("canned", "must be the name of a canned reply, without a text");
        var changes = new TicketChanges(
            Status: draft.Then, Reply: draft.Canned is { } name ? desk.Find<CannedReply>(SettingKind.CannedReplies, name)!.Text : draft.Text ?? "");
        return Faults(changes, desk) is { Count: > 0 } faults
            ? Problems.Invalid(faults.ToDictionary(fault => fault.Key switch { "reply" => "text", "status" => "then", var field => field }, fault => fault.Value))
            : Answer(await change.Make(id, changes, draft.Canned, http, ct));
    }

    private static async Task<Results<Ok<TicketDetails.Detail>, NotFound, ValidationProblem>> Note(
        Guid id, NoteDraft draft, HttpContext http, ChangeTicket change, CancellationToken ct) =>
        OnceOnly.Key(http) is null ? NoKey()
        : Faults(new TicketChanges(Note: draft.Text ?? ""), null) is { Count: > 0 } faults ? Problems.Invalid("text", faults["note"][0])
        : Answer(await change.Make(id, new TicketChanges(Note: draft.Text), null, http, ct));

    private static async Task<Results<Ok<TicketDetails.Detail>, NotFound, ValidationProblem>> Run(
        Guid id, string name, HttpContext http, ChangeTicket change, TicketWork work, CancellationToken ct)
    {
        if ((await work.Desk(ct)).Find<Macro>(SettingKind.Macros, name) is not { } macro)
            return TypedResults.NotFound();
        return macro.Changes.Reply is not null && OnceOnly.Key(http) is null ? NoKey() : Answer(await change.Make(id, macro.Changes, name, http, ct));
    }

    private static async Task<Results<Ok<IReadOnlyList<ChangeTicket.ReadyReply>>, NotFound>> Ready(Guid id, HttpContext http, ChangeTicket change, CancellationToken ct) =>
        await change.ReadyReplies(id, http.Cause().Actor, ct) is { } replies ? TypedResults.Ok(replies) : TypedResults.NotFound();

    private static Results<Ok<TicketDetails.Detail>, NotFound, ValidationProblem> Answer(TicketDetails.Detail? ticket) =>
        ticket is null ? TypedResults.NotFound() : TypedResults.Ok(ticket);

    private static ValidationProblem NoKey() => Problems.Invalid("Idempotency-Key", "must be a header of 1 to 255 characters, a new one for every text or note");

    private static bool IsWord(string? word) => !string.IsNullOrWhiteSpace(word) && word.Length <= LongestWord && !word.Any(char.IsControl);
}
