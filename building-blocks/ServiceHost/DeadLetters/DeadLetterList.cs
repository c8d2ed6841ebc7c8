using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Sms.EventStore;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>The messages that could not be handled, one by one and by what they died of.</summary>
internal sealed class DeadLetterList : IView
{
    /// <summary>A dead letter, without what was written in it.</summary>
    /// <param name="Id">Its identity.</param>
    /// <param name="Queue">The queue it was to be handled from.</param>
    /// <param name="State"><c>open</c>, <c>requeued</c> or <c>discarded</c>.</param>
    /// <param name="MessageId">The message's identity on the bus, if it has one.</param>
    /// <param name="MessageType">Its type.</param>
    /// <param name="Cause">The same for letters that died of the same.</param>
    /// <param name="ExceptionType">The exception; null where the broker gave the message up.</param>
    /// <param name="Summary">The first line of what that said, without numbers and ids.</param>
    /// <param name="Failures">How often it could not be handled.</param>
    /// <param name="FirstFailedAt">When that was first.</param>
    /// <param name="FailedAt">When that was last.</param>
    public sealed record Row(
        Guid Id, string Queue, string State, Guid? MessageId, string? MessageType, string Cause, string? ExceptionType, string Summary, int Failures,
        DateTimeOffset FirstFailedAt, DateTimeOffset FailedAt);

    /// <summary>Letters of one queue that died of the same.</summary>
    /// <param name="Cause">What tells them from others.</param>
    /// <param name="Queue">The queue.</param>
    /// <param name="ExceptionType">The exception.</param>
    /// <param name="Summary">The first line of what it said, without numbers and ids.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="First">When the first of them failed.</param>
    /// <param name="Last">When one of them failed last.</param>
    public sealed record Group(string Cause, string Queue, string? ExceptionType, string Summary, long Count, DateTimeOffset First, DateTimeOffset Last);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["dead_letters"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
        {
            if (fact.Data is not DeadLetterEvent of)
                continue;
            var id = DeadLetter.IdOf(fact.StreamId);
            switch (of)
            {
                case DeadLetterEvent.Kept { Letter: var letter, Failure: var failure }:
                    write.Add($"""
                        insert into dead_letters (
                            id, queue, state, message_id, message_type, cause, exception_type, summary, failures, first_failed_at, failed_at)
                        values (
                            {id}, {letter.Queue}, {DeadLetter.Open}, {letter.MessageId}, {letter.MessageType}, {failure.Cause}, {failure.ExceptionType},
                            {failure.Summary}, 1, {failure.At ?? fact.At}, {failure.At ?? fact.At})
                        """);
                    break;
                case DeadLetterEvent.FailedAgain { Letter: var other, Failure: var failure }:
                    write.Add($"""
                        update dead_letters set
                            state = {DeadLetter.Open}, failures = failures + 1, failed_at = {failure.At ?? fact.At}, cause = {failure.Cause},
                            exception_type = {failure.ExceptionType}, summary = {failure.Summary},
                            message_id = coalesce({other?.MessageId}::uuid, message_id), message_type = coalesce({other?.MessageType}::varchar, message_type)
                        where id = {id}
                        """);
                    break;
                case DeadLetterEvent.Requeued e:
                    Settle(DeadLetter.Requeued, e.Failures);
                    break;
                case DeadLetterEvent.Discarded e:
                    Settle(DeadLetter.Discarded, e.Failures);
                    break;
            }

            void Settle(string state, int failures) =>
                write.Add($"update dead_letters set state = {state} where id = {id} and state = {DeadLetter.Open} and failures = {failures}");
        }
    }

    public static void Map(RouteGroupBuilder letters)
    {
        letters.MapGet("", List).WithName("ListDeadLetters").WithSummary("Messages that could not be handled, the latest failure first");
        letters.MapGet("/causes", Causes).WithName("ListDeadLetterCauses")
            .WithSummary("What they died of: letters of one queue with the same exception, said in the same words at the same place, are counted together");
    }

    /// <summary>The open letters of each queue that has some.</summary>
    public static async Task<Dictionary<string, long>> Open(NpgsqlDataSource database, CancellationToken ct) =>
        (await database.Query($"select queue, count(*) from dead_letters where state = 'open' group by queue", r => (r.GetString(0), r.GetInt64(1)), ct)).ToDictionary();

    /// <summary>Open letters of a cause, of a queue, or of both, the oldest first.</summary>
    public static Task<List<Guid>> Open(string? cause, string? queue, int limit, NpgsqlDataSource database, CancellationToken ct) => database.Query(
        $"""
        select id from dead_letters
        where state = 'open' and ({cause}::varchar is null or cause = {cause}) and ({queue}::varchar is null or queue = {queue})
        order by failed_at, id limit {limit}
        """, r => r.GetGuid(0), ct);

    /// <summary>One letter, or null.</summary>
    public static async Task<Row?> One(Guid id, NpgsqlDataSource database, CancellationToken ct) => (await database.Query(
        $"""
        select id, queue, state, message_id, message_type, cause, exception_type, summary, failures, first_failed_at, failed_at
        from dead_letters where id = {id}
        """, Read, ct)).SingleOrDefault();

    private static async Task<Results<Ok<Page<Row>>, ValidationProblem>> List(
        string? state, string? queue, string? cause, Cursor? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        if (Unknown(state) is { } problem)
            return problem;
        var (size, (at, last)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var rows = await database.Query(
            $"""
            select id, queue, state, message_id, message_type, cause, exception_type, summary, failures, first_failed_at, failed_at
            from dead_letters
            where (failed_at, id) < ({at}, {last}) and ({state}::varchar is null or state = {state})
              and ({queue}::varchar is null or queue = {queue}) and ({cause}::varchar is null or cause = {cause})
            order by failed_at desc, id desc limit {size + 1}
            """, Read, ct);
        return TypedResults.Ok(rows.ToPage(size, row => new Cursor(row.FailedAt, row.Id).ToString()));
    }

    private static async Task<Results<Ok<List<Group>>, ValidationProblem>> Causes(string? state, string? queue, NpgsqlDataSource database, CancellationToken ct)
    {
        if (Unknown(state) is { } problem)
            return problem;
        return TypedResults.Ok(await database.Query(
            $"""
            select cause, queue, min(exception_type), min(summary), count(*), min(first_failed_at), max(failed_at)
            from dead_letters where state = {state ?? DeadLetter.Open} and ({queue}::varchar is null or queue = {queue})
            group by cause, queue order by max(failed_at) desc, cause, queue
            """,
            r => new Group(
                r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetString(3), r.GetInt64(4),
                r.GetFieldValue<DateTimeOffset>(5), r.GetFieldValue<DateTimeOffset>(6)), ct));
    }

    private static ValidationProblem? Unknown(string? state) =>
        state is null || DeadLetter.States.Contains(state) ? null : Problems.Invalid("state", $"must be one of {string.Join(", ", DeadLetter.States)}");

    private static Row Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetGuid(3), r.IsDBNull(4) ? null : r.GetString(4), r.GetString(5),
        r.IsDBNull(6) ? null : r.GetString(6), r.GetString(7), r.GetInt32(8), r.GetFieldValue<DateTimeOffset>(9), r.GetFieldValue<DateTimeOffset>(10));
}
