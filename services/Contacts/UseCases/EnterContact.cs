using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Contacts;
using Sms.Contacts.Views;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>A person enters a contact, or says all there is to know of one.</summary>
public static class EnterContact
{
    /// <summary>A contact to enter.</summary>
    /// <param name="Contact">What is known of it.</param>
    /// <param name="Region">The country of numbers that are written without country code, ISO 3166-1: <c>DE</c>.</param>
    public sealed record Request(ContactDraft? Contact, string? Region = null);

    /// <summary><c>POST /contacts</c> and <c>PUT /contacts/{id}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/contacts", Enter).RequireAuthorization(Roles.Agent).WithName("EnterContact")
            .WithSummary("Enters a contact. With an Idempotency-Key the same request again is answered with the same contact.")
            .TakesIdempotencyKey().Refuses(StatusCodes.Status422UnprocessableEntity, "The Idempotency-Key was used for another contact.");
        api.MapPut("/contacts/{id:guid}", Revise).RequireAuthorization(Roles.Agent).WithName("ReviseContact")
            .WithSummary("Says all there is to know of a contact, but for its numbers and notes: what is left out is taken away.").TakesIfMatch();
    }

    private static async Task<Results<Created<ContactList.Row>, ValidationProblem, ProblemHttpResult>> Enter(
        Request request, HttpContext http, IEventStore store, ContactBook book, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        DiallingPlan? plan = null;
        if (request.Region is not null && !DiallingPlan.TryFind(request.Region, out plan))
            return Problems.Invalid("region", $"must be one of {string.Join(", ", DiallingPlan.Regions)}");
        var (draft, faults) = (request.Contact ?? new ContactDraft()).Normalised(plan);
        if (faults.Count > 0)
            return Problems.Invalid(faults);

        var id = ChangeContact.IdOf(http, "contact");
        var digest = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(draft)));
        var same = await ChangeContact.Commit(http, async () =>
        {
            var contact = await store.Load(Contact.Stream, id, ct);
            if (contact.State.Known)
                return contact.State.Request == digest;
            var events = ContactDecider.Decide(contact.State, new ContactCommand.Enter(draft, clock.GetUtcNow(), digest));
            await store.Commit(await book.Appends(contact, events, http.Cause(), ct), handled: null, ct);
            return true;
        });
        if (!same)
            return TypedResults.Problem("The same Idempotency-Key was used for another contact: use a new key for a new contact.", statusCode: StatusCodes.Status422UnprocessableEntity);
        var row = (await ContactList.Find(database, id, ct))!;
        http.SetETag(row.Version);
        return TypedResults.Created($"/contacts/{id}", row);
    }

    private static async Task<Results<Ok<ContactList.Row>, NotFound, ValidationProblem>> Revise(
        Guid id, ContactDraft draft, HttpContext http, ChangeContact change, NpgsqlDataSource database, CancellationToken ct)
    {
        if (draft.Numbers is not null)
            return Problems.Invalid("numbers", "are added and removed one by one: /contacts/{id}/numbers");
        var (read, faults) = draft.Normalised(plan: null);
        if (faults.Count > 0)
            return Problems.Invalid(faults);
        return await change.Ask(id, new ContactCommand.Revise(read), http, ct)
            ? TypedResults.Ok(await ContactList.Find(database, id, ct))
            : TypedResults.NotFound();
    }
}
