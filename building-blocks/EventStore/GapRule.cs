namespace Sms.EventStore;

/// <summary>
/// Up to where the relay may read. Sequence numbers are handed out before commit, so a missing number is either an append
/// still in flight or one that failed. It is passed only when every transaction that could still fill it has ended.
/// </summary>
/// <remarks>
/// Every append takes its transaction id before it draws a number. Once a later number has been seen, whoever drew the
/// missing one already had its id, so an id drawn now is above it: a <see cref="Barrier"/>. When a snapshot's
/// oldest running transaction is beyond the barrier, all those transactions have ended, and what that snapshot shows is all
/// there will ever be. The snapshot's own <c>xmax</c> would not do for a barrier: it is one past the highest
/// <em>completed</em> id, and the transaction that holds the missing number can have a higher one.
/// </remarks>
public static class GapRule
{
    /// <summary>Drawn after a gap was seen.</summary>
    /// <param name="LastSeq">The highest number that was visible then; gaps below it are covered.</param>
    /// <param name="TransactionId">A transaction id drawn after that.</param>
    public sealed record Barrier(long LastSeq, ulong TransactionId);

    /// <summary>What to do with a page.</summary>
    /// <param name="Release">How many of its events, from the first, may be published.</param>
    /// <param name="GapAhead">Whether a gap stands before the rest.</param>
    /// <param name="Barrier">The barrier that still counts, or null: with a gap ahead a new one has to be drawn.</param>
    public readonly record struct Decision(int Release, bool GapAhead, Barrier? Barrier);

    /// <summary>Decides on a page of visible numbers, ascending, all above the position.</summary>
    /// <param name="position">The last number published.</param>
    /// <param name="visible">The numbers the snapshot shows.</param>
    /// <param name="xmin">The oldest transaction of this database still running in the snapshot; only looked at with a barrier.</param>
    /// <param name="barrier">The barrier drawn earlier, if any.</param>
    public static Decision Decide(long position, IReadOnlyList<long> visible, ulong xmin, Barrier? barrier)
    {
        var settled = barrier is not null && xmin > barrier.TransactionId;
        var expected = position + 1;
        for (var i = 0; i < visible.Count; i++)
        {
            var gap = visible[i] != expected;
            if (gap && !(settled && visible[i] <= barrier!.LastSeq))
                return new Decision(i, true, settled ? null : barrier);
            expected = visible[i] + 1;
        }
        return new Decision(visible.Count, false, null);
    }
}
