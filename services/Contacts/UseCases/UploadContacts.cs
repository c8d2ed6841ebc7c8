using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Sms.Contacts.Imports;
using Sms.Contacts.Views;
using Sms.Csv;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>
/// An admin uploads contacts: <c>POST /imports?format=csv|vcard&amp;region=DE&amp;dryRun=true</c>, the list as the body. It is taken apart as it
/// comes in and stored in parts; once all of it is here the answer is 202, and <see cref="EnterContacts"/> works it off. An upload that
/// breaks off enters nothing.
/// </summary>
public static class UploadContacts
{
    /// <summary>How many rows are entered at once.</summary>
    public const int RowsInPart = 500;

    private const string Csv = "csv", VCard = "vcard";
    private const long LargestBody = 1L << 30;

    /// <summary>Maps the upload.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/imports", Upload).RequireAuthorization(Roles.Admin).WithName("ImportContacts")
        .WithSummary("Imports contacts as CSV or vCard, or with dryRun says what would come of it. With an Idempotency-Key uploading again is the same import. What a column of a CSV is read as: column=HEADING:COLUMN, any number of times.")
        .Accepts<string>("text/csv", "text/vcard", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded").TakesIdempotencyKey();

    private static async Task<Results<Accepted<ImportProgress.Row>, ValidationProblem>> Upload(
        string? format, string? region, bool? dryRun, [FromQuery] string[]? column, HttpContext http, IEventStore store, NpgsqlDataSource database, ImportSignal signal, TimeProvider clock, CancellationToken ct)
    {
        if ((format ?? Csv) is not (Csv or VCard))
            return Problems.Invalid("format", "must be csv or vcard");
        if (region is not null && !DiallingPlan.TryFind(region, out _))
            return Problems.Invalid("region", $"must be one of {string.Join(", ", DiallingPlan.Regions)}");
        if (format == VCard && column is { Length: > 0 })
            return Problems.Invalid("column", "belongs to a CSV file: a vCard has no columns");
        var said = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (column?.Select(one => TakeIn(one, said)).FirstOrDefault(wrong => wrong is not null) is { } reason)
            return Problems.Invalid("column", reason);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = LargestBody;

        var id = ChangeContact.IdOf(http, "import");
        var import = await store.Load(Import.Stream, id, ct);
        if (import.State.List is not null)
            return TypedResults.Accepted($"/imports/{id}", await ImportProgress.Find(database, id, ct));

        // What an upload with this key left behind that broke off.
        await database.Query($"delete from import_parts where import_id = {id}", _ => 0, ct);
        var (part, parts, rows) = (new List<ImportedRow>(RowsInPart), 0, 0);
        ImportColumns? columns = null;
        try
        {
            await foreach (var row in format == VCard ? Cards(http.Request.Body, ct) : Rows())
            {
                rows++;
                part.Add(row);
                if (part.Count == RowsInPart)
                    await Store();
            }
        }
        catch (FormatException e)
        {
            return Problems.Invalid("body", e.Message);
        }
        await Store();

        var cause = http.Cause();
        var list = new ImportedList(id, format ?? Csv, region?.ToUpperInvariant(), dryRun ?? false, rows, parts, cause.Actor, clock.GetUtcNow(), columns?.Columns);
        await store.Commit(import, [new ImportEvent.ListReceived(list)], cause, ct);
        signal.Set();
        return TypedResults.Accepted($"/imports/{id}", await ImportProgress.Find(database, id, ct));

        async IAsyncEnumerable<ImportedRow> Rows()
        {
            await foreach (var row in CsvRows.Read(http.Request.Body, ct))
                if (columns is null)
                    columns = ImportColumns.Of(row, said);
                else
                    yield return columns.Read(row);
            if (columns is null)
                throw new FormatException("is empty");
        }

        async Task Store()
        {
            if (part.Count == 0)
                return;
            parts++;
            await database.Query(
                $"insert into import_parts (import_id, no, first_row, rows) values ({id}, {parts}, {rows - part.Count + 1}, {JsonSerializer.Serialize(part)})", _ => 0, ct);
            part.Clear();
        }
    }

    // What is wrong with HEADING:COLUMN, or null. A heading may have colons of its own.
    private static string? TakeIn(string column, Dictionary<string, string> said) =>
        column.LastIndexOf(':') is not (> 0 and var colon) || !ImportColumns.IsOne(column[(colon + 1)..], out var name)
            ? $"must be HEADING:COLUMN with one of {string.Join(", ", ImportColumns.Names(["…"]))}, not {column}"
            : said.TryAdd(column[..colon].Trim(), name) ? null : $"says twice what {column[..colon].Trim()} is read as";

    private static async IAsyncEnumerable<ImportedRow> Cards(Stream body, [EnumeratorCancellation] CancellationToken ct)
    {
        using var text = new StreamReader(body, Encoding.UTF8);
        var (cards, any) = (new VCards(), false);
        while (await text.ReadLineAsync(ct) is { } line)
            if (cards.Take(line) is { } card)
            {
                any = true;
                yield return card;
            }
        if (cards.End() is { } last)
            yield return last;
        else if (!any)
            throw new FormatException("holds no vCard");
    }
}

/// <summary>Tells this instance that a list has come in.</summary>
public sealed class ImportSignal : IDisposable
{
    private readonly SemaphoreSlim _received = new(0);

    /// <summary>A list has come in.</summary>
    public void Set() => _received.Release();

    /// <summary>Waits for a list, at most this long: another instance may have received one, or ended before it had entered it.</summary>
    public Task Wait(TimeSpan atMost, CancellationToken ct) => _received.WaitAsync(atMost, ct);

    /// <inheritdoc/>
    public void Dispose() => _received.Dispose();
}
