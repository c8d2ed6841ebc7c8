using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Contacts;
using Sms.Contacts.Views;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>
/// A person says that a contact writes from another number too, or that a number is somebody else's now. What came from a number
/// stays with the contact that had it; its next text makes a new contact.
/// </summary>
public static class ChangeNumbers
{
    /// <summary>A number. In the body and not the address: addresses end in access logs.</summary>
    /// <param name="Number">The number, short code or sender name.</param>
    /// <param name="Region">The country of a number that is written without country code, ISO 3166-1.</param>
    public sealed record Request(string? Number, string? Region = null);

    /// <summary><c>POST /contacts/{id}/numbers</c> and <c>POST /contacts/{id}/numbers/remove</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/contacts/{id:guid}/numbers", (Guid id, Request request, HttpContext http, ChangeContact change, NpgsqlDataSource database, CancellationToken ct) =>
                Ask(id, request, number => new ContactCommand.AddNumber(number), http, change, database, ct))
            .RequireAuthorization(Roles.Agent).WithName("AddNumber").WithSummary("Adds a number; one that another contact has is refused.").TakesIfMatch();
        api.MapPost("/contacts/{id:guid}/numbers/remove", (Guid id, Request request, HttpContext http, ChangeContact change, NpgsqlDataSource database, CancellationToken ct) =>
                Ask(id, request, number => new ContactCommand.RemoveNumber(number), http, change, database, ct))
            .RequireAuthorization(Roles.Agent).WithName("RemoveNumber").WithSummary("Takes a number away: it is somebody else's now.").TakesIfMatch();
    }

    private static async Task<Results<Ok<ContactList.Row>, NotFound, ValidationProblem>> Ask(
        Guid id, Request request, Func<PhoneNumber, ContactCommand> ask, HttpContext http, ChangeContact change, NpgsqlDataSource database, CancellationToken ct)
    {
        DiallingPlan? plan = null;
        if (request.Region is not null && !DiallingPlan.TryFind(request.Region, out plan))
            return Problems.Invalid("region", $"must be one of {string.Join(", ", DiallingPlan.Regions)}");
        if (ContactDraft.Number(request.Number, plan, out var reason) is not { } number)
            return Problems.Invalid("number", reason!);
        return await change.Ask(id, ask(number), http, ct) ? TypedResults.Ok(await ContactList.Find(database, id, ct)) : TypedResults.NotFound();
    }
}
