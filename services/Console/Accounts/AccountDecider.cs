using Sms.EventStore;

namespace Sms.Console.Accounts;

/// <summary>Who may sign in, and what may be changed about an account.</summary>
public static class AccountDecider
{
    /// <summary>So many wrong passwords in a row lock an account …</summary>
    public const int FailuresBeforeLock = 5;

    /// <summary>… until so long after the last of them.</summary>
    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(15);

    /// <summary>The least characters of a password: length is what protects (NIST SP 800-63B, 3.1.1).</summary>
    public const int LeastPassword = 12;

    /// <summary>The most characters of a password: hashing a longer one only costs time.</summary>
    public const int MostPassword = 128;

    /// <summary>What an account may be called: it names the actor in every stream, so it has no spaces and is plain ASCII.</summary>
    public const string NameIs = "2 to 40 letters, digits, dots, hyphens or underscores";

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? FaultOfName(string name) =>
        name.Length is >= 2 and <= 40 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? null : NameIs;

    /// <summary>What is wrong with a password, or null.</summary>
    public static string? FaultOfPassword(string password, string name) =>
        password.Length is < LeastPassword or > MostPassword ? $"{LeastPassword} to {MostPassword} characters"
        : password.Contains(name, StringComparison.OrdinalIgnoreCase) ? "not with your name in it"
        : password.Distinct().Count() < 5 ? "at least five different characters"
        : null;

    /// <summary>Until when an account is locked; null when it is not.</summary>
    public static DateTimeOffset? LockedUntil(Account account, DateTimeOffset now) =>
        account.Failures >= FailuresBeforeLock && account.LastFailure + LockedFor is { } until && until > now ? until : null;

    /// <summary>Somebody tried to sign in. While it is locked, and where it is closed or missing, nothing is recorded.</summary>
    public static IReadOnlyList<AccountEvent> SignIn(Account account, bool passwordIsRight, DateTimeOffset now) =>
        !account.Exists || account.IsClosed || LockedUntil(account, now) is not null ? []
        : passwordIsRight ? [new AccountEvent.SignedIn()]
        : [new AccountEvent.SignInFailed(now)];

    /// <summary>A person opens an account by an invitation; one who has it already only chooses another password by it.</summary>
    /// <exception cref="RefusedException">The name is somebody else's.</exception>
    public static IReadOnlyList<AccountEvent> Accept(Account account, Invitation invitation, Guid invitationId, string name) =>
        invitation.For is not null ? [new AccountEvent.PasswordChanged()]
        : account.Exists ? throw new RefusedException("This name is taken: choose another.")
        : [new AccountEvent.Opened(name, invitation.Role, invitationId)];

    /// <summary>A person may do more, or less.</summary>
    /// <exception cref="RefusedException">It is one's own account: somebody else has to, so that an admin remains.</exception>
    public static IReadOnlyList<AccountEvent> ChangeRole(Account account, string role, string by) =>
        IsOwn(account, by) ? throw new RefusedException("You cannot change your own role: ask another admin.")
        : account.Role == role ? []
        : [new AccountEvent.RoleChanged(role)];

    /// <summary>A person may not sign in any more.</summary>
    /// <exception cref="RefusedException">It is one's own account.</exception>
    public static IReadOnlyList<AccountEvent> Close(Account account, string by) =>
        IsOwn(account, by) ? throw new RefusedException("You cannot close your own account: ask another admin.")
        : account.IsClosed ? []
        : [new AccountEvent.Closed()];

    /// <summary>A person may sign in again.</summary>
    public static IReadOnlyList<AccountEvent> Reopen(Account account) => account.IsClosed ? [new AccountEvent.Reopened()] : [];

    private static bool IsOwn(Account account, string by) => string.Equals(account.Name, by, StringComparison.OrdinalIgnoreCase);
}
