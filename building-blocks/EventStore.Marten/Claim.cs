using Npgsql;
using NpgsqlTypes;

namespace Sms.EventStore;

/// <summary>
/// The beginning of a commit: the message becomes handled and the streams become this transaction's. From there on the
/// versions are certain, and with them which alternatives are appended; Marten has nothing left to refuse.
/// </summary>
internal sealed class Claim(IReadOnlyList<Append> appends, Handled? handled, DateTimeOffset now)
{
    private readonly int[] _order = LockOrder.Of(appends);
    private readonly Appended[] _appended = new Appended[appends.Count];
    private readonly List<(Append Append, IReadOnlyList<object> Facts, long Version)> _chosen = [];

    /// <summary>When all this happens.</summary>
    public DateTimeOffset At { get; } = now;

    /// <summary>What to append to each stream, and the version it is at.</summary>
    public IReadOnlyList<(Append Append, IReadOnlyList<object> Facts, long Version)> Chosen => _chosen;

    /// <summary>What will have been appended, in the order asked for.</summary>
    public IReadOnlyList<Appended> Appended => _appended;

    /// <summary>Takes the message and the streams, in one round trip.</summary>
    /// <returns>False when the message had been handled before.</returns>
    /// <exception cref="VersionConflictException">A stream is not at the version its append expects.</exception>
    public async Task<bool> Take(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        if (handled is { } message)
            batch.BatchCommands.Add(TakeMessage(message));
        if (appends.Any(append => append.ExpectedVersion == 0))
            batch.BatchCommands.Add(StartStreams());
        if (appends.Count > 0)
            batch.BatchCommands.Add(LockStreams());

        var found = new Dictionary<string, (long Version, bool Archived)>();
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
                found.Add(reader.GetString(0), (reader.GetInt64(1), reader.GetBoolean(2)));
            while (await reader.NextResultAsync(ct)) { }
        }
        if (handled is not null && batch.BatchCommands[0].RecordsAffected == 0)
            return false;
        Choose(found);
        return true;
    }

    private void Choose(Dictionary<string, (long Version, bool Archived)> found)
    {
        var conflicts = new List<string>();
        foreach (var place in _order)
        {
            var append = appends[place];
            var (version, archived) = found.GetValueOrDefault(append.StreamId);
            var existed = append.ExpectedVersion == 0 && version > 0;
            var facts = existed ? append.IfStreamExists ?? [] : append.Events;
            if (archived || facts.Count == 0 || !existed && version != append.ExpectedVersion)
                conflicts.Add(append.StreamId);
            _chosen.Add((append, facts, version));
            _appended[place] = new Appended(append.StreamId, version + facts.Count, existed);
        }
        if (conflicts.Count > 0)
            throw new VersionConflictException(string.Join(", ", conflicts));
    }

    private NpgsqlBatchCommand TakeMessage(Handled message) => new(
        "insert into sms_inbox (endpoint, message_id, handled_at) values ($1, $2, $3) on conflict do nothing")
    {
        Parameters =
        {
            new() { Value = message.Endpoint }, new() { Value = message.MessageId }, new() { Value = At },
        },
    };

    private NpgsqlBatchCommand StartStreams()
    {
        Append[] started = [.. _order.Select(place => appends[place]).Where(append => append.ExpectedVersion == 0)];
        return new NpgsqlBatchCommand(
            """
            insert into mt_streams (id, type, version, timestamp, created)
            select id, type, 0, $3, $3 from unnest($1, $2) with ordinality as s (id, type, no) order by no
            on conflict (id) do nothing
            """)
        {
            Parameters =
            {
                Ids(started.Select(append => append.StreamId)), Ids(started.Select(append => append.StreamType)), new() { Value = At },
            },
        };
    }

    /// <summary>With the time they are written, which Marten leaves as it was when they were created.</summary>
    private NpgsqlBatchCommand LockStreams() => new(
        """
        update mt_streams s set timestamp = $2
        from (select id from mt_streams where id = any ($1) order by id collate "C" for no key update) locked
        where s.id = locked.id
        returning s.id, coalesce(s.version, 0), coalesce(s.is_archived, false)
        """)
    {
        Parameters = { Ids(appends.Select(append => append.StreamId)), new() { Value = At } },
    };

    private static NpgsqlParameter Ids(IEnumerable<string> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar };
}
