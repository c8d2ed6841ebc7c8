namespace Sms.Ingress.Inbound;

/// <summary>
/// So many a second and no more, a second's worth at once after a pause: a token bucket, kept as the one moment at which it will
/// be full again (the generic cell rate algorithm, ITU-T I.371), so that taking one costs a single compare-and-swap.
/// </summary>
public sealed class RateLimit(int perSecond)
{
    private readonly long _cost = TimeSpan.TicksPerSecond / perSecond;
    private long _fullAt;

    /// <summary>How many a second.</summary>
    public int PerSecond { get; } = perSecond;

    /// <summary>Takes one, if there is one.</summary>
    /// <param name="now">A steady clock, in units of <see cref="TimeSpan.Ticks"/>.</param>
    public bool TryTake(long now)
    {
        while (true)
        {
            var fullAt = Volatile.Read(ref _fullAt);
            var then = Math.Max(fullAt, now) + _cost;
            if (then - now > TimeSpan.TicksPerSecond)
                return false;
            if (Interlocked.CompareExchange(ref _fullAt, then, fullAt) == fullAt)
                return true;
        }
    }
}
