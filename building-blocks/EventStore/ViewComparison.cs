using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;

namespace Sms.EventStore;

/// <summary>A live table beside the one made anew, row by row.</summary>
internal static class ViewComparison
{
    private const int PageSize = 1000;

    /// <summary>A row: a digest of its key, which orders it, the key and the whole, as JSON.</summary>
    internal readonly record struct Row(string Digest, string Key, string Line);

    /// <summary>Reads a table in the order of the digests, in the transaction of the connection.</summary>
    public static async IAsyncEnumerable<Row> Rows(
        NpgsqlConnection connection, string schema, string table, Func<Task> beforeEachPage, [EnumeratorCancellation] CancellationToken ct)
    {
        await using (var open = new NpgsqlCommand("select sms_open_view('sms_rows', $1, $2)", connection))
        {
            open.Parameters.Add(new NpgsqlParameter { Value = schema });
            open.Parameters.Add(new NpgsqlParameter { Value = table });
            await open.ExecuteNonQueryAsync(ct);
        }
        await using var fetch = new NpgsqlCommand($"fetch {PageSize} from sms_rows", connection);
        for (var read = PageSize; read == PageSize;)
        {
            await beforeEachPage();
            read = 0;
            await using var reader = await fetch.ExecuteReaderAsync(ct);
            for (; await reader.ReadAsync(ct); read++)
                yield return new Row(reader.GetString(0), reader.GetString(1), reader.GetString(2));
        }
        await using var close = new NpgsqlCommand("close sms_rows", connection);
        await close.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Goes through both at once and adds what differs, as long as there is room for it.</summary>
    public static async Task<ComparedTable> Compare(
        string table, IAsyncEnumerable<Row> live, IAsyncEnumerable<Row> rebuilt, List<RowDifference> differences)
    {
        await using var there = live.GetAsyncEnumerator();
        await using var here = rebuilt.GetAsyncEnumerator();
        var (rows, different) = (0L, 0L);
        var (more, moreHere) = (await there.MoveNextAsync(), await here.MoveNextAsync());
        while (more || moreHere)
        {
            var order = !more ? 1 : !moreHere ? -1 : string.CompareOrdinal(there.Current.Digest, here.Current.Digest);
            if (order < 0)
                Note(there.Current.Key, "extra", []);
            else if (order > 0)
                Note(here.Current.Key, "missing", []);
            else if (there.Current.Line != here.Current.Line)
                Note(there.Current.Key, "changed", Columns(there.Current.Line, here.Current.Line));
            rows += order <= 0 ? 1 : 0;
            more = order <= 0 ? await there.MoveNextAsync() : more;
            moreHere = order >= 0 ? await here.MoveNextAsync() : moreHere;
        }
        return new ComparedTable(table, rows, different);

        void Note(string key, string kind, IReadOnlyList<string> columns)
        {
            different++;
            if (differences.Count < ViewRun.MostDifferences)
                differences.Add(new RowDifference(table, key, kind, columns));
        }
    }

    private static string[] Columns(string live, string rebuilt)
    {
        using var there = JsonDocument.Parse(live);
        using var here = JsonDocument.Parse(rebuilt);
        return [.. from column in there.RootElement.EnumerateObject()
                   where !JsonElement.DeepEquals(column.Value, here.RootElement.GetProperty(column.Name))
                   select column.Name];
    }
}
