using Npgsql;
using Sms.Console.Accounts;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Console.Views;

/// <summary>What people did in the console, the latest first.</summary>
public sealed class ActionLog : IView
{
    /// <summary>Something somebody did.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="At">When.</param>
    /// <param name="Actor">Who, as in the streams: <c>operator:dana</c>.</param>
    /// <param name="Service">The service that was asked.</param>
    /// <param name="What">What was asked.</param>
    /// <param name="Subject">What it was about, by its id.</param>
    /// <param name="Status">How the service answered (HTTP); 0 when it did not.</param>
    public sealed record Row(Guid Id, DateTimeOffset At, string Actor, string Service, string What, string? Subject, int Status);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["actions"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
            if (e.Data is ActionTaken action)
                write.Add($"""
                    insert into actions (id, at, actor, service, what, subject, status)
                    values ({e.Id}, {e.At}, {e.Actor}, {action.Service}, {action.What}, {action.Subject}, {action.Status})
                    """);
    }

    /// <summary>A page of it.</summary>
    /// <param name="database">The console's store.</param>
    /// <param name="actor">Only what this actor did.</param>
    /// <param name="after">Where the page before ended.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<Page<Row>> List(NpgsqlDataSource database, string? actor, Cursor? after, CancellationToken ct)
    {
        var from = after ?? Cursor.Latest;
        var rows = await database.Query(
            $"""
            select id, at, actor, service, what, subject, status from actions
            where (at, id) < ({from.At}, {from.Id}) and ({actor}::text is null or actor = {actor})
            order by at desc, id desc limit {Page<Row>.DefaultSize + 1}
            """,
            r => new Row(
                r.GetGuid(0), r.GetFieldValue<DateTimeOffset>(1), r.GetString(2), r.GetString(3), r.GetString(4), r.IsDBNull(5) ? null : r.GetString(5), r.GetInt32(6)), ct);
        return rows.ToPage(Page<Row>.DefaultSize, row => new Cursor(row.At, row.Id).ToString());
    }
}
