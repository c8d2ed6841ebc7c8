using System.Text.RegularExpressions;

namespace Sms.Helpdesk.Desk;

/// <summary>Texts with variables: <c>{{contact.name}}</c>, or <c>{{contact.name|there}}</c> with what to say where there is none.</summary>
public static partial class Wording
{
    /// <summary>What a variable may be.</summary>
    public static readonly IReadOnlyList<string> Variables =
        ["contact.name", "customer", "our-number", "ticket.number", "ticket.status", "ticket.priority", "agent.name"];

    /// <summary>What is wrong with a text; null when it can be used.</summary>
    public static string? Fault(string text) =>
        Variable().Matches(text).Select(match => match.Groups["name"].Value).FirstOrDefault(name => !Variables.Contains(name)) is { } unknown
            ? $"'{unknown}' is none of {string.Join(", ", Variables)}"
        : Variable().Replace(text, "").Contains("{{", StringComparison.Ordinal) ? "has a {{ that begins no variable"
        : null;

    /// <summary>The text with each variable's value; where there is none, with what it says instead, else nothing.</summary>
    public static string Fill(string text, Func<string, string?> value) => Variable().Replace(
        text, match => value(match.Groups["name"].Value) is { Length: > 0 } known ? known : match.Groups["else"].Value);

    [GeneratedRegex(@"\{\{\s*(?<name>[a-z.-]+)\s*(?:\|(?<else>[^{}]*))?\}\}")]
    private static partial Regex Variable();
}
