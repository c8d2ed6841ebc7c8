using System.Diagnostics;

namespace Sms.EventStore;

/// <summary>
/// Tells this process's relay that there is something to read, without the database: a <c>NOTIFY</c> inside every commit
/// would take PostgreSQL's one notification lock and make all commits of the server wait for each other.
/// </summary>
public sealed class CommitSignal : IDisposable
{
    // Enough for a commit to be worth its flush to the disk, several times what an ordinary hour has.
    private const int Crowd = 16;

    // Between two commits of a crowd few wait: it has not gone home.
    private static readonly TimeSpan Memory = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _semaphore = new(0, 1);
    private int _set;
    private int _waiting;
    private long _crowdedAt;

    /// <summary>Whether so many outside wait for a commit, or did just now, that publishing should not take the processor from them.</summary>
    public bool IsCrowded => Volatile.Read(ref _waiting) > Crowd
        || Volatile.Read(ref _crowdedAt) is var at and not 0 && Stopwatch.GetElapsedTime(at) < Memory;

    /// <summary>So many more, or fewer, wait outside for a commit.</summary>
    public void Waiting(int change)
    {
        if (Interlocked.Add(ref _waiting, change) > Crowd)
            Volatile.Write(ref _crowdedAt, Stopwatch.GetTimestamp());
    }

    /// <summary>Something was committed.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _set, 1) == 0)
            _semaphore.Release();
    }

    /// <summary>Waits for a commit since the last call, at most this long.</summary>
    /// <returns>True when there was one.</returns>
    public async Task<bool> Wait(TimeSpan atMost, CancellationToken ct)
    {
        if (!await _semaphore.WaitAsync(atMost, ct))
            return false;
        Volatile.Write(ref _set, 0);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _semaphore.Dispose();
}
