using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Views;

namespace Sms.Outbound.UseCases;

/// <summary>
/// Attends to what is due, as long as the service runs. Where a gateway is to be handed one text after the other (<see cref="Turns"/>),
/// this instance has one of each number under way; elsewhere a few of each endpoint.
/// </summary>
public sealed class DispatchDueSms(
    NpgsqlDataSource database, StoreSchema schema, AttendToSend sends, Turns turns, DueSignal signal, TimeProvider clock,
    ILogger<DispatchDueSms> log) : BackgroundService
{
    // So that a gateway that hangs holds up nobody else's texts.
    private const int AtOncePerEndpoint = 8;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private bool _outrun;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var underWay = new Dictionary<Guid, (DueSends.Row Due, Task Work)>();
        try
        {
            await schema.Ready.WaitAsync(stoppingToken);
            while (true)
            {
                foreach (var (id, _) in underWay.Where(send => send.Value.Work.IsCompleted).ToList())
                    underWay.Remove(id);
                var (dues, nextLook) = await Due(underWay.Keys, stoppingToken);
                foreach (var due in dues)
                    if (HasPlace(due, underWay.Values.Select(send => send.Due)))
                        underWay.Add(due.SendId, (due, Attend(due, stoppingToken)));
                await signal.Wait(nextLook, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What has been claimed is finished: the gateway's answer is still worth having.
            await Task.WhenAll(underWay.Values.Select(send => send.Work));
        }
    }

    private bool HasPlace(DueSends.Row due, IEnumerable<DueSends.Row> underWay) => due.Leaves && turns.AreTaken(due.Endpoint)
        ? !underWay.Any(send => send.Leaves && (send.Endpoint, send.OurNumber) == (due.Endpoint, due.OurNumber))
        : underWay.Count(send => send.Endpoint == due.Endpoint) < AtOncePerEndpoint;

    private async Task<(IReadOnlyList<DueSends.Row> Due, TimeSpan NextLook)> Due(IEnumerable<Guid> besides, CancellationToken ct)
    {
        // An instance that was outrun goes on further down the line, away from the one that was faster.
        var skip = Interlocked.Exchange(ref _outrun, false) ? Random.Shared.Next(2 * AtOncePerEndpoint) : 0;
        try
        {
            var due = await DueSends.At(database, clock.GetUtcNow(), [.. besides], skip, AtOncePerEndpoint, ct);
            var nextTurn = await turns.UntilNext(ct);
            return (due, nextTurn < LookEvery ? nextTurn : LookEvery);
        }
        catch (NpgsqlException e)
        {
            log.LogWarning("What is due cannot be read ({Reason}); looking again in {Wait}.", e.Message, LookEvery);
            return ([], LookEvery);
        }
    }

    private async Task Attend(DueSends.Row due, CancellationToken stopping)
    {
        var attended = await sends.Attend(due, stopping);
        if (attended == Attended.Outrun)
            Volatile.Write(ref _outrun, true);
        if (attended != Attended.Trouble)
            signal.Set();
    }
}
