using System.Text;

namespace Sms.GatewayProtocol.Tests;

public sealed class InboundPayloadTests
{
    private const string Sample =
        """{"event":"message.received","from":"919876543210","to":"911234500000","text":"balance","ref":null,"receivedAt":"2026-06-12T14:32:00.000Z","deviceId":"dev_1","tenantId":"ten_1","tenantName":"Acme Corp","matchedRuleId":"rule_1"}""";

    private static readonly InboundPayload Expected = new()
    {
        From = "919876543210",
        To = "911234500000",
        Text = "balance",
        ReceivedAt = new DateTimeOffset(2026, 6, 12, 14, 32, 0, TimeSpan.Zero),
        DeviceId = "dev_1",
        TenantId = "ten_1",
        TenantName = "Acme Corp",
        MatchedRuleId = "rule_1",
    };

    [Fact]
    public void What_is_written_is_what_the_gateway_documents() =>
        Encoding.UTF8.GetString(Expected.ToJson()).ShouldBe(Sample);

    [Fact]
    public void The_rule_is_left_out_where_none_matched() =>
        Encoding.UTF8.GetString((Expected with { MatchedRuleId = null }).ToJson()).ShouldNotContain("matchedRuleId");

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var random = new Random(11);
        for (var round = 0; round < 2_000; round++)
        {
            var payload = Expected with
            {
                From = Words(random, 1),
                Text = Words(random, 0),
                Ref = random.Next(2) == 0 ? null : Words(random, 1),
                ReceivedAt = Expected.ReceivedAt.AddMilliseconds(random.NextInt64(-1_000_000_000_000, 1_000_000_000_000)),
            };
            var read = Requests.Profile("mobile-api-connect").ReadText(Requests.Post(payload.ToJson()));
            (payload with { From = read.From, To = read.To!, Text = read.Text, Ref = read.Ref, ReceivedAt = read.SentAt!.Value, DeviceId = read.DeviceId, TenantName = read.TenantName, MatchedRuleId = read.MatchedRuleId })
                .ShouldBe(payload);
        }
    }

    private static string Words(Random random, int atLeast)
    {
        string[] pieces = ["a", "Z", "7", "+", "\"", "\\", "\n", "\u0001", "é", "س", "😀", "\u2028", "<", "/"];
        return "x"[..atLeast] + string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}
