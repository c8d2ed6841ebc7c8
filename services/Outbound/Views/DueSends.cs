using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Sends;

namespace Sms.Outbound.Views;

/// <summary>
/// What dispatch has to attend to, and when. A text that is done has no row; one whose outcome is unknown keeps its row, due
/// never, because its outcome may still come in.
/// </summary>
public sealed class DueSends : IView
{
    /// <summary>One text to attend to. What to do for it is decided on its stream.</summary>
    /// <param name="SendId">The text.</param>
    /// <param name="StreamId">Its stream.</param>
    /// <param name="SmsId">The inbound text it answers, or null.</param>
    /// <param name="Endpoint">The endpoint it leaves through.</param>
    /// <param name="OurNumber">Our number it leaves from.</param>
    /// <param name="Leaves">Whether it is due to leave, rather than to expire or to be looked after.</param>
    /// <param name="CausedBy">The event it is due because of.</param>
    /// <param name="TraceParent">The trace that event was committed in.</param>
    public sealed record Row(
        Guid SendId, string StreamId, Guid? SmsId, string Endpoint, string OurNumber, bool Leaves, Guid CausedBy, string? TraceParent);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["due_sends"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            switch (e.Data)
            {
                case SendEvent.SmsRequested asked:
                    write.Add($"""
                        insert into due_sends (send_id, stream_id, sms_id, endpoint, our_number, customer, urgency, due_at, caused_by, trace_parent)
                        values (
                            {asked.SendId}, {e.StreamId}, {Occasion.AnsweredIn(e.StreamId)}::uuid, {asked.Endpoint}, {asked.From}, {asked.To},
                            {Urgency(asked.Purpose)}, {asked.ExpiresAt}, {e.Id}, {e.TraceParent})
                        """);
                    break;
                case SendEvent.ConsentSought sought:
                    write.Add($"""
                        update due_sends d set due_at = m.expires_at, leaves = false, caused_by = {e.Id}, trace_parent = {e.TraceParent}
                        from messages m where m.send_id = d.send_id and d.send_id = {sought.SendId}
                        """);
                    break;
                case SendEvent.SmsCleared cleared:
                    DueAt(cleared, e.At, leaves: true);
                    break;
                case SendEvent.SmsDeferred deferred:
                    DueAt(deferred, deferred.Until, leaves: true);
                    break;
                case SendEvent.DispatchStarted started:
                    DueAt(started, started.At + SendDecider.AbandonedAfter, leaves: false);
                    break;
                case SendEvent.DispatchFailed { RetryAt: { } retryAt } failed:
                    DueAt(failed, retryAt, leaves: true);
                    break;
                case SendEvent.OutcomeUnknown unknown:
                    DueAt(unknown, unknown.RepeatAt ?? DateTimeOffset.MaxValue, leaves: unknown.RepeatAt is not null);
                    break;
                case SendEvent.SmsResent:
                    break;
                case SendEvent done:
                    write.Add($"delete from due_sends where send_id = {done.SendId}");
                    break;
            }

            void DueAt(SendEvent about, DateTimeOffset at, bool leaves) => write.Add($"""
                update due_sends set due_at = {at}, leaves = {leaves}, caused_by = {e.Id}, trace_parent = {e.TraceParent}
                where send_id = {about.SendId}
                """);
        }
    }

    /// <summary>
    /// What is due, and whose turn it is: at most so many of each of our numbers. First what is not to leave (it costs no turn);
    /// then by urgency, and among texts as urgent, one of each conversation before the second of any, beginning with the
    /// conversation that has waited longest since its last: a flood to one person does not hold up the others.
    /// </summary>
    /// <param name="database">The service's database.</param>
    /// <param name="now">The time.</param>
    /// <param name="besides">What is being attended to already.</param>
    /// <param name="skip">How many of each number to pass over.</param>
    /// <param name="perNumber">How many of each number to return at most.</param>
    /// <param name="ct">Cancels the query.</param>
    public static Task<List<Row>> At(
        NpgsqlDataSource database, DateTimeOffset now, Guid[] besides, int skip, int perNumber, CancellationToken ct) =>
        database.Query($"""
            select send_id, stream_id, sms_id, endpoint, our_number, leaves, caused_by, trace_parent
            from (
                select w.*, row_number() over (
                    partition by endpoint, our_number
                    order by leaves, urgency, round, last_leaving_at nulls first, due_at, send_id) as place
                from (
                    select d.*, c.last_leaving_at, row_number() over (
                        partition by d.our_number, d.customer, d.leaves, d.urgency order by d.due_at, d.send_id) as round
                    from due_sends d left join conversations c on c.our_number = d.our_number and c.customer = d.customer
                    where d.due_at <= {now} and d.send_id <> all ({besides}) and not (d.leaves and exists (
                        select 1 from turns t
                        where t.endpoint = d.endpoint and t.our_number in ('', d.our_number) and t.free_at > clock_timestamp()))) w) p
            where place > {skip} and place <= {skip + perNumber}
            order by place
            """, Read, ct);

    /// <summary>What is cleared and has not left yet, for a person and one of our numbers or (null) all of them.</summary>
    public static Task<List<Row>> WaitingFor(NpgsqlDataSource database, string person, string? ourNumber, CancellationToken ct) =>
        database.Query($"""
            select send_id, stream_id, sms_id, endpoint, our_number, leaves, caused_by, trace_parent
            from due_sends where customer = {person} and leaves and ({ourNumber}::text is null or our_number = {ourNumber}::text)
            """, Read, ct);

    private static int Urgency(string purpose) => purpose switch
    {
        SendPurpose.ConsentAnswer => 0,
        SendPurpose.Reply => 1,
        SendPurpose.Notification => 2,
        _ => 3,
    };

    private static Row Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetGuid(2), r.GetString(3), r.GetString(4), r.GetBoolean(5), r.GetGuid(6),
        r.IsDBNull(7) ? null : r.GetString(7));
}
