using System.Runtime.CompilerServices;
using CsvHelper;

namespace Sms.Csv;

/// <summary>
/// Rows of a table as text (RFC 4180), in and out. Whatever comes in is read with good will: any line break, a quote in the wrong
/// place, semicolons or tabs where the first lines have those instead of commas, UTF-16 where a byte order mark says so.
/// </summary>
public static class CsvRows
{
    /// <summary>The longest row, in bytes of UTF-8.</summary>
    public const int LongestRow = 64 * 1024;

    private static readonly CsvReaderOptions Options = new()
    {
        HasHeader = false,
        FieldCountMismatch = CsvFieldCountHandling.Allow,
        MaxRecordSize = LongestRow,
        BufferSize = LongestRow / 4,
    };

    /// <summary>Takes a table apart as it comes in, one row in memory at a time. Empty lines are no rows.</summary>
    /// <param name="table">The table, of any length.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FormatException">
    /// A row is longer than <see cref="LongestRow"/>, most often because a quote in it is never closed; says which. What follows it
    /// cannot be told apart, so there is no going on.
    /// </exception>
    public static async IAsyncEnumerable<string[]> Read(Stream table, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var csv = CsvReader.Create(table, Options, leaveOpen: true);
        while (await Next(csv, ct))
            yield return csv.RawRecord.Length <= LongestRow ? csv.Current.ToArray() : throw TooLong(csv.RowNumber);
    }

    /// <summary>Writes rows, each ended by a line break; what holds a comma, a quote or a line break is put in quotes.</summary>
    public static CsvSheet Write(Stream to) => new(to);

    private static async Task<bool> Next(CsvReader csv, CancellationToken ct)
    {
        try
        {
            return await csv.ReadAsync(ct);
        }
        catch (CsvFormatException e)
        {
            throw TooLong(e.RecordNumber);
        }
    }

    private static FormatException TooLong(long row) => new($"Row {row} is longer than {LongestRow} bytes, or a quote in it is never closed.");
}

/// <summary>A table being written, as UTF-8 without a byte order mark.</summary>
public sealed class CsvSheet : IAsyncDisposable
{
    private readonly CsvWriter _csv;

    internal CsvSheet(Stream to) => _csv = CsvWriter.Create(to, CsvWriterOptions.Default, leaveOpen: true);

    /// <summary>Writes one row, with as many fields as the first; null is an empty field.</summary>
    public async Task Add(params IReadOnlyList<string?> fields)
    {
        foreach (var field in fields)
            _csv.WriteField(field);
        await _csv.EndRecordAsync();
    }

    /// <summary>Writes what is still held back; what it is written to stays open.</summary>
    public ValueTask DisposeAsync() => _csv.DisposeAsync();
}
