using Microsoft.AspNetCore.Mvc;
using Sms.Console.Accounts;
using Sms.Console.Pages;
using Sms.EventStore;

namespace Sms.Console.UseCases;

/// <summary>A person uses their one-time link: opens an account, or chooses another password, and is signed in.</summary>
public static class AcceptInvitation
{
    /// <summary>The form of <c>/welcome/{code}</c>.</summary>
    public sealed record Form
    {
        public string? Name { get; init; }
        public string? Password { get; init; }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGroup("").ForForms(null).MapPost("/welcome/{code}", Accept).RequireRateLimiting(Security.SignInLimit);

    private static async Task<IResult> Accept(string code, [FromForm] Form form, IEventStore store, TimeProvider clock, OnBehalf answer, HttpContext http, CancellationToken ct)
    {
        var (invitationId, now) = (Invitation.IdOf(code), clock.GetUtcNow());
        var invitation = await store.Load(Invitation.Stream, invitationId, ct);
        if (!invitation.State.Holding(now))
            return answer.Refuse("code", "This link has been used, or is too old. Ask for another.");
        var (name, password) = (invitation.State.For ?? (form.Name ?? "").Trim(), form.Password ?? "");
        if (AccountDecider.FaultOfName(name) is { } badName)
            return answer.Refuse("name", badName);
        if (AccountDecider.FaultOfPassword(password, name) is { } badPassword)
            return answer.Refuse("password", badPassword);

        var (id, hash) = (Account.IdOf(name), SignIn.Hash(password));
        var account = await store.Load(Account.Stream, id, ct);
        var cause = new Cause(null, null, $"operator:{name}");
        var events = AccountDecider.Accept(account.State, invitation.State, invitationId, name);
        // One commit: the link is used up and the password set, or neither; who comes second with the same link conflicts.
        await store.Commit(
            [account.Append([.. events, new AccountEvent.SignedIn()], cause), invitation.Append([new InvitationEvent.Used(name)], cause)], null,
            $"insert into passwords (account_id, hash) values ({id}, {hash}) on conflict (account_id) do update set hash = excluded.hash", ct);
        await Sessions.Begin(http, id, events.Aggregate(account.State, Account.Stream.Evolve).Sessions);
        return answer.Go("/");
    }
}
