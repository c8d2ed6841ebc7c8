namespace Sms.EventStore;

/// <summary>Every commit, of whichever engine, locks its streams in the same order, so that no two wait for each other.</summary>
internal static class LockOrder
{
    /// <summary>The places of a commit's appends, in the order to lock their streams in.</summary>
    /// <exception cref="ArgumentException">A stream appears twice, or an append has no events.</exception>
    public static int[] Of(IReadOnlyList<Append> appends)
    {
        int[] order = [.. Enumerable.Range(0, appends.Count)];
        Array.Sort(order, (a, b) => string.CompareOrdinal(appends[a].StreamId, appends[b].StreamId));
        for (var no = 0; no < order.Length; no++)
        {
            var append = appends[order[no]];
            if (no > 0 && append.StreamId == appends[order[no - 1]].StreamId)
                throw new ArgumentException($"{append.StreamId} appears twice in one commit.", nameof(appends));
            if (append.Events.Count == 0)
                throw new ArgumentException($"Nothing to append to {append.StreamId}.", nameof(appends));
        }
        return order;
    }
}
