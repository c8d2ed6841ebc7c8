using System.Text;
using Sms.Contacts.Contacts;

namespace Sms.Contacts.Imports;

/// <summary>A column of a list, and what is read from it.</summary>
/// <param name="Heading">What the list calls it.</param>
/// <param name="As">The column of ours it is read as; null when it is not read.</param>
public sealed record ReadColumn(string Heading, string? As);

/// <summary>
/// What the columns of a list are read as: what whoever uploads it says, else our own names of columns, else what address books
/// commonly call them. The others are not read.
/// </summary>
public sealed class ImportColumns
{
    /// <summary>What stands between two values of one cell.</summary>
    public const char Between = ';';

    // Begins a column of the business's own: field.plan.
    private const string FieldColumn = "field.";

    // How Google Contacts divides the values of a cell.
    private const string GooglesBetween = ":::";

    // Longer ones are told apart by their beginnings, and nobody reads them on a page.
    private const int LongestHeading = 200, HeadingsNamed = 20;

    private static readonly string[] Own = ["numbers", "name", "language", "time_zone", "tags", "external_ids", "note"];

    // By their letters alone: "Phone 1 - Value" is phonevalue.
    private static readonly Dictionary<string, string> Common = new(StringComparer.Ordinal)
    {
        ["number"] = "numbers", ["phone"] = "numbers", ["phones"] = "numbers", ["phonenumber"] = "numbers", ["phonenumbers"] = "numbers", ["phonevalue"] = "numbers",
        ["mobile"] = "numbers", ["mobilephone"] = "numbers", ["mobilenumber"] = "numbers", ["mobilephonenumber"] = "numbers", ["cell"] = "numbers", ["cellphone"] = "numbers",
        ["telephone"] = "numbers", ["telephonenumber"] = "numbers", ["primaryphone"] = "numbers", ["homephone"] = "numbers", ["businessphone"] = "numbers",
        ["fullname"] = "name", ["displayname"] = "name", ["contactname"] = "name",
        ["timezone"] = "time_zone", ["externalid"] = "external_ids", ["externalids"] = "external_ids", ["tag"] = "tags", ["notes"] = "note",
    };

    private static readonly string[] PartsOfName = ["firstname", "givenname", "middlename", "additionalname", "lastname", "familyname", "surname"];

    private ImportColumns(IReadOnlyList<ReadColumn> columns) => Columns = columns;

    /// <summary>The columns, in the list's order.</summary>
    public IReadOnlyList<ReadColumn> Columns { get; }

    /// <summary>Our own columns, with those of the business's own.</summary>
    public static string[] Names(IEnumerable<string> fields) => [.. Own, .. fields.Select(name => FieldColumn + name)];

    /// <summary>Whether a column of ours has this name; returned as it is written here.</summary>
    public static bool IsOne(string name, out string column)
    {
        column = name.Trim() is var trimmed && trimmed.StartsWith(FieldColumn, StringComparison.OrdinalIgnoreCase)
            ? FieldColumn + trimmed[FieldColumn.Length..] : trimmed.ToLowerInvariant();
        return Own.Contains(column) || column.StartsWith(FieldColumn, StringComparison.Ordinal) && column.Length > FieldColumn.Length;
    }

    /// <summary>What the columns of a list are read as.</summary>
    /// <param name="header">Its first row.</param>
    /// <param name="said">What whoever uploads it says: the column of ours for a heading.</param>
    /// <exception cref="FormatException">A heading is said that there is not; or none of the columns tells whom a row is about.</exception>
    public static ImportColumns Of(IReadOnlyList<string> header, IReadOnlyDictionary<string, string> said)
    {
        var headings = header.Select(heading => heading.Trim()).ToArray();
        if (said.Keys.FirstOrDefault(heading => !headings.Contains(heading, StringComparer.OrdinalIgnoreCase)) is { } missing)
            throw new FormatException($"has no column \"{missing}\"; its first row is {Quoted(headings)}");
        var read = headings.Select(heading => said.FirstOrDefault(one => one.Key.Equals(heading, StringComparison.OrdinalIgnoreCase)).Value
            ?? (IsOne(heading, out var own) ? own : Common.GetValueOrDefault(Letters(heading)))).ToArray();
        // Where there is a whole name, its parts say nothing new.
        if (!read.Contains("name"))
            read = [.. read.Zip(headings, (column, heading) => column ?? (PartsOfName.Contains(Letters(heading)) ? "name" : null))];
        if (!read.Any(column => column is "numbers" or "external_ids"))
            throw new FormatException(
                $"must begin with a row of column names, of {string.Join(", ", Names(["…"]))}; without numbers or external_ids nobody can tell whom a row is about. Its first row is {Quoted(headings)}");
        return new ImportColumns([.. headings.Zip(read, (heading, column) => new ReadColumn(heading.Length > LongestHeading ? heading[..LongestHeading] : heading, column))]);
    }

    /// <summary>What a row says; cells that are missing at its end are empty.</summary>
    public ImportedRow Read(IReadOnlyList<string> row)
    {
        var (cells, fields) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        for (var at = 0; at < Math.Min(Columns.Count, row.Count); at++)
            if (Columns[at].As is { } column && row[at].Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 } cell)
            {
                if (column.StartsWith(FieldColumn, StringComparison.Ordinal))
                    fields.TryAdd(column[FieldColumn.Length..], cell);
                else if (!cells.TryAdd(column, cell) && Joint(column) is { } joint)
                    cells[column] += joint + cell;
            }
        return new ImportedRow(
            new ContactDraft(
                Several("numbers"), One("name"), One("language"), One("time_zone"), Several("tags"), fields.Count == 0 ? null : fields, Several("external_ids")),
            One("note"));

        string? One(string column) => cells.GetValueOrDefault(column);

        string[]? Several(string column) => One(column)?.Replace(GooglesBetween, ";", StringComparison.Ordinal)
            .Split(Between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToArray();
    }

    // What two columns that are read as the same one have between them; of a language or a time zone the first counts.
    private static string? Joint(string column) => column switch
    {
        "numbers" or "tags" or "external_ids" => ";",
        "name" => " ",
        "note" => "\n",
        _ => null,
    };

    private static string Letters(string heading)
    {
        var letters = new StringBuilder();
        foreach (var character in heading)
            if (char.IsLetter(character))
                letters.Append(char.ToLowerInvariant(character));
        return letters.ToString();
    }

    private static string Quoted(string[] headings) =>
        string.Join(", ", headings.Take(HeadingsNamed).Select(heading => $"\"{(heading.Length > LongestHeading ? heading[..LongestHeading] : heading)}\"")) + (headings.Length > HeadingsNamed ? ", …" : "");
}
