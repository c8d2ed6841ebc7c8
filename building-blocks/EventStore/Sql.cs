using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;

namespace Sms.EventStore;

/// <summary>
/// A statement written as an interpolated string whose values travel as parameters, never as text:
/// <c>$"update tickets set status = {status} where id = {id}"</c>. A part that was written before joins with its values by <see cref="AsPart"/>.
/// </summary>
[InterpolatedStringHandler]
public sealed class Sql
{
    private readonly StringBuilder _text;
    private readonly List<object?> _values;
    private readonly List<Range> _places = [];

    /// <summary>Called by the compiler.</summary>
    public Sql(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + formattedCount * 3);
        _values = new List<object?>(formattedCount);
    }

    /// <summary>The statement with <c>$1</c>, <c>$2</c> … in place of the values.</summary>
    public string Text => _text.ToString();

    /// <summary>The values, in order.</summary>
    public IReadOnlyList<object?> Values => _values;

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string literal) => _text.Append(literal);

    /// <summary>
    /// This as a part of another, such as a condition that is not always wanted. Asked for by name, because the compiler would take
    /// every value that is written as an interpolated string for a part.
    /// </summary>
    public Part AsPart => new(this);

    /// <summary>A statement that is to be a part of another.</summary>
    public readonly record struct Part(Sql Sql);

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted<T>(T value)
    {
        if (value is Sql)
            throw new ArgumentException("A statement within a statement is written with AsPart.", nameof(value));
        var begin = _text.Length;
        _values.Add(value);
        _text.Append('$').Append(_values.Count);
        _places.Add(begin.._text.Length);
    }

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted(Part value)
    {
        var (part, done) = (value.Sql, 0);
        for (var no = 0; no < part._places.Count; no++)
        {
            _text.Append(part._text, done, part._places[no].Start.Value - done);
            AppendFormatted<object?>(part._values[no]);
            done = part._places[no].End.Value;
        }
        _text.Append(part._text, done, part._text.Length - done);
    }

    internal NpgsqlBatchCommand ToBatchCommand()
    {
        var command = new NpgsqlBatchCommand(Text);
        foreach (var value in _values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}

/// <summary>Reading views with <see cref="Sql"/>.</summary>
public static class SqlQueries
{
    /// <summary>Runs a query and maps each row.</summary>
    public static async Task<List<T>> Query<T>(
        this NpgsqlDataSource database, Sql sql, Func<NpgsqlDataReader, T> row, CancellationToken ct = default)
    {
        await using var command = database.CreateCommand(sql.Text);
        foreach (var value in sql.Values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
            rows.Add(row(reader));
        return rows;
    }
}
