using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Sms.Console.Accounts;
using Sms.Console.Pages;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Console.UseCases;

/// <summary>An admin changes who may do what; a person changes their own password. The streams of the accounts say who did.</summary>
public static class ChangeAccounts
{
    /// <summary>The form of <c>/account</c>.</summary>
    public sealed record PasswordForm
    {
        public string? Current { get; init; }
        public string? Password { get; init; }
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        var accounts = app.MapGroup("/accounts").ForForms(Roles.Admin);
        accounts.MapPost("/invite", InviteSomebody);
        accounts.MapPost("/{id:guid}/role", (Guid id, [FromForm] string? role, Change change, CancellationToken ct) =>
            Roles.Including(Roles.Admin).Contains(role)
                ? change.Account(id, (account, by) => AccountDecider.ChangeRole(account, role!, by), $"They are {role} now.", ct)
                : Task.FromResult(change.Answer.Refuse("role", "must be reader, agent or admin")));
        accounts.MapPost("/{id:guid}/close", (Guid id, Change change, CancellationToken ct) =>
            change.Account(id, AccountDecider.Close, "The account is closed, and its sessions are over.", ct));
        accounts.MapPost("/{id:guid}/reopen", (Guid id, Change change, CancellationToken ct) =>
            change.Account(id, (account, _) => AccountDecider.Reopen(account), "The account is open again.", ct));
        accounts.MapPost("/{id:guid}/password-link", PasswordLink);
        accounts.MapPost("/links/{id:guid}/withdraw", Withdraw);
        var own = app.MapGroup("/account").ForForms(Roles.Reader);
        own.MapPost("/password", ChangeOwnPassword);
        own.MapPost("/sign-out-everywhere", (HttpContext http, Change change, Viewer viewer, CancellationToken ct) =>
            change.Account(Account.IdOf(viewer.Name), (_, _) => [new AccountEvent.SignedOutEverywhere()], null, ct));
    }

    /// <summary>Changing one account.</summary>
    public sealed class Change(IEventStore store, Viewer viewer, OnBehalf answer)
    {
        /// <summary>How the form is answered.</summary>
        public OnBehalf Answer => answer;

        /// <summary>Decides and commits.</summary>
        public async Task<IResult> Account(Guid id, Func<Account, string, IReadOnlyList<AccountEvent>> decide, string? said, CancellationToken ct)
        {
            var account = await store.Load(Accounts.Account.Stream, id, ct);
            if (!account.State.Exists)
                return answer.Refuse(new Problem("console", StatusCodes.Status404NotFound, "There is no such account."));
            await store.Commit(account, decide(account.State, viewer.Name), new Cause(null, null, viewer.Actor), ct);
            return answer.Go(viewer.Http.Request.Path.StartsWithSegments("/accounts", StringComparison.Ordinal) ? "/accounts" : "/account", said);
        }
    }

    private static async Task<IResult> InviteSomebody([FromForm] string? role, IEventStore store, TimeProvider clock, Viewer viewer, ShownOnce once, OnBehalf answer, CancellationToken ct)
    {
        if (!Roles.Including(Roles.Admin).Contains(role))
            return answer.Refuse("role", "must be reader, agent or admin");
        var made = await Invite.Make(role!, null, viewer.Actor, store, clock, ct);
        return Show(made, once, answer);
    }

    private static async Task<IResult> PasswordLink( Guid id, IEventStore store, TimeProvider clock, Viewer viewer, ShownOnce once, OnBehalf answer, CancellationToken ct)
    {
        var account = (await store.Load(Account.Stream, id, ct)).State;
        if (!account.Exists || account.IsClosed)
            return answer.Refuse(new Problem("console", StatusCodes.Status409Conflict, "The account is closed: reopen it first."));
        return Show(await Invite.Make(account.Role, account.Name, viewer.Actor, store, clock, ct), once, answer);
    }

    private static IResult Show(Invite.Made made, ShownOnce once, OnBehalf answer)
    {
        once.Leave("/accounts", made.Path);
        return answer.Go("/accounts");
    }

    private static async Task<IResult> Withdraw(Guid id, IEventStore store, Viewer viewer, OnBehalf answer, CancellationToken ct)
    {
        var invitation = await store.Load(Invitation.Stream, id, ct);
        if (invitation.State is { IsOver: false, Role.Length: > 0 })
            await store.Commit(invitation, [new InvitationEvent.Withdrawn()], new Cause(null, null, viewer.Actor), ct);
        return answer.Go("/accounts", "The link holds no more.");
    }

    private static async Task<IResult> ChangeOwnPassword(
        [FromForm] PasswordForm form, IEventStore store, NpgsqlDataSource database, Viewer viewer, OnBehalf answer, CancellationToken ct)
    {
        var (id, password) = (Account.IdOf(viewer.Name), form.Password ?? "");
        if (!SignIn.IsRight(await SignIn.HashOf(id, database, ct), form.Current ?? ""))
            return answer.Refuse("current", "This is not your password.");
        if (AccountDecider.FaultOfPassword(password, viewer.Name) is { } fault)
            return answer.Refuse("password", fault);
        var hash = SignIn.Hash(password);
        var account = await store.Load(Account.Stream, id, ct);
        await store.Commit(
            [account.Append([new AccountEvent.PasswordChanged()], new Cause(null, null, viewer.Actor))], null,
            $"update passwords set hash = {hash} where account_id = {id}", ct);
        await Sessions.Begin(viewer.Http, id, account.State.Sessions + 1);
        return answer.Go("/account", "Your password is changed; elsewhere you are signed out.");
    }
}
