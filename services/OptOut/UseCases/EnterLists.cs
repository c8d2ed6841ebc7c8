using System.Text.Json;
using Npgsql;
using Sms.EventStore;
using Sms.OptOut.Imports;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>
/// Works uploaded lists off, part by part. The facts of a part and the mark that it is done are one commit, so a restart goes on
/// where it was and no row is entered twice; of two instances at the same part one is first, and the other goes on with the next.
/// </summary>
public sealed class EnterLists(
    IEventStore store, NpgsqlDataSource database, PersonLedgers ledgers, StoreSchema schema, ImportSignal signal, BulkPace pace, TimeProvider clock, ILogger<EnterLists> log)
    : BackgroundService
{
    /// <summary>How long after its last part an upload that never came to an end is forgotten.</summary>
    public static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var id in await database.Query($"select import_id from imports where state = 'running' order by started_at", r => r.GetGuid(0), stoppingToken))
                    while (await EnterNext(id, stoppingToken))
                        await pace.Wait(stoppingToken);
                await ForgetAbandoned(stoppingToken);
                await signal.Wait(LookEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (VersionConflictException)
            {
                // Someone on the list texted, or another instance had this part: decide again.
            }
            catch (Exception e) when (Bus.IsOutage(e))
            {
                log.LogWarning("A list could not be worked off yet ({Reason}).", e.Message);
                await Task.Delay(LookEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ForgetAbandoned(CancellationToken ct) => await database.Query(
        $"""
        delete from import_parts where import_id in (
            select import_id from import_parts p where not exists (select from imports i where i.import_id = p.import_id)
            group by import_id having max(stored_at) < {clock.GetUtcNow() - AbandonedAfter})
        """, _ => 0, ct);

    /// <summary>Enters the next part of a list.</summary>
    /// <returns>Whether there was one.</returns>
    private async Task<bool> EnterNext(Guid id, CancellationToken ct)
    {
        var import = await store.Load(Import.Stream, id, ct);
        if (import.State is not { List: { } list, NextPart: { } no })
            return false;
        if (await database.Query($"select first_row, rows from import_parts where import_id = {id} and no = {no}", r => (r.GetInt32(0), r.GetString(1)), ct)
            is not [var (firstRow, rows)])
            return false;

        var (format, errors, read) = (ImportFormat.Find(list.Format)!, new List<RowError>(), new List<(PhoneNumber Person, LedgerCommand.Enter Command)>());
        var places = format.Read([.. list.Columns]).Places;
        var all = JsonSerializer.Deserialize<string[][]>(rows)!;
        for (var at = 0; at < all.Length; at++)
        {
            var (person, command, error) = format.Read(all[at], places, list, firstRow + at);
            if (error is not null)
                errors.Add(error);
            else
                read.Add((person!, command!));
        }

        var (now, cause) = (clock.GetUtcNow(), new Cause(null, null, list.Actor));
        var policy = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State.At(now);
        var loaded = await ledgers.Load([.. read.Select(row => row.Person).Distinct()], ct);
        var (appends, recorded) = (new List<Append>(), 0);
        foreach (var of in read.GroupBy(row => row.Person))
        {
            var (ledger, facts) = (loaded[of.Key].Ledger, new List<ConsentFact>());
            foreach (var (_, command) in of)
                if (LedgerDecider.Decide(ledger, of.Key.Value, policy, command, now) is [var fact])
                {
                    facts.Add(fact);
                    ledger = PersonLedger.Stream.Evolve(ledger, fact);
                }
            recorded += facts.Count;
            appends.AddRange(loaded[of.Key].Append([.. facts], cause));
        }
        var done = new ImportEvent.PartEntered(id, no, all.Length, recorded, read.Count - recorded, errors);
        await store.Commit([import.Append([done], cause), .. appends], null, ct);
        return true;
    }
}
