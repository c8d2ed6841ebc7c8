using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Sms.Console;

/// <summary>
/// A path of a service's API, written as an interpolated string whose values are escaped, so that what a person types cannot lead
/// elsewhere: <c>$"/contacts/{id}?search={words}"</c>.
/// </summary>
[InterpolatedStringHandler]
public sealed class ApiPath
{
    private readonly StringBuilder _text;

    /// <summary>Called by the compiler.</summary>
    public ApiPath(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + formattedCount * 12);

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string literal) => _text.Append(literal);

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted<T>(T value) => _text.Append(Escape(value));

    /// <summary>With one more part of the query, where there is a value.</summary>
    public ApiPath And(string name, object? value)
    {
        if (Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 })
            _text.Append(_text.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?').Append(name).Append('=').Append(Escape(value));
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Escape(object? value) => Uri.EscapeDataString(value switch
    {
        DateTimeOffset at => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    });
}
