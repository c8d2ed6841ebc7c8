using System.Text.Json.Serialization;
using Npgsql;

namespace Sms.EventStore;

/// <summary>How it stands with a replay.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReplayState>))]
public enum ReplayState
{
    /// <summary>The relay publishes again what it had published.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>It has come to where it was.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>Somebody called it off: it went on from where it was.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

/// <summary>The relay publishing again what it had published before.</summary>
/// <param name="From">The sequence number behind which it began.</param>
/// <param name="End">The last one it had published by then.</param>
/// <param name="Position">Where it is now.</param>
/// <param name="State">How it stands.</param>
/// <param name="AskedBy">Who asked for it.</param>
/// <param name="AskedAt">When.</param>
/// <param name="CancelledBy">Who called it off.</param>
/// <param name="CancelledAt">When.</param>
public sealed record ReplayRun(
    long From, long End, long Position, ReplayState State, string AskedBy, DateTimeOffset AskedAt, string? CancelledBy, DateTimeOffset? CancelledAt);

/// <summary>Sets a store's relay back, so that what it has published is published again under the same ids; consumers recognise what they have seen.</summary>
public sealed class Replays(NpgsqlDataSource database)
{
    /// <summary>Publishes everything after a position again. Moving the relay forward would skip events and is refused.</summary>
    /// <exception cref="RefusedException">The position lies ahead of the relay.</exception>
    public async Task Start(long from, string actor, CancellationToken ct)
    {
        // One statement: the relay, which moves its position only from where it read it, comes before or after all of it. Within
        // another replay the relay was further than it is.
        var started = await database.Query(
            $"""
            with at as (
                select last_seq_id from mt_event_progression where name = {Relay.ProgressName} for update),
            back as (
                update mt_event_progression p set last_seq_id = {from}, last_updated = now()
                from at where p.name = {Relay.ProgressName} and at.last_seq_id >= {from}
                returning at.last_seq_id as before)
            insert into sms_replays (actor, asked_at, from_seq_id, end_seq_id)
            select {actor}, now(), {from}, greatest(before, (select max(end_seq_id) from sms_replays where cancelled_at is null)) from back
            returning id
            """, r => r.GetInt64(0), ct);
        if (started.Count == 0)
            throw new RefusedException($"The relay has not reached position {from} yet; a replay only goes back.");
        await Wake(ct);
    }

    /// <summary>Calls the replay that runs off: the relay goes on from where it was. All before that has been published.</summary>
    /// <exception cref="RefusedException">None runs.</exception>
    public async Task Cancel(string actor, CancellationToken ct)
    {
        await using (var connection = await database.OpenConnectionAsync(ct))
        await using (var transaction = await connection.BeginTransactionAsync(ct))
        {
            // The position is locked first: what the relay says of the lanes while this waits for it is seen below.
            await using (var hold = new NpgsqlCommand("select 1 from mt_event_progression where name = $1 for update", connection))
            {
                hold.Parameters.Add(new NpgsqlParameter { Value = Relay.ProgressName });
                await hold.ExecuteScalarAsync(ct);
            }
            await using var batch = new NpgsqlBatch(connection, transaction);
            foreach (var statement in (Sql[])
            [
                $"""
                with off as (
                    update sms_replays set cancelled_by = {actor}, cancelled_at = now()
                    where cancelled_at is null and end_seq_id > (select last_seq_id from mt_event_progression where name = {Relay.ProgressName})
                    returning end_seq_id)
                update mt_event_progression set last_seq_id = (select max(end_seq_id) from off), last_updated = now()
                where name = {Relay.ProgressName} and exists (select from off)
                """,
                // Where a lane ended before the replay went back in it, or its next fact would be told to follow an old one.
                $"""
                update sms_lanes set last_seq_id = furthest_seq_id, stream_id = furthest_stream_id, furthest_seq_id = null, furthest_stream_id = null
                where furthest_seq_id is not null
                """,
            ])
                batch.BatchCommands.Add(statement.ToBatchCommand());
            await batch.ExecuteNonQueryAsync(ct);
            if (batch.BatchCommands[0].RecordsAffected == 0)
                throw new RefusedException("No replay is running.");
            await transaction.CommitAsync(ct);
        }
        await Wake(ct);
    }

    /// <summary>The replay that was asked for last, or null.</summary>
    public async Task<ReplayRun?> Latest(CancellationToken ct) => (await database.Query(
        $"""
        select r.from_seq_id, r.end_seq_id, p.last_seq_id, r.actor, r.asked_at, r.cancelled_by, r.cancelled_at
        from sms_replays r, mt_event_progression p
        where p.name = {Relay.ProgressName} order by r.id desc limit 1
        """,
        r => new ReplayRun(
            r.GetInt64(0), r.GetInt64(1), r.GetInt64(2),
            !r.IsDBNull(6) ? ReplayState.Cancelled : r.GetInt64(2) < r.GetInt64(1) ? ReplayState.Running : ReplayState.Done,
            r.GetString(3), r.GetFieldValue<DateTimeOffset>(4), r.IsDBNull(5) ? null : r.GetString(5),
            r.IsDBNull(6) ? null : r.GetFieldValue<DateTimeOffset>(6)), ct)).SingleOrDefault();

    private async Task Wake(CancellationToken ct)
    {
        await using var notify = database.CreateCommand($"notify {Relay.Channel}");
        await notify.ExecuteNonQueryAsync(ct);
    }
}
