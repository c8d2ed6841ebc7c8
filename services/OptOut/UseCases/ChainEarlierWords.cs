using Npgsql;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>
/// After an upgrade, enters the consent words of before the chain into their persons' chains, so that lists over many people have them
/// too. They count from the start without this; once all are in, there is nothing to do.
/// </summary>
public sealed class ChainEarlierWords(
    IEventStore store, PersonLedgers ledgers, NpgsqlDataSource database, StoreSchema schema, ILogger<ChainEarlierWords> log) : BackgroundService
{
    private const int AtOnce = 200;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var left = true; left && !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                left = await ChainSome(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (VersionConflictException)
            {
                // One of them texted, or another instance was first.
            }
            catch (Exception e) when (Bus.IsOutage(e))
            {
                log.LogWarning("Earlier consent words could not be chained yet ({Reason}).", e.Message);
                await Task.Delay(TimeSpan.FromSeconds(5), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> ChainSome(CancellationToken ct)
    {
        var people = await database.Query($"""
            select distinct person from consent_words w
            where not exists (select from consent_facts f where f.person = w.person and f.source = 'before-chain') limit {AtOnce}
            """, r => PhoneNumber.Parse(r.GetString(0)), ct);
        var appends = (await ledgers.Load(people, ct)).Values.Where(ledger => ledger.Earlier.Length > 0)
            .Select(ledger => ledger.Stream.Append(ledger.Earlier, new Cause(null, null, Cause.System))).ToList();
        if (appends.Count > 0)
            await store.Commit(appends, null, ct);
        return appends.Count > 0;
    }
}
