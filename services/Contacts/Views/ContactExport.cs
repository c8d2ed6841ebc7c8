using System.Text;
using Npgsql;
using Sms.Contacts.Imports;
using Sms.Csv;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Contacts.Views;

/// <summary>
/// <c>GET /contacts/export?format=csv|vcard</c>: everybody there is, row by row as it is read. Either can be imported again. Merged
/// contacts are in the one they stand for.
/// </summary>
public static class ContactExport
{
    /// <summary>Maps the export.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/contacts/export", Export).RequireAuthorization(Roles.Admin).WithName("ExportContacts")
        .WithSummary("All contacts as CSV or vCard.").Produces<string>(StatusCodes.Status200OK, "text/csv", "text/vcard").ProducesValidationProblem();

    private static IResult Export(string? format, NpgsqlDataSource database, CancellationToken ct) => format switch
    {
        null or "csv" => Results.Stream(body => WriteCsv(body, database, ct), "text/csv", "contacts.csv"),
        "vcard" => Results.Stream(body => WriteCards(body, database, ct), "text/vcard", "contacts.vcf"),
        _ => Problems.Invalid("format", "must be csv or vcard"),
    };

    private static async Task WriteCsv(Stream body, NpgsqlDataSource database, CancellationToken ct)
    {
        var fields = await database.Query($"select distinct jsonb_object_keys(fields) as name from contacts where merged_into is null order by name", r => r.GetString(0), ct);
        await using var csv = CsvRows.Write(body);
        await csv.Add(ImportColumns.Names(fields));
        await foreach (var (_, card) in ContactList.Cards(database, ct))
            await csv.Add(ImportedRow.Write(card, fields));
    }

    private static async Task WriteCards(Stream body, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var text = new StreamWriter(body, new UTF8Encoding(false), 32 * 1024);
        await foreach (var (id, card) in ContactList.Cards(database, ct))
            await text.WriteAsync(VCards.Write(id, card));
    }
}
