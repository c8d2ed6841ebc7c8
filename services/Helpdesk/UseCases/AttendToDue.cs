using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>
/// What happens by the clock: targets are missed, tickets wake and close, texts are decided without what they waited for. What is due is
/// in the views and what follows is decided on the streams, so any number of instances may look at once, and none needs to remember.
/// </summary>
public sealed class AttendToDue(
    IEventStore store, TicketWork work, RouteTexts route, NpgsqlDataSource database, StoreSchema schema, TimeProvider clock, ILogger<AttendToDue> log)
    : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly Cause Cause = new(null, null, Cause.System);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await Attend(stoppingToken) == AtOnce)
                    continue;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (Bus.IsOutage(e))
            {
                log.LogWarning("What is due cannot be attended to ({Kind}); looking again in {Wait}.", e.GetType().Name, LookEvery);
            }
            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Attends to what is due now.</summary>
    /// <returns>How many tickets, or texts if they are more, were attended to.</returns>
    public async Task<int> Attend(CancellationToken ct)
    {
        var (ticketsDone, textsDone) = (0, 0);
        var (tickets, texts) = await DueWork.At(database, clock.GetUtcNow(), AtOnce, ct);
        foreach (var id in tickets)
            ticketsDone += await Done(id, async () =>
            {
                var ticket = await work.Load(id, ct);
                var terms = (await work.Desk(ct)).TermsOf(ticket.State.Endpoint);
                await store.Commit(ticket.Stream, TicketDecider.Decide(ticket.State, terms, clock.GetUtcNow(), new TicketCommand.Attend()), Cause, ct);
            });
        foreach (var id in texts)
            textsDone += await Done(id, () => route.Hear(id, (_, _) => [], also: null, Cause with { CorrelationId = id }, ct));
        return Math.Max(ticketsDone, textsDone);
    }

    // One that cannot be attended to must not hold up the others.
    private async Task<int> Done(Guid id, Func<Task> attend)
    {
        try
        {
            await attend();
            return 1;
        }
        catch (VersionConflictException)
        {
            // Another instance, or a text, was faster; what is left to do is due again at the next look.
        }
        catch (Exception e) when (e is not OperationCanceledException && !Bus.IsOutage(e))
        {
            log.LogError(e, "What is due for {Id} could not be attended to.", id);
        }
        return 0;
    }
}
