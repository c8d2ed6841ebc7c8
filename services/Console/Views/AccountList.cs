using Npgsql;
using Sms.Console.Accounts;
using Sms.EventStore;

namespace Sms.Console.Views;

/// <summary>Who may sign in, and which links are out.</summary>
public sealed class AccountList : IView
{
    /// <summary>An account.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Name">The name its person signs in with.</param>
    /// <param name="Role">What they may do.</param>
    /// <param name="IsClosed">Whether they may not sign in.</param>
    /// <param name="Sessions">Counts what ended all sessions.</param>
    /// <param name="OpenedAt">Since when there is the account.</param>
    /// <param name="SignedInAt">When they signed in last; null for never.</param>
    /// <param name="LockedUntil">Until when too many wrong passwords lock it; null when they do not.</param>
    public sealed record Row(
        Guid Id, string Name, string Role, bool IsClosed, int Sessions, DateTimeOffset OpenedAt, DateTimeOffset? SignedInAt, DateTimeOffset? LockedUntil);

    /// <summary>A link that can still be used.</summary>
    public sealed record Link(Guid Id, string Role, string? For, DateTimeOffset Until, string MadeBy);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["accounts", "invitations"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            var id = e.Data is AccountEvent or InvitationEvent ? Guid.Parse(e.StreamId.AsSpan(e.StreamId.IndexOf('-', StringComparison.Ordinal) + 1)) : Guid.Empty;
            switch (e.Data)
            {
                case AccountEvent.Opened opened:
                    write.Add($"insert into accounts (id, name, role, opened_at) values ({id}, {opened.Name}, {opened.Role}, {e.At})");
                    break;
                case AccountEvent.SignedIn:
                    write.Add($"update accounts set signed_in_at = {e.At}, failures = 0, last_failure = null where id = {id}");
                    break;
                case AccountEvent.SignInFailed failed:
                    write.Add($"update accounts set failures = failures + 1, last_failure = {failed.At} where id = {id}");
                    break;
                case AccountEvent.PasswordChanged:
                    write.Add($"update accounts set failures = 0, last_failure = null, sessions = sessions + 1 where id = {id}");
                    break;
                case AccountEvent.RoleChanged changed:
                    write.Add($"update accounts set role = {changed.Role} where id = {id}");
                    break;
                case AccountEvent.Closed:
                    write.Add($"update accounts set closed = true, sessions = sessions + 1 where id = {id}");
                    break;
                case AccountEvent.Reopened:
                    write.Add($"update accounts set closed = false where id = {id}");
                    break;
                case AccountEvent.SignedOutEverywhere:
                    write.Add($"update accounts set sessions = sessions + 1 where id = {id}");
                    break;
                case InvitationEvent.Made made:
                    write.Add($"""
                        insert into invitations (id, role, for_account, until, made_at, made_by)
                        values ({id}, {made.Role}, {made.For}, {made.Until}, {e.At}, {e.Actor})
                        """);
                    break;
                case InvitationEvent.Used used:
                    write.Add($"update invitations set over = true, used_by = {used.By} where id = {id}");
                    break;
                case InvitationEvent.Withdrawn:
                    write.Add($"update invitations set over = true where id = {id}");
                    break;
            }
        }
    }

    /// <summary>All accounts, by name.</summary>
    public static Task<List<Row>> All(NpgsqlDataSource database, DateTimeOffset now, CancellationToken ct) =>
        database.Query($"select id, name, role, closed, sessions, opened_at, signed_in_at, failures, last_failure from accounts order by lower(name)", r => Read(r, now), ct);

    /// <summary>One account, or null.</summary>
    public static async Task<Row?> Find(NpgsqlDataSource database, Guid id, DateTimeOffset now, CancellationToken ct) =>
        (await database.Query(
            $"select id, name, role, closed, sessions, opened_at, signed_in_at, failures, last_failure from accounts where id = {id}", r => Read(r, now), ct)).FirstOrDefault();

    /// <summary>Whether anybody can sign in at all.</summary>
    public static async Task<bool> Any(NpgsqlDataSource database, CancellationToken ct) =>
        (await database.Query($"select exists (select from accounts)", r => r.GetBoolean(0), ct))[0];

    /// <summary>The links that can still be used, the newest first.</summary>
    public static Task<List<Link>> Links(NpgsqlDataSource database, DateTimeOffset now, CancellationToken ct) => database.Query(
        $"select id, role, for_account, until, made_by from invitations where not over and until > {now} order by made_at desc limit 100",
        r => new Link(r.GetGuid(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetFieldValue<DateTimeOffset>(3), r.GetString(4)), ct);

    private static Row Read(NpgsqlDataReader r, DateTimeOffset now)
    {
        var state = new Account(r.GetString(1), r.GetString(2), r.GetBoolean(3), r.GetInt32(7), r.IsDBNull(8) ? null : r.GetFieldValue<DateTimeOffset>(8), r.GetInt32(4));
        return new Row(
            r.GetGuid(0), state.Name, state.Role, state.IsClosed, state.Sessions, r.GetFieldValue<DateTimeOffset>(5),
            r.IsDBNull(6) ? null : r.GetFieldValue<DateTimeOffset>(6), AccountDecider.LockedUntil(state, now));
    }
}
