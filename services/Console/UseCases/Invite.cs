using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;
using Sms.Console.Accounts;
using Sms.Console.Views;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Console.UseCases;

/// <summary>A one-time link is made with which one person opens an account, or chooses another password.</summary>
public static class Invite
{
    /// <summary>Who is invited.</summary>
    /// <param name="Role">What they may do: reader, agent or admin.</param>
    /// <param name="IfNobody">Only if there is no account yet: so the first admin comes to be.</param>
    public sealed record Request(string? Role, bool IfNobody = false);

    /// <summary>The link, shown this once.</summary>
    /// <param name="Path">Where on the console it leads.</param>
    /// <param name="Until">Until when it holds.</param>
    public sealed record Made(string Path, DateTimeOffset Until);

    /// <summary><c>POST /invitations</c>, with an API key.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/invitations", Post).RequireAuthorization(Roles.Admin)
        .WithName("Invite").WithSummary("A one-time link with which a person opens an account")
        .Refuses(StatusCodes.Status409Conflict, "There is an account already, and it was to be the first.");

    private static async Task<Results<Created<Made>, ValidationProblem, ProblemHttpResult>> Post(
        Request request, IEventStore store, NpgsqlDataSource database, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        if (!Roles.Including(Roles.Admin).Contains(request.Role))
            return Problems.Invalid("role", "must be reader, agent or admin");
        if (request.IfNobody && await AccountList.Any(database, ct))
            return TypedResults.Problem("There is an account already: who has it can invite others.", statusCode: StatusCodes.Status409Conflict);
        var made = await Make(request.Role!, null, http.Cause().Actor, store, clock, ct);
        return TypedResults.Created((string?)null, made);
    }

    /// <summary>Makes a link.</summary>
    /// <param name="role">What its user may do.</param>
    /// <param name="account">The account whose password it changes; null for a new one.</param>
    /// <param name="by">Who makes it, as an actor.</param>
    /// <param name="store">The console's streams.</param>
    /// <param name="clock">The time.</param>
    /// <param name="ct">Gives up.</param>
    internal static async Task<Made> Make(string role, string? account, string by, IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        var code = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(24));
        var until = clock.GetUtcNow() + Invitation.Holds;
        await store.Commit([Invitation.Stream.Start(Invitation.IdOf(code).ToString(), [new InvitationEvent.Made(role, account, until)], new Cause(null, null, by))], null, ct);
        return new Made($"/welcome/{code}", until);
    }
}
