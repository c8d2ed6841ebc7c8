using System.Text;

namespace Sms.OptOut.Imports;

/// <summary>
/// Takes CSV apart as it comes in (RFC 4180: commas, quotes around what holds a comma, a quote or a line break, a quote doubled). Holds
/// one row at a time: a row that never ends is given up at a limit, and reading goes on with the line after.
/// </summary>
public sealed class CsvRows
{
    /// <summary>The longest row, in characters.</summary>
    public const int LongestRow = 20_000;

    private readonly List<string> _fields = [];
    private readonly StringBuilder _field = new();
    private bool _quoted, _quoteSeen, _started, _tooLong, _afterReturn;
    private int _length;

    /// <summary>Takes one more character.</summary>
    /// <returns>A row, when the character ended one: its fields, or none for a row that is too long. Empty lines are no rows.</returns>
    public string[]? Take(char next)
    {
        if (_afterReturn && next == '\n')
        {
            _afterReturn = false;
            return null;
        }
        _afterReturn = false;
        if (++_length > LongestRow)
        {
            (_tooLong, _quoted, _quoteSeen) = (true, false, false);
            _field.Clear();
            _fields.Clear();
        }
        if (_quoted && _quoteSeen)
        {
            _quoteSeen = false;
            if (next == '"')
            {
                _field.Append('"');
                return null;
            }
            _quoted = false;
        }
        if (_quoted)
        {
            if (next == '"')
                _quoteSeen = true;
            else
                _field.Append(next);
            return null;
        }
        switch (next)
        {
            case '\r' or '\n':
                _afterReturn = next == '\r';
                return End();
            case ',':
                _started = true;
                _fields.Add(_field.ToString());
                _field.Clear();
                return null;
            case '"' when _field.Length == 0 && !_tooLong:
                _quoted = _started = true;
                return null;
            default:
                _started = true;
                if (!_tooLong)
                    _field.Append(next);
                return null;
        }
    }

    /// <summary>The last row, where no line break ended it.</summary>
    public string[]? End()
    {
        var row = _tooLong ? [] : _started ? (string[])[.. _fields, _field.ToString()] : null;
        _fields.Clear();
        _field.Clear();
        (_quoted, _quoteSeen, _started, _tooLong, _length) = (false, false, false, false, 0);
        return row;
    }

    /// <summary>A row as text, with its line break.</summary>
    public static string Write(params IEnumerable<string?> fields) => string.Join(',', fields.Select(Quoted)) + "\r\n";

    private static string Quoted(string? field) =>
        field is null ? "" : field.AsSpan().ContainsAny(',', '"', '\r') || field.Contains('\n') ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
