using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Sms.Console.Accounts;
using Sms.Console.Pages;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Console.UseCases;

/// <summary>A person signs in, or out.</summary>
public static class SignIn
{
    private static readonly PasswordHasher<string> Hasher = new();

    // What a password is held against where there is no account, so that the answer takes as long.
    private static readonly string Nobody = Hasher.HashPassword("", Guid.NewGuid().ToString());

    /// <summary>The form of <c>/sign-in</c>.</summary>
    public sealed record Form
    {
        public string? Name { get; init; }
        public string? Password { get; init; }
        public string? To { get; init; }
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGroup("").ForForms(null).MapPost("/sign-in", In).RequireRateLimiting(Security.SignInLimit);
        app.MapGroup("").ForForms(Roles.Reader).MapPost("/sign-out", async (HttpContext http) =>
        {
            await Sessions.End(http);
            return Results.Redirect("/sign-in");
        });
    }

    private static async Task<IResult> In([FromForm] Form form, IEventStore store, NpgsqlDataSource database, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        var (name, to) = ((form.Name ?? "").Trim(), LocalPath(form.To));
        var (id, now) = (Account.IdOf(name), clock.GetUtcNow());
        var account = await store.Load(Account.Stream, id, ct);
        var isRight = IsRight(await HashOf(id, database, ct), form.Password ?? "");
        // Two attempts at once are counted both: the one that comes second decides again.
        var state = account.State;
        for (var attempt = 0; ; attempt++)
            try
            {
                var events = AccountDecider.SignIn(account.State, isRight, now);
                await store.Commit(account, events, new Cause(null, null, account.State.Exists ? $"operator:{account.State.Name}" : Cause.System), ct);
                if (events is [AccountEvent.SignedIn])
                {
                    await Sessions.Begin(http, id, account.State.Sessions);
                    return Results.Redirect(to);
                }
                state = events.Aggregate(account.State, Account.Stream.Evolve);
                break;
            }
            catch (VersionConflictException) when (attempt < 20)
            {
                account = await store.Load(Account.Stream, id, ct);
            }
        // The same whatever was wrong: who guesses learns no name. That an account is locked, its owner has to know.
        var why = AccountDecider.LockedUntil(state, now) is not null ? "locked" : "wrong";
        return Results.Redirect($"/sign-in?why={why}&to={Uri.EscapeDataString(to)}");
    }

    /// <summary>What a password hashes to: PBKDF2 with HMAC-SHA512, 100,000 rounds and a salt of its own, as ASP.NET Core Identity does it.</summary>
    internal static string Hash(string password) => Hasher.HashPassword("", password);

    internal static async Task<string?> HashOf(Guid id, NpgsqlDataSource database, CancellationToken ct) =>
        (await database.Query($"select hash from passwords where account_id = {id}", r => r.GetString(0), ct)).FirstOrDefault();

    internal static bool IsRight(string? hash, string password) =>
        // A longer one cannot be right, and hashing it would only cost.
        password.Length <= AccountDecider.MostPassword && Hasher.VerifyHashedPassword("", hash ?? Nobody, password) != PasswordVerificationResult.Failed && hash is not null;

    /// <summary>A page of ours to go to: what is no path of ours is the first page.</summary>
    internal static string LocalPath(string? to) =>
        to is ['/', ..] && to is not ['/', '/' or '\\', ..] && !to.Any(char.IsControl) && !to.StartsWith("/sign", StringComparison.Ordinal) ? to : "/";
}
