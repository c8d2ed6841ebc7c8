using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>What failures that are alike have in common.</summary>
internal static partial class FailureCause
{
    private const int LongestSummary = 200;

    /// <summary>The first line of what an exception said, without what differs from one message to the next, such as ids and phone numbers.</summary>
    public static string Summary(string? message)
    {
        var line = (message ?? "").Split('\n', 2)[0].Trim();
        var alike = Different().Replace(line, "#");
        return alike.Length > LongestSummary ? alike[..LongestSummary] + "…" : alike;
    }

    /// <summary>The method an exception came from: the first of the platform's in its stack trace, else the first.</summary>
    public static string? Where(string? stack)
    {
        var frames = Frame().Matches(stack ?? "").Select(frame => frame.Groups["method"].Value).ToList();
        return frames.Find(method => method.StartsWith("Sms.", StringComparison.Ordinal)) ?? frames.FirstOrDefault();
    }

    /// <summary>The same for failures of the same kind, with the same summary, at the same place.</summary>
    public static string Fingerprint(string? exceptionType, string summary, string? where) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{exceptionType}\n{summary}\n{where}")))[..16];

    // Ids with dashes, long hexadecimal words with a digit in them, and numbers, grouped or not.
    [GeneratedRegex(@"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|\b(?=[a-fA-F]*[0-9])[0-9a-fA-F]{8,}\b|\+?\d(?:[\d .:,-]*\d)?")]
    private static partial Regex Different();

    [GeneratedRegex(@"^\s*at (?<method>[^\s(]+)\(", RegexOptions.Multiline)]
    private static partial Regex Frame();
}
