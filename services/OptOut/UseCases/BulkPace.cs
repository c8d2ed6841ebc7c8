using Sms.EventStore;

namespace Sms.OptOut.UseCases;

/// <summary>
/// Lets many facts in only as fast as what follows from them is published. Everything a service says leaves in one order, so the
/// verdict on a text would wait behind a whole list otherwise.
/// </summary>
public sealed class BulkPace(EventLog log)
{
    private const int MostWaiting = 2_000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until the relay is near the end of the log.</summary>
    public async Task Wait(CancellationToken ct)
    {
        while (await log.RelayPosition(ct) is var (position, end) && end - position > MostWaiting)
            await Task.Delay(LookEvery, ct);
    }
}
