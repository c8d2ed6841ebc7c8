using Sms.GatewayProtocol;

namespace Sms.Outbound.Sends;

/// <summary>How many segments a text may have, and from how many on it is worth a word: each is paid for.</summary>
/// <param name="Most">More are refused.</param>
/// <param name="Warn">More are allowed, with a warning.</param>
public sealed record SegmentLimits(int Most, int Warn)
{
    /// <summary>What to tell whoever wrote the text, or null.</summary>
    public string? Warning(Segments segments) => segments.Count <= Warn ? null
        : segments.Encoding == "UCS-2"
            ? $"Sent and billed as {segments.Count} texts: a character outside the GSM alphabet leaves room for 67 instead of 153 characters in each."
            : $"Sent and billed as {segments.Count} texts.";
}
