namespace Sms.EventStore;

/// <summary>An event of the log, and what those committed together have in common.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="At">When it was committed.</param>
/// <param name="Transaction">
/// The transaction that wrote the row, as PostgreSQL remembers it; in a restored database the same for all, where the time still
/// tells them apart.
/// </param>
/// <param name="Event">The event; null where it means nothing to this service.</param>
internal sealed record LoggedEvent(long Seq, DateTimeOffset At, uint Transaction, StoredEvent? Event);

/// <summary>
/// A view is given all facts of one commit together, and a view that reads another's table sees it as it was before that commit.
/// So that rows made anew are the same, they are given together again.
/// </summary>
internal static class CommittedTogether
{
    /// <summary>Commits at the same time draw their numbers in turns. How far beyond an event the next of its commit is looked for.</summary>
    public const int Reach = 100;

    /// <summary>How many events of a page, from the first, can be taken without tearing a commit apart.</summary>
    /// <param name="page">Events in the order of the log; also some beyond the end, as far as they are there.</param>
    /// <param name="end">The last number that may be taken.</param>
    /// <param name="moreToCome">Whether the log goes on behind the page; then 0 can mean that the page is too short to tell.</param>
    public static int Whole(IReadOnlyList<LoggedEvent> page, long end, bool moreToCome)
    {
        var last = new Dictionary<(DateTimeOffset, uint), int>();
        for (var i = 0; i < page.Count; i++)
            last[(page[i].At, page[i].Transaction)] = i;
        var (whole, open) = (0, 0);
        for (var i = 0; i < page.Count - (moreToCome ? Reach : 0) && page[i].Seq <= end; i++)
        {
            open = Math.Max(open, last[(page[i].At, page[i].Transaction)]);
            if (open == i)
                whole = i + 1;
        }
        return whole;
    }

    /// <summary>The commits of a page, in the order in which they began to number their events.</summary>
    public static IEnumerable<IReadOnlyList<StoredEvent>> Commits(IEnumerable<LoggedEvent> page) =>
        from logged in page
        where logged.Event is not null
        group logged.Event by (logged.At, logged.Transaction) into commit
        select commit.ToList();
}
