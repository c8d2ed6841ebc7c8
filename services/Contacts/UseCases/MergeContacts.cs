using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Contacts;
using Sms.Contacts.Views;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>
/// A person says that two contacts are one, or that they are two after all. Texts and numbers stay where they are: a merge only
/// says for whom a contact stands, so taking it back gives each its own, with what came in between.
/// </summary>
public static class MergeContacts
{
    /// <summary>The contact to merge.</summary>
    /// <param name="ContactId">Its id. It becomes part of the one in the address.</param>
    public sealed record Request(Guid ContactId);

    /// <summary><c>POST /contacts/{id}/merged</c>, <c>GET /contacts/{id}/merged/{part}/preview</c> and <c>DELETE /contacts/{id}/merged/{part}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/contacts/{id:guid}/merged", Merge).RequireAuthorization(Roles.Agent).WithName("MergeContact")
            .WithSummary("Merges another contact into this one, which keeps what is said on both.").TakesIfMatch();
        api.MapGet("/contacts/{id:guid}/merged/{part:guid}/preview", Preview).WithName("PreviewMerge")
            .WithSummary("What would be known of this contact if that one were merged into it. Changes nothing.").ProducesProblem(StatusCodes.Status409Conflict);
        api.MapDelete("/contacts/{id:guid}/merged/{part:guid}", Unmerge).RequireAuthorization(Roles.Agent).WithName("UnmergeContact")
            .WithSummary("Takes a merged contact out again: it stands for itself as before, with all that came from its numbers.").TakesIfMatch();
    }

    private static Task<Results<Ok<ContactList.Row>, NotFound>> Merge(
        Guid id, Request request, HttpContext http, IEventStore store, NpgsqlDataSource database, CancellationToken ct) =>
        Both(id, request.ContactId, ContactDecider.Merge, http, store, database, ct);

    private static Task<Results<Ok<ContactList.Row>, NotFound>> Unmerge(
        Guid id, Guid part, HttpContext http, IEventStore store, NpgsqlDataSource database, CancellationToken ct) =>
        Both(id, part, ContactDecider.Unmerge, http, store, database, ct);

    private static async Task<Results<Ok<ContactList.Row>, NotFound>> Preview(Guid id, Guid part, HttpContext http, IEventStore store, CancellationToken ct)
    {
        var (one, other) = (await store.Load(Contact.Stream, id, ct), await store.Load(Contact.Stream, part, ct));
        if (!one.State.Known || !other.State.Known)
            return TypedResults.NotFound();
        var merged = ContactDecider.Merge(id, one.State, part, other.State).Into.Aggregate(one.State, Contact.Stream.Evolve);
        http.SetETag(one.Version);
        return TypedResults.Ok(ContactList.Row.Of(id, one.Version, merged));
    }

    private static async Task<Results<Ok<ContactList.Row>, NotFound>> Both(
        Guid oneId, Guid otherId, Func<Guid, Contact, Guid, Contact, (ContactEvent[], ContactEvent[])> decide,
        HttpContext http, IEventStore store, NpgsqlDataSource database, CancellationToken ct)
    {
        var known = await ChangeContact.Commit(http, async () =>
        {
            var (one, other) = (await store.Load(Contact.Stream, oneId, ct), await store.Load(Contact.Stream, otherId, ct));
            if (!one.State.Known || !other.State.Known)
                return false;
            ChangeContact.Match(http, one);
            var (ofOne, ofOther) = decide(oneId, one.State, otherId, other.State);
            Append[] appends = [.. Part(one, ofOne), .. Part(other, ofOther)];
            await store.Commit(appends, handled: null, ct);
            http.SetETag(one.Version + ofOne.Length);
            return true;
        });
        return known ? TypedResults.Ok(await ContactList.Find(database, oneId, ct)) : TypedResults.NotFound();

        IEnumerable<Append> Part(EventStream<Contact, ContactEvent> contact, ContactEvent[] events) =>
            events.Length == 0 ? [] : [contact.Append(events, http.Cause())];
    }
}
