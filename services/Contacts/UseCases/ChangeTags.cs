using MassTransit;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.BusMessages;
using Sms.Contacts.Contacts;
using Sms.Contacts.Views;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>A person tags a contact, or takes a tag away.</summary>
public static class ChangeTags
{
    /// <summary><c>PUT</c> and <c>DELETE /contacts/{id}/tags/{tag}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPut("/contacts/{id:guid}/tags/{tag}", (Guid id, string tag, HttpContext http, ChangeContact change, NpgsqlDataSource database, CancellationToken ct) =>
                Ask(id, tag, line => new ContactCommand.AddTag(line), http, change, database, ct))
            .RequireAuthorization(Roles.Agent).WithName("TagContact").WithSummary("Tags a contact.").TakesIfMatch();
        api.MapDelete("/contacts/{id:guid}/tags/{tag}", (Guid id, string tag, HttpContext http, ChangeContact change, NpgsqlDataSource database, CancellationToken ct) =>
                Ask(id, tag, line => new ContactCommand.RemoveTag(line), http, change, database, ct))
            .RequireAuthorization(Roles.Agent).WithName("UntagContact").WithSummary("Takes a tag away.").TakesIfMatch();
    }

    private static async Task<Results<Ok<ContactList.Row>, NotFound, ValidationProblem>> Ask(
        Guid id, string tag, Func<string, ContactCommand> ask, HttpContext http, ChangeContact change, NpgsqlDataSource database, CancellationToken ct)
    {
        if (ContactDraft.Line(tag) is not { Length: <= ContactDraft.LongestTag } line)
            return Problems.Invalid("tag", $"must be one line of 1 to {ContactDraft.LongestTag} characters");
        return await change.Ask(id, ask(line), http, ct) ? TypedResults.Ok(await ContactList.Find(database, id, ct)) : TypedResults.NotFound();
    }
}

/// <summary>A rule tags whoever writes from a number; somebody unknown becomes a contact by it.</summary>
public sealed class TagContact(IEventStore store, ContactBook book) : IConsumer<ContactTagAsked>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ContactTagAsked> context)
    {
        var (asked, ct) = (context.Message, context.CancellationToken);
        var cause = context.Cause() with { Actor = asked.RequestedBy };
        if (ContactDraft.Line(asked.Tag) is not { Length: <= ContactDraft.LongestTag } tag)
            throw new RefusedException($"A tag must be one line of 1 to {ContactDraft.LongestTag} characters.");

        var number = PhoneNumber.Parse(asked.Number);
        var holder = await book.HolderOf(number, ct);
        if (holder.Unclaimed is { State.Known: false } unknown)
        {
            var created = ContactDecider.Decide(unknown.State, new ContactCommand.BecomeKnown(number.Value, asked.RequestedAt.ToUniversalTime()));
            await store.Commit(
                [holder.Key.Append([new KeyEvent.Claimed(holder.ContactId)], cause), unknown.Append([.. created, new ContactEvent.Tagged(tag)], cause)], cause.Handled, ct);
            return;
        }
        var contact = await book.StandingFor(holder.ContactId, ct);
        await store.Commit(contact, ContactDecider.Decide(contact.State, new ContactCommand.AddTag(tag)), cause, ct);
    }
}
