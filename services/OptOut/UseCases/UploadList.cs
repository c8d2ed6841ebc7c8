using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Csv;
using Sms.EventStore;
using Sms.OptOut.Imports;
using Sms.OptOut.Ledger;
using Sms.OptOut.Views;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>
/// An admin uploads a list of who opted out or in: <c>POST /imports?format=own|twilio</c>, the CSV as the body, of any length. It is taken
/// apart as it comes in and stored in parts; once all of it is here the answer is 202, and <see cref="EnterLists"/> works it off. An
/// upload that breaks off enters nothing.
/// </summary>
public static class UploadList
{
    /// <summary>How many rows are entered at once.</summary>
    public const int RowsInPart = 1000;

    /// <summary>With an <c>Idempotency-Key</c>, uploading again what was received is answered with what became of it.</summary>
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/imports", Upload).RequireAuthorization(Roles.Admin)
            .Accepts<string>("text/csv", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded");

    private static async Task<Results<Accepted<ImportProgress.Row>, ValidationProblem>> Upload(
        string? format, string? endpoint, HttpContext http, IEventStore store, NpgsqlDataSource database, ImportSignal signal, TimeProvider clock, CancellationToken ct)
    {
        if (ImportFormat.Find(format ?? "own") is not { } read)
            return Problems.Invalid("format", "must be own or twilio");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;

        var cause = http.Cause();
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        var id = key is "" ? Guid.CreateVersion7() : FactIds.Of(Guid.Empty, "import", $"{cause.Actor} {key}");
        var import = await store.Load(Import.Stream, id, ct);
        if (import.State.List is not null)
            return TypedResults.Accepted($"/imports/{id}", await ImportProgress.Find(id, database, ct));

        // What an upload with this key left behind that broke off.
        await database.Query($"delete from import_parts where import_id = {id}", _ => 0, ct);
        string[]? header = null;
        var (part, parts, rows) = (new List<string[]>(RowsInPart), 0, 0);
        try
        {
            await foreach (var row in CsvRows.Read(http.Request.Body, ct))
                if (await Add(row) is { } problem)
                    return problem;
        }
        catch (FormatException e)
        {
            return Problems.Invalid("body", e.Message);
        }
        if (header is null)
            return Problems.Invalid("body", $"must begin with a row of column names: {string.Join(',', read.Columns)}");
        await Store();

        await store.Commit(
            import, [new ImportEvent.ListReceived(new ImportedList(id, read.Name, endpoint, header, rows, parts, cause.Actor, clock.GetUtcNow()))], cause, ct);
        signal.Set();
        return TypedResults.Accepted($"/imports/{id}", await ImportProgress.Find(id, database, ct));

        async Task<ValidationProblem?> Add(string[] row)
        {
            if (header is null)
            {
                header = row;
                return read.Read(row).Missing is { } missing
                    ? Problems.Invalid("body", $"has no column {missing}; the columns are {string.Join(',', read.Columns)}")
                    : null;
            }
            rows++;
            part.Add(row);
            if (part.Count == RowsInPart)
                await Store();
            return null;
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
}

/// <summary>Tells this instance that a list has come in.</summary>
public sealed class ImportSignal : IDisposable
{
    private readonly SemaphoreSlim _received = new(0);

    public void Set() => _received.Release();

    /// <summary>Waits for a list, at most this long: another instance may have received one, or ended before it had entered it.</summary>
    public Task Wait(TimeSpan atMost, CancellationToken ct) => _received.WaitAsync(atMost, ct);

    /// <inheritdoc/>
    public void Dispose() => _received.Dispose();
}
