using Npgsql;

namespace Sms.EventStore;

/// <summary>An entry of the log as the relay reads it; null for an event that means nothing to this service.</summary>
internal sealed record LogEntry(long Seq, StoredEvent? Event);

/// <summary>
/// What came before what across streams. Facts of one lane (all texts of one person, say) have an order, that of the log, and are
/// published each with the stream of the one before it. The relay, which reads the log in order anyway, finds out while it
/// does and keeps each lane's end beside its own position: whoever writes the facts pays nothing for it.
/// </summary>
internal sealed class Lanes(Func<StoredEvent, Guid?> laneOf)
{
    private static readonly Ends None = new([], [], []);

    /// <summary>Where lanes end, as three columns.</summary>
    public sealed record Ends(Guid[] Lanes, long[] Seqs, string[] Streams);

    /// <summary>
    /// Tells each entry what it follows. An end that lies ahead is left from before a replay and says nothing: the first fact of each
    /// lane after the position that was gone back to follows none.
    /// </summary>
    /// <param name="connection">The relay's.</param>
    /// <param name="entries">A part of the log, in order; changed in place.</param>
    /// <param name="ct">Cancels the query.</param>
    /// <returns>Where the lanes end after these entries, to be kept with the relay's new position.</returns>
    public async Task<Ends> Follow(NpgsqlConnection connection, List<LogEntry> entries, CancellationToken ct)
    {
        var lanes = entries.ConvertAll(entry => entry.Event is { } fact ? laneOf(fact) : null);
        if (lanes.TrueForAll(lane => lane is null))
            return None;
        var ends = await Read(connection, [.. lanes.OfType<Guid>().Distinct()], ct);
        for (var place = 0; place < entries.Count; place++)
        {
            if (lanes[place] is not { } lane)
                continue;
            var (seq, fact) = (entries[place].Seq, entries[place].Event!);
            if (ends.TryGetValue(lane, out var end) && end.Seq < seq)
                entries[place] = new LogEntry(seq, fact with { Follows = end.Stream });
            ends[lane] = (seq, fact.StreamId);
        }
        return new Ends([.. ends.Keys], [.. ends.Values.Select(end => end.Seq)], [.. ends.Values.Select(end => end.Stream)]);
    }

    private static async Task<Dictionary<Guid, (long Seq, string Stream)>> Read(NpgsqlConnection connection, Guid[] lanes, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select lane, last_seq_id, stream_id from sms_lanes where lane = any($1)", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = lanes });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ends = new Dictionary<Guid, (long, string)>();
        while (await reader.ReadAsync(ct))
            ends.Add(reader.GetGuid(0), (reader.GetInt64(1), reader.GetString(2)));
        return ends;
    }
}
