using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>Gives tickets from before there were numbers one, once, when the service starts.</summary>
public sealed class NumberEarlierTickets(IEventStore store, TicketWork work, NpgsqlDataSource database, StoreSchema schema, ILogger<NumberEarlierTickets> log) : BackgroundService
{
    private const int AtOnce = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await Some(stoppingToken) == 0)
                    return;
                continue;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is VersionConflictException || Bus.IsOutage(e))
            {
                log.LogInformation("Earlier tickets are not all numbered yet ({Kind}).", e.GetType().Name);
            }
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> Some(CancellationToken ct)
    {
        var ids = await database.Query($"select id from tickets where number is null order by opened_at limit {AtOnce}", r => r.GetGuid(0), ct);
        foreach (var id in ids)
            if (await work.Load(id, ct) is { State.Number: 0 } ticket)
                await store.Commit(ticket.Stream, [new TicketEvent.TicketNumbered(await work.NextNumber(ct))], new Cause(null, null, Cause.System), ct);
        return ids.Count;
    }
}
