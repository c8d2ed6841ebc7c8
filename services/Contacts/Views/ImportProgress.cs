using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Imports;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Contacts.Views;

/// <summary>How far uploaded lists have been entered, and which rows were refused.</summary>
public sealed class ImportProgress : IView
{
    /// <summary>One import.</summary>
    /// <param name="ImportId">Its identity.</param>
    /// <param name="Format"><c>csv</c> or <c>vcard</c>.</param>
    /// <param name="DryRun">Whether nothing is entered, only looked at.</param>
    /// <param name="Actor">Who uploaded it.</param>
    /// <param name="State"><c>running</c> or <c>done</c>.</param>
    /// <param name="StartedAt">When it had been received.</param>
    /// <param name="ChangedAt">When it last got on.</param>
    /// <param name="Rows">How many rows it has.</param>
    /// <param name="Done">How many have been looked at.</param>
    /// <param name="Created">How many of those are contacts that there were not; in a dry run, would be.</param>
    /// <param name="Completed">How many said something new of a contact.</param>
    /// <param name="Unchanged">How many said what is known.</param>
    /// <param name="Refused">How many were wrong.</param>
    /// <param name="Columns">What its columns are read as; null for vCards.</param>
    public sealed record Row(
        Guid ImportId, string Format, bool DryRun, string Actor, string State, DateTimeOffset StartedAt, DateTimeOffset ChangedAt, int Rows, int Done, int Created,
        int Completed, int Unchanged, int Refused, IReadOnlyList<ReadColumn>? Columns);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["imports", "import_errors"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            if (e.Data is ImportEvent.ListReceived { List: var list })
                write.Add($"""
                    insert into imports (import_id, format, dry_run, actor, state, started_at, changed_at, rows, columns)
                    values ({list.ImportId}, {list.Format}, {list.DryRun}, {list.Actor}, {(list.Rows == 0 ? "done" : "running")}, {e.At}, {e.At}, {list.Rows}, {(list.Columns is { } columns ? JsonSerializer.Serialize(columns, JsonSerializerOptions.Web) : null)}::jsonb)
                    """);
            if (e.Data is not ImportEvent.PartEntered part)
                continue;
            write.Add($"""
                update imports set done = done + {part.Rows}, created = created + {part.Created}, completed = completed + {part.Completed}, unchanged = unchanged + {part.Unchanged},
                    refused = refused + {part.Refused.Count}, changed_at = {e.At}, state = case when done + {part.Rows} >= rows then 'done' else 'running' end
                where import_id = {part.ImportId}
                """);
            // What a dry run has looked at may be entered yet.
            write.Add($"""
                delete from import_parts where import_id = {part.ImportId} and no = {part.Part}
                    and not exists (select from imports where import_id = {part.ImportId} and dry_run)
                """);
            if (part.Refused.Count > 0)
                write.Add($"""
                    insert into import_errors (import_id, row_no, field, reason)
                    select {part.ImportId}, * from unnest({part.Refused.Select(r => r.Row).ToArray()}, {part.Refused.Select(r => r.Field).ToArray()}, {part.Refused.Select(r => r.Reason).ToArray()})
                    """);
        }
    }

    /// <summary><c>GET /imports</c>, <c>GET /imports/{id}</c> and <c>GET /imports/{id}/errors</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/imports", List).WithName("GetImports").WithSummary("Imports, the latest first.");
        api.MapGet("/imports/{id:guid}", async Task<Results<Ok<Row>, NotFound>> (Guid id, NpgsqlDataSource database, CancellationToken ct) =>
            await Find(database, id, ct) is { } row ? TypedResults.Ok(row) : TypedResults.NotFound()).WithName("GetImport").WithSummary("How far an import is.");
        api.MapGet("/imports/{id:guid}/errors", Errors).WithName("GetImportErrors").WithSummary("Which rows were refused, and why.");
    }

    /// <summary>One import, or null.</summary>
    public static async Task<Row?> Find(NpgsqlDataSource database, Guid id, CancellationToken ct) =>
        (await database.Query($"select * from imports where import_id = {id}", Read, ct)).SingleOrDefault();

    private static async Task<Page<Row>> List(Cursor? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        var (size, (at, id)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var rows = await database.Query(
            $"select * from imports where (started_at, import_id) < ({at}, {id}) order by started_at desc, import_id desc limit {size + 1}", Read, ct);
        return rows.ToPage(size, row => new Cursor(row.StartedAt, row.ImportId).ToString());
    }

    private static async Task<Page<RowError>> Errors(Guid id, int? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        var size = Paging.Size(limit);
        var rows = await database.Query(
            $"select row_no, field, reason from import_errors where import_id = {id} and row_no > {after ?? 0} order by row_no limit {size + 1}",
            r => new RowError(r.GetInt32(0), r.GetString(1), r.GetString(2)), ct);
        return rows.ToPage(size, row => row.Row.ToString(CultureInfo.InvariantCulture));
    }

    private static Row Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetBoolean(2), r.GetString(3), r.GetString(4), r.GetFieldValue<DateTimeOffset>(5), r.GetFieldValue<DateTimeOffset>(6),
        r.GetInt32(7), r.GetInt32(8), r.GetInt32(9), r.GetInt32(10), r.GetInt32(11), r.GetInt32(12),
        r.IsDBNull(13) ? null : JsonSerializer.Deserialize<ReadColumn[]>(r.GetString(13), JsonSerializerOptions.Web));
}
