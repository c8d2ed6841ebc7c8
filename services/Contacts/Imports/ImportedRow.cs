using Sms.Contacts.Contacts;

namespace Sms.Contacts.Imports;

/// <summary>What one row of a list says of a contact.</summary>
/// <param name="Contact">The contact, as it was written.</param>
/// <param name="Note">A note on it.</param>
public sealed record ImportedRow(ContactDraft Contact, string? Note)
{
    /// <summary>What stands between two values of one cell.</summary>
    public const char Between = ';';

    // Begins a column of the business's own: field.plan.
    private const string FieldColumn = "field.";

    private static readonly string[] Fixed = ["numbers", "name", "language", "time_zone", "tags", "external_ids", "note"];

    /// <summary>The columns of a list, with those of the business's own.</summary>
    public static string[] Columns(IEnumerable<string> fields) => [.. Fixed, .. fields.Select(name => FieldColumn + name)];

    /// <summary>The names of a list's columns as they are compared: <c>Name </c> and <c>name</c> are one.</summary>
    public static string[] Header(IReadOnlyList<string> row) =>
        [.. row.Select(column => column.Trim() is var name && name.StartsWith(FieldColumn, StringComparison.OrdinalIgnoreCase) ? FieldColumn + name[FieldColumn.Length..] : name.ToLowerInvariant())];

    /// <summary>Whether these columns tell which contact a row is about.</summary>
    public static bool TellsWhom(IReadOnlyList<string> header) => header.Any(column => column is "numbers" or "external_ids");

    /// <summary>What a row of a list says.</summary>
    /// <param name="header">The names of its columns.</param>
    /// <param name="row">Its cells; those that are missing at the end are empty.</param>
    public static ImportedRow Of(IReadOnlyList<string> header, IReadOnlyList<string> row)
    {
        var (cells, fields) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        for (var at = 0; at < Math.Min(header.Count, row.Count); at++)
            if (row[at].Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 } cell)
                (header[at].StartsWith(FieldColumn, StringComparison.Ordinal) ? fields : cells).TryAdd(header[at], cell);
        return new ImportedRow(
            new ContactDraft(
                Several("numbers"), One("name"), One("language"), One("time_zone"), Several("tags"),
                fields.Count == 0 ? null : fields.ToDictionary(field => field.Key[FieldColumn.Length..], field => field.Value), Several("external_ids")),
            One("note"));

        string? One(string column) => cells.GetValueOrDefault(column);

        string[]? Several(string column) => One(column)?.Split(Between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A contact as a row, in the order of <see cref="Columns"/>.</summary>
    public static string?[] Write(ContactCard card, IReadOnlyList<string> fields) =>
    [
        string.Join(Between, card.Numbers.Order(StringComparer.Ordinal)), card.Name, card.Language, card.TimeZone, string.Join(Between, card.Tags),
        string.Join(Between, card.ExternalIds), string.Join('\n', card.Notes.Select(note => note.Text)), .. fields.Select(name => ContactCard.ValueOf(card.Fields, name)),
    ];
}
