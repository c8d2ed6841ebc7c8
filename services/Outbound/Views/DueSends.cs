using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Replies;

namespace Sms.Outbound.Views;

/// <summary>
/// What dispatch has to attend to, and when. A text that is done has no row; one whose outcome is unknown keeps its row, due
/// never, because its outcome may still come in.
/// </summary>
public sealed class DueSends : IView
{
    /// <summary>One text to attend to. What to do for it is decided on its stream.</summary>
    /// <param name="SendId">The text.</param>
    /// <param name="SmsId">The inbound text it answers.</param>
    /// <param name="Endpoint">The endpoint it leaves through.</param>
    /// <param name="CausedBy">The event it is due because of.</param>
    /// <param name="TraceParent">The trace that event was committed in.</param>
    public sealed record Row(Guid SendId, Guid SmsId, string Endpoint, Guid CausedBy, string? TraceParent);

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            switch (e.Data)
            {
                case SendEvent.SmsRequested asked:
                    write.Add($"""
                        insert into due_sends (send_id, sms_id, endpoint, due_at, caused_by, trace_parent)
                        values ({asked.SendId}, {Reply.SmsIdOf(e.StreamId)}, {asked.Endpoint}, {asked.ExpiresAt}, {e.Id}, {e.TraceParent})
                        """);
                    break;
                case SendEvent.SmsCleared cleared:
                    DueAt(cleared, e.At);
                    break;
                case SendEvent.DispatchStarted started:
                    DueAt(started, started.At + ReplyDecider.AbandonedAfter);
                    break;
                case SendEvent.DispatchFailed { RetryAt: { } retryAt } failed:
                    DueAt(failed, retryAt);
                    break;
                case SendEvent.OutcomeUnknown unknown:
                    DueAt(unknown, DateTimeOffset.MaxValue);
                    break;
                case SendEvent done:
                    write.Add($"delete from due_sends where send_id = {done.SendId}");
                    break;
            }

            void DueAt(SendEvent about, DateTimeOffset at) => write.Add($"""
                update due_sends set due_at = {at}, caused_by = {e.Id}, trace_parent = {e.TraceParent}
                where send_id = {about.SendId}
                """);
        }
    }

    /// <summary>
    /// What is due, longest due first: at most so many of each endpoint, so that a gateway that hangs holds up nobody else's
    /// texts.
    /// </summary>
    /// <param name="database">The service's database.</param>
    /// <param name="now">The time.</param>
    /// <param name="besides">What is being attended to already.</param>
    /// <param name="skip">How many of each endpoint to pass over.</param>
    /// <param name="perEndpoint">How many of each endpoint to return at most.</param>
    /// <param name="ct">Cancels the query.</param>
    public static Task<List<Row>> At(
        NpgsqlDataSource database, DateTimeOffset now, Guid[] besides, int skip, int perEndpoint, CancellationToken ct) =>
        database.Query($"""
            select send_id, sms_id, endpoint, caused_by, trace_parent
            from (
                select *, row_number() over (partition by endpoint order by due_at, send_id) as place
                from due_sends where due_at <= {now} and send_id <> all ({besides})) d
            where place > {skip} and place <= {skip + perEndpoint}
            order by place
            """,
            r => new Row(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetGuid(3), r.IsDBNull(4) ? null : r.GetString(4)), ct);
}
