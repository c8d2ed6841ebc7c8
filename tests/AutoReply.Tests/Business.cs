using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.AutoReply.Tests;

/// <summary>A business with rules, and texts to it.</summary>
internal sealed class Business(ServiceUnderTest<Program> autoReply)
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Puts rules in force.</summary>
    public async Task Rules(params (string Name, string Match, string[] Words, string Reply)[] rules) =>
        (await autoReply.Client.PutAsJsonAsync(
            "/rules", new { rules = rules.Select(r => new { name = r.Name, match = r.Match, words = r.Words, reply = r.Reply }) }))
            .EnsureSuccessStatusCode();

    /// <summary>A customer's text.</summary>
    public static InboundSmsReceived Sms(string text) => new()
    {
        SmsId = Guid.NewGuid(),
        Endpoint = "sms",
        From = "+919876543210",
        To = "+911234500000",
        Text = text,
        SentAt = Noon,
        ReceivedAt = Noon.AddSeconds(1),
        TenantName = "Acme Corp",
    };
}
