namespace Sms.Outbound.UseCases;

/// <summary>Tells this instance's dispatch that something may have become due, so that it need not wait for its next look.</summary>
public sealed class DueSignal : IDisposable
{
    private readonly SemaphoreSlim _set = new(0, 1);

    /// <summary>Something may have become due.</summary>
    public void Set()
    {
        try
        {
            _set.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is told already.
        }
    }

    /// <summary>Waits until it is told, at most this long.</summary>
    public Task Wait(TimeSpan atMost, CancellationToken ct) => _set.WaitAsync(atMost, ct);

    /// <inheritdoc/>
    public void Dispose() => _set.Dispose();
}
