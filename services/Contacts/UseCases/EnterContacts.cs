using System.Text.Json;
using Npgsql;
using Sms.Contacts.Contacts;
using Sms.Contacts.Imports;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>
/// Works uploaded lists off, part by part. The contacts of a part and the mark that it is done are one commit, so a restart goes on
/// where it was and no row is entered twice; of two instances at the same part one is first, and the other goes on with the next.
/// </summary>
public sealed class EnterContacts(
    IEventStore store, NpgsqlDataSource database, EventTypes types, StoreSchema schema, ImportSignal signal, TimeProvider clock, ILogger<EnterContacts> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>How long rows are kept that nobody has said to enter: of a dry run, or of an upload that broke off.</summary>
    private static readonly TimeSpan Keeps = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var id in await database.Query($"select import_id from imports where state = 'running' order by started_at", r => r.GetGuid(0), stoppingToken))
                    while (await EnterNext(id, stoppingToken)) { }
                await Forget(stoppingToken);
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

    private async Task Forget(CancellationToken ct) => await database.Query(
        $"""
        delete from import_parts p where stored_at < {clock.GetUtcNow() - Keeps}
            and not exists (select from imports i where i.import_id = p.import_id and i.state = 'running')
        """, _ => 0, ct);

    /// <summary>Enters the next part of a list.</summary>
    /// <returns>Whether there was one.</returns>
    private async Task<bool> EnterNext(Guid id, CancellationToken ct)
    {
        var import = await store.Load(Import.Stream, id, ct);
        if (import.State is not { List: { } list, NextPart: { } no })
            return false;
        if (await database.Query($"select first_row, rows from import_parts where import_id = {id} and no = {no}", r => (r.GetInt32(0), r.GetString(1)), ct)
            is not [var (firstRow, json)])
            return false;

        DiallingPlan.TryFind(list.Region, out var plan);
        var (rows, refused) = (new List<(int No, ContactDraft Draft, string? Note)>(), new List<RowError>());
        var all = JsonSerializer.Deserialize<ImportedRow[]>(json)!;
        for (var at = 0; at < all.Length; at++)
        {
            var (draft, faults) = all[at].Contact.Normalised(plan);
            if (all[at].Note?.Length > ContactDraft.LongestNote)
                faults["note"] = [$"must have no more than {ContactDraft.LongestNote} characters"];
            if (draft is { Numbers: null or [], ExternalIds: null or [] })
                faults.TryAdd("numbers", ["or external_ids must say whom the row is about"]);
            if (faults.Count == 0)
                rows.Add((firstRow + at, draft, all[at].Note));
            refused.AddRange(faults.Select(fault => new RowError(firstRow + at, fault.Key, fault.Value[0])));
        }

        var cause = new Cause(null, null, list.Actor);
        var batch = await ContactBatch.Load([.. rows.Select(row => row.Draft)], database, types, ct);
        var (created, completed, unchanged) = (0, 0, 0);
        foreach (var (row, draft, note) in rows)
        {
            try
            {
                switch (batch.Enter(NamedRow(id, row), draft, note, list.Actor, clock.GetUtcNow()))
                {
                    case ContactBatch.Outcome.Created: created++; break;
                    case ContactBatch.Outcome.Completed: completed++; break;
                    default: unchanged++; break;
                }
            }
            catch (RefusedException e)
            {
                refused.Add(new RowError(row, "row", e.Message));
            }
        }
        var done = new ImportEvent.PartEntered(id, no, all.Length, created, completed, unchanged, [.. refused.DistinctBy(error => (error.Row, error.Field)).OrderBy(error => error.Row)]);
        await store.Commit([import.Append([done], cause), .. list.DryRun ? [] : batch.Appends(cause)], null, ct);
        return true;
    }

    private static Guid NamedRow(Guid import, int row) => NamedId.Of(import, row.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
