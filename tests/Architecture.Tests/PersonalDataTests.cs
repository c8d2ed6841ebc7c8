using System.Text.RegularExpressions;

namespace Sms.Architecture.Tests;

/// <summary>Phone numbers, what people write, and secrets stay in the stores: never in a log, an exception or a trace.</summary>
public sealed partial class PersonalDataTests
{
    private static readonly string[] KnowNobody =
    [
        "building-blocks/EventStore/", // "from" is a position there
        "services/GatewaySimulator/", // its customers do not exist
    ];

    [Fact]
    public void No_log_line_no_exception_and_no_trace_is_given_a_number_a_text_or_a_secret() =>
        Calls().Where(call => Personal().IsMatch(call.Given)).Select(call => $"{call.Where}: {call.Given.Trim()}").ShouldBeEmpty();

    [Fact]
    public void Such_calls_are_found_at_all()
    {
        var calls = Calls().Select(call => call.What).ToList();
        calls.Count(what => what.StartsWith("Log", StringComparison.Ordinal)).ShouldBeGreaterThan(5);
        calls.Count(what => what.EndsWith("Exception", StringComparison.Ordinal)).ShouldBeGreaterThan(20);
    }

    /// <summary>Every such call with what it is given: its arguments without the words of string literals, but with what is put into them.</summary>
    private static IEnumerable<(string Where, string What, string Given)> Calls() =>
        from source in Tree.Sources("services", "building-blocks")
        where !KnowNobody.Any(folder => source.Path.Replace('\\', '/').StartsWith(folder, StringComparison.Ordinal))
        from call in Call().Matches(source.Text)
        let line = source.Text.AsSpan(0, call.Index).Count('\n') + 1
        select ($"{source.Path}:{line}", call.Groups["what"].Value, WithoutWords(call.Groups["given"].Value));

    private static string WithoutWords(string code) =>
        Literal().Replace(code, literal => literal.Value.StartsWith('$')
            ? string.Join(' ', Hole().Matches(literal.Value).Select(hole => hole.Value))
            : "\"\"");

    // To the closing parenthesis, over those inside and over string literals.
    [GeneratedRegex("""\b(?<what>Log(?:Trace|Debug|Information|Warning|Error|Critical)|new \w*Exception|SetTag|AddTag)\s*\((?<given>(?>\$?"(?:[^"\\]|\\.)*"|[^()"]+|(?<open>\()|(?<-open>\)))*(?(open)(?!)))\)""")]
    private static partial Regex Call();

    [GeneratedRegex("""(?:\$?"(?:[^"\\]|\\.)*")""")]
    private static partial Regex Literal();

    [GeneratedRegex("{[^{}]*}")]
    private static partial Regex Hole();

    // A property or variable of that name, not a method such as SigningKey.From(…), not what is only counted, not nameof(secret).
    [GeneratedRegex(@"(?<!nameof\()\b(?:Text|From|To|Body|Secret|Number|Sender|Recipient|text|from|to|body|secret|number|sender|recipient|phone|raw)\b(?!\s*[(:]|\.(?:Length|Count|Kind)\b)")]
    private static partial Regex Personal();
}
