using Sms.EventStore;

namespace Sms.Console.Accounts;

/// <summary>What happened to a person's account. The password's hash is in none of it.</summary>
public abstract record AccountEvent
{
    /// <summary>A person accepted an invitation and chose a password.</summary>
    /// <param name="Name">The name they sign in with and act under.</param>
    /// <param name="Role">What they may do: reader, agent or admin.</param>
    /// <param name="InvitationId">Which invitation it was.</param>
    [StoredAs("console.account-opened.v1")]
    public sealed record Opened(string Name, string Role, Guid InvitationId) : AccountEvent;

    /// <summary>The password was right.</summary>
    [StoredAs("console.signed-in.v1")]
    public sealed record SignedIn : AccountEvent;

    /// <summary>The password was wrong.</summary>
    /// <param name="At">When.</param>
    [StoredAs("console.sign-in-failed.v1")]
    public sealed record SignInFailed(DateTimeOffset At) : AccountEvent;

    /// <summary>The person has another password from now on, and is signed in nowhere.</summary>
    [StoredAs("console.password-changed.v1")]
    public sealed record PasswordChanged : AccountEvent;

    /// <summary>The person may do more, or less.</summary>
    [StoredAs("console.role-changed.v1")]
    public sealed record RoleChanged(string Role) : AccountEvent;

    /// <summary>The person may not sign in any more, and is signed in nowhere.</summary>
    [StoredAs("console.account-closed.v1")]
    public sealed record Closed : AccountEvent;

    /// <summary>A closed account is open again.</summary>
    [StoredAs("console.account-reopened.v1")]
    public sealed record Reopened : AccountEvent;

    /// <summary>Every session of the person is over.</summary>
    [StoredAs("console.signed-out-everywhere.v1")]
    public sealed record SignedOutEverywhere : AccountEvent;
}

/// <summary>A person's account.</summary>
/// <param name="Name">The name they sign in with; empty when there is no such account.</param>
/// <param name="Role">What they may do.</param>
/// <param name="IsClosed">Whether they may not sign in.</param>
/// <param name="Failures">How often in a row the password was wrong.</param>
/// <param name="LastFailure">When it was wrong last.</param>
/// <param name="Sessions">Counts what ended all sessions: a session that began before has ended.</param>
public sealed record Account(string Name, string Role, bool IsClosed, int Failures, DateTimeOffset? LastFailure, int Sessions)
{
    // Not to be changed: accounts that exist have their ids from it.
    private static readonly Guid Scope = new("5b1f6c0e-4f6f-4d0b-9f0e-0a4b8f0b6a31");

    public static readonly StreamOf<Account, AccountEvent> Stream = new("account", new Account("", "", false, 0, null, 0), Evolve);

    /// <summary>Whether there is such an account.</summary>
    public bool Exists => Name.Length > 0;

    /// <summary>A person is the same however they write their name.</summary>
    public static Guid IdOf(string name) => NamedId.Of(Scope, name.Trim().ToLowerInvariant());

    private static Account Evolve(Account account, AccountEvent happened) => happened switch
    {
        AccountEvent.Opened e => account with { Name = e.Name, Role = e.Role },
        AccountEvent.SignedIn => account with { Failures = 0, LastFailure = null },
        AccountEvent.SignInFailed e => account with { Failures = account.Failures + 1, LastFailure = e.At },
        AccountEvent.PasswordChanged => account with { Failures = 0, LastFailure = null, Sessions = account.Sessions + 1 },
        AccountEvent.RoleChanged e => account with { Role = e.Role },
        AccountEvent.Closed => account with { IsClosed = true, Sessions = account.Sessions + 1 },
        AccountEvent.Reopened => account with { IsClosed = false },
        AccountEvent.SignedOutEverywhere => account with { Sessions = account.Sessions + 1 },
        _ => account,
    };
}
