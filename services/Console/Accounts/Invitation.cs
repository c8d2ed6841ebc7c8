using System.Security.Cryptography;
using System.Text;
using Sms.EventStore;

namespace Sms.Console.Accounts;

/// <summary>What happened to an invitation.</summary>
public abstract record InvitationEvent
{
    /// <summary>A link was made with which one person may open an account, or choose another password.</summary>
    /// <param name="Role">What they may do then.</param>
    /// <param name="For">The account whose password it changes; null for a new one.</param>
    /// <param name="Until">Until when it holds.</param>
    [StoredAs("console.invitation-made.v1")]
    public sealed record Made(string Role, string? For, DateTimeOffset Until) : InvitationEvent;

    /// <summary>It was used, and cannot be used again.</summary>
    /// <param name="By">The account's name.</param>
    [StoredAs("console.invitation-used.v1")]
    public sealed record Used(string By) : InvitationEvent;

    /// <summary>It holds no more.</summary>
    [StoredAs("console.invitation-withdrawn.v1")]
    public sealed record Withdrawn : InvitationEvent;
}

/// <summary>A one-time link. Its code is stored nowhere: the stream's id follows from the code's hash.</summary>
/// <param name="Role">What its user may do; empty when there is no such invitation.</param>
/// <param name="For">The account whose password it changes; null for a new account.</param>
/// <param name="Until">Until when it holds.</param>
/// <param name="IsOver">Whether it was used or withdrawn.</param>
public sealed record Invitation(string Role, string? For, DateTimeOffset Until, bool IsOver)
{
    /// <summary>How long a link holds.</summary>
    public static readonly TimeSpan Holds = TimeSpan.FromHours(24);

    // Not to be changed: links that are out have their ids from it.
    private static readonly Guid Scope = new("0f7d6bb2-8a39-4b39-9a38-1f4d1b7c5e02");

    public static readonly StreamOf<Invitation, InvitationEvent> Stream = new("invitation", new Invitation("", null, default, false), Evolve);

    /// <summary>The invitation a code belongs to.</summary>
    public static Guid IdOf(string code) => NamedId.Of(Scope, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code))));

    /// <summary>Whether it can be used.</summary>
    public bool Holding(DateTimeOffset now) => Role.Length > 0 && !IsOver && now < Until;

    private static Invitation Evolve(Invitation invitation, InvitationEvent happened) => happened switch
    {
        InvitationEvent.Made e => new Invitation(e.Role, e.For, e.Until, false),
        InvitationEvent.Used or InvitationEvent.Withdrawn => invitation with { IsOver = true },
        _ => invitation,
    };
}
