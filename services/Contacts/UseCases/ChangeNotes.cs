using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Contacts;
using Sms.Contacts.Views;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>A person notes something on a contact, or takes a note away.</summary>
public static class ChangeNotes
{
    /// <summary>A note.</summary>
    /// <param name="Text">What it says, 1 to 2000 characters.</param>
    public sealed record Request(string? Text);

    /// <summary><c>POST /contacts/{id}/notes</c> and <c>DELETE /contacts/{id}/notes/{noteId}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/contacts/{id:guid}/notes", Add).RequireAuthorization(Roles.Agent).WithName("AddNote")
            .WithSummary("Notes something on a contact. With an Idempotency-Key the same request again is the same note.")
            .TakesIfMatch().TakesIdempotencyKey();
        api.MapDelete("/contacts/{id:guid}/notes/{noteId:guid}", Remove).RequireAuthorization(Roles.Agent).WithName("RemoveNote")
            .WithSummary("Takes a note away. It stays in the contact's history.").TakesIfMatch();
    }

    private static async Task<Results<Created<Note>, NotFound, ValidationProblem>> Add(
        Guid id, Request request, HttpContext http, ChangeContact change, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        if (request.Text?.Replace("\0", "", StringComparison.Ordinal).Trim() is not { Length: >= 1 and <= ContactDraft.LongestNote } text)
            return Problems.Invalid("text", $"must have 1 to {ContactDraft.LongestNote} characters");
        var note = new Note(ChangeContact.IdOf(http, $"note {id}"), text, http.Cause().Actor, clock.GetUtcNow());
        if (!await change.Ask(id, new ContactCommand.AddNote(note), http, ct))
            return TypedResults.NotFound();
        // The one there is, where the same request came before.
        var kept = (await ContactList.Find(database, id, ct))!.Notes.First(known => known.NoteId == note.NoteId);
        return TypedResults.Created($"/contacts/{id}", kept);
    }

    private static async Task<Results<NoContent, NotFound>> Remove(Guid id, Guid noteId, HttpContext http, ChangeContact change, CancellationToken ct) =>
        await change.Ask(id, new ContactCommand.RemoveNote(noteId), http, ct) ? TypedResults.NoContent() : TypedResults.NotFound();
}
