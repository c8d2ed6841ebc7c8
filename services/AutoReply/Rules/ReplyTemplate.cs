using System.Text.RegularExpressions;

namespace Sms.AutoReply.Rules;

/// <summary>A reply with variables in double braces, as in Mobile API Connect: <c>Thanks {{from}}, we call you back.</c></summary>
public static partial class ReplyTemplate
{
    /// <summary>The variables there are.</summary>
    public static readonly IReadOnlyList<string> Variables = ["from", "to", "text", "ref", "now", "tenantName", "deviceId"];

    /// <summary>What is wrong with a template's variables, or null.</summary>
    public static string? Fault(string template)
    {
        foreach (System.Text.RegularExpressions.Match braces in Braces().Matches(template))
            if (!Variables.Contains(braces.Groups["name"].Value))
                return $"'{braces.Value}' is not a variable; there are {string.Join(", ", Variables.Select(v => $"{{{{{v}}}}}"))}";
        return Braces().Replace(template, "").Contains("{{", StringComparison.Ordinal) ? "has '{{' without '}}'" : null;
    }

    /// <summary>The reply to one text. What a variable brings in is never read as a template itself.</summary>
    public static string Fill(string template, ReceivedSms sms) => Braces().Replace(template, braces => braces.Groups["name"].Value switch
    {
        "from" => sms.From.Value,
        "to" => sms.To.Value,
        "text" => sms.Text,
        "ref" => sms.Ref ?? "",
        "now" => sms.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
        "tenantName" => sms.TenantName ?? "",
        "deviceId" => sms.DeviceId ?? "",
        _ => braces.Value,
    });

    [GeneratedRegex(@"\{\{\s*(?<name>.*?)\s*\}\}", RegexOptions.Singleline)]
    private static partial Regex Braces();
}
