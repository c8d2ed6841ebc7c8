using System.Text;
using System.Text.Json.Nodes;

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
    public void The_documented_sample_is_read() => Read(Sample).ShouldBe(Expected);

    [Fact]
    public void Fields_may_come_in_any_order_spaced_and_indented()
    {
        var reversed = new JsonObject(JsonNode.Parse(Sample)!.AsObject().Reverse().Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        Read(reversed.ToJsonString(new() { WriteIndented = true }) + "\r\n \t").ShouldBe(Expected);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over() => Read("\uFEFF" + Sample).ShouldBe(Expected);

    [Fact]
    public void Unknown_fields_are_passed_over_even_twice_and_whatever_they_hold() =>
        Read(Sample.Replace("{", """{"x":{"from":[1,{"to":null}]},"x":true,"\ud800":"\ud800","From":1,""", StringComparison.Ordinal)).ShouldBe(Expected);

    [Fact]
    public void Names_and_values_may_be_written_with_escapes() =>
        Read(Sample.Replace("\"from\"", "\"fr\\u006fm\"", StringComparison.Ordinal).Replace("balance", "b\\u0061lance", StringComparison.Ordinal))
            .ShouldBe(Expected);

    [Theory]
    [InlineData("deviceId")]
    [InlineData("tenantId")]
    [InlineData("tenantName")]
    [InlineData("matchedRuleId")]
    [InlineData("ref")]
    public void Optional_fields_may_be_missing_null_or_empty_all_meaning_the_same(string field)
    {
        var missing = Read(With(field, null, remove: true));
        Read(With(field, null)).ShouldBe(missing);
        Read(With(field, "")).ShouldBe(missing);
    }

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\" \"", " ")]
    [InlineData("\"\\u0633\\u0644\\u0627\\u0645 \\ud83d\\ude00\"", "سلام 😀")]
    [InlineData("\"سلام 😀\"", "سلام 😀")]
    [InlineData("\"a\\r\\nb\\t\\\"c\\\\\"", "a\r\nb\t\"c\\")]
    [InlineData("\"a\\u0000b\\u0007\"", "a\uFFFDb\u0007")]
    public void Any_text_is_kept_as_written_but_for_what_the_database_cannot_hold(string json, string text) =>
        Read(Sample.Replace("\"balance\"", json, StringComparison.Ordinal)).Text.ShouldBe(text);

    [Theory]
    [InlineData("from", "919876543210")]
    [InlineData("to", "0")]
    [InlineData("ref", "123456789012345678901234567890")]
    public void Numbers_stand_for_their_digits(string field, string digits)
    {
        var payload = Read(WithRaw(field, digits));
        (field switch { "from" => payload.From, "to" => payload.To, _ => payload.Ref }).ShouldBe(digits);
    }

    [Theory]
    [InlineData("2026-06-12T14:32:00Z", 0)]
    [InlineData("2026-06-12T14:32:00.123Z", 1_230_000)]
    [InlineData("2026-06-12T14:32:00.1234567Z", 1_234_567)]
    [InlineData("2026-06-12T20:02:00.000+05:30", 0)]
    [InlineData("2026-06-12T04:32:00-10:00", 0)]
    public void Times_in_any_zone_are_read_as_utc(string written, long ticks)
    {
        var at = Read(With("receivedAt", written)).ReceivedAt;
        at.ShouldBe(Expected.ReceivedAt.AddTicks(ticks));
        at.Offset.ShouldBe(TimeSpan.Zero);
    }

    public static TheoryData<string, string> Unreadable => new()
    {
        { "", "the body is empty" },
        { "\uFEFF", "the body is empty" },
        { " ", "the body is not JSON (line 1, byte 2)" },
        { "hello", "the body is not JSON (line 1, byte 1)" },
        { "event=message.received&from=919876543210", "the body is not JSON (line 1, byte 1)" },
        { Sample[..^1], $"the body is not JSON (line 1, byte {Sample.Length})" },
        { Sample + "x", $"the body is not JSON (line 1, byte {Sample.Length + 1})" },
        { Sample + Sample, $"the body is not JSON (line 1, byte {Sample.Length + 1})" },
        { Sample.Replace("}", ",}", StringComparison.Ordinal), $"the body is not JSON (line 1, byte {Sample.Length + 1})" },
        { Sample.Replace("balance", "bal\nance", StringComparison.Ordinal), "the body is not JSON (line 1, byte 82)" },
        { Sample.Replace("balance", "bal\0ance", StringComparison.Ordinal), "the body is not JSON (line 1, byte 82)" },
        { "/* */" + Sample, "the body is not JSON (line 1, byte 1)" },
        { "[" + Sample + "]", "the body is not a JSON object" },
        { "null", "the body is not a JSON object" },
        { "\"message.received\"", "the body is not a JSON object" },
        { "12", "the body is not a JSON object" },
        { Nested(31), "event is missing" },
        { Nested(32), "the body is nested deeper than 32 levels" },
        { Nested(100_000), "the body is nested deeper than 32 levels" },
        { "{}", "event is missing" },
        { With("event", null, remove: true), "event is missing" },
        { With("event", null), "event is null" },
        { With("event", "Message.Received"), "event is not message.received" },
        { """{"event":"message.sent","from":{},"to":1.5}""", "event is not message.received" },
        { """{"from":{},"event":"message.sent"}""", "event is not message.received" },
        { WithRaw("event", "1"), "event is not a string" },
        { With("from", null, remove: true), "from is missing" },
        { With("from", null), "from is null" },
        { With("from", ""), "from is empty" },
        { With("from", " \t"), "from is empty" },
        { With("from", new string('9', 321)), "from is longer than 320 characters" },
        { WithRaw("from", new string('9', 321)), "from is longer than 320 characters" },
        { WithRaw("from", "-919876543210"), "from is a number that is not plain digits" },
        { WithRaw("from", "9198765432.10"), "from is a number that is not plain digits" },
        { WithRaw("from", "9.19e11"), "from is a number that is not plain digits" },
        { WithRaw("from", "true"), "from is not a string" },
        { WithRaw("from", "[\"919876543210\"]"), "from is not a string" },
        { WithRaw("from", "{\"phone_number\":\"919876543210\"}"), "from is not a string" },
        { WithRaw("from", "\"\\ud83d\""), "from holds half of a surrogate pair" },
        { With("to", null, remove: true), "to is missing" },
        { With("to", ""), "to is empty" },
        { WithRaw("to", "1e3"), "to is a number that is not plain digits" },
        { With("text", null, remove: true), "text is missing" },
        { With("text", null), "text is null" },
        { WithRaw("text", "1234"), "text is not a string" },
        { WithRaw("text", "\"\\ud83d balance\""), "text holds half of a surrogate pair" },
        { WithRaw("text", "\"balance \\ude00\""), "text holds half of a surrogate pair" },
        { With("receivedAt", null, remove: true), "receivedAt is missing" },
        { With("receivedAt", ""), "receivedAt is empty" },
        { WithRaw("receivedAt", "1781274720000"), "receivedAt is not a string" },
        { With("receivedAt", "2026-06-12T14:32:00"), "receivedAt has no time zone" },
        { With("receivedAt", "2026-06-12T14:32:00.000"), "receivedAt has no time zone" },
        { With("receivedAt", "2026-06-12"), "receivedAt has no time zone" },
        { With("receivedAt", "12/06/2026 14:32:00Z"), "receivedAt is not an ISO 8601 time" },
        { With("receivedAt", "2026-02-30T14:32:00Z"), "receivedAt is not an ISO 8601 time" },
        { With("receivedAt", "2026-06-12T25:32:00Z"), "receivedAt is not an ISO 8601 time" },
        { With("receivedAt", "2026-06-12T14:32:00+25:00"), "receivedAt is not an ISO 8601 time" },
        { With("receivedAt", "0001-01-01T00:00:00+10:00"), "receivedAt is not an ISO 8601 time" },
        { With("receivedAt", "yesterday"), "receivedAt is not an ISO 8601 time" },
        { WithRaw("ref", "1.5"), "ref is a number that is not plain digits" },
        { WithRaw("ref", "[]"), "ref is not a string" },
        { WithRaw("deviceId", "7"), "deviceId is not a string" },
        { WithRaw("tenantId", "{}"), "tenantId is not a string" },
        { WithRaw("tenantName", "false"), "tenantName is not a string" },
        { WithRaw("matchedRuleId", "\"\\ud800\\ud800\""), "matchedRuleId holds half of a surrogate pair" },
        { Twice("event"), "event appears twice" },
        { Twice("from"), "from appears twice" },
        { Twice("text"), "text appears twice" },
        { Twice("receivedAt"), "receivedAt appears twice" },
        { Twice("matchedRuleId"), "matchedRuleId appears twice" },
        { Sample.Replace("{", "{\"te\\u0078t\":\"\",", StringComparison.Ordinal), "text appears twice" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void What_cannot_be_read_is_refused_with_the_field_and_the_reason(string body, string because)
    {
        InboundPayload.TryRead(Encoding.UTF8.GetBytes(body), out var payload, out var reason).ShouldBeFalse();
        payload.ShouldBeNull();
        reason.ShouldBe(because);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    [InlineData(new byte[] { (byte)'"', 0xED, 0xA0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'{', 0, (byte)'}', 0 })]
    public void Bytes_that_are_not_utf8_are_refused(byte[] body)
    {
        InboundPayload.TryRead(body, out _, out var reason).ShouldBeFalse();
        reason.ShouldBe("the body is not valid UTF-8");
    }

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
            InboundPayload.TryRead(payload.ToJson(), out var read, out var reason).ShouldBeTrue(reason);
            read.ShouldBe(payload);
        }
    }

    [Fact]
    public void Damaged_bodies_never_throw_and_reasons_never_quote_the_sender_or_the_text()
    {
        var random = new Random(20260612);
        var body = Encoding.UTF8.GetBytes(Sample.Replace("balance", "My PIN is kept secret \\ud83d\\ude00 😀", StringComparison.Ordinal));
        string[] inserts = ["\"", "\\", "{", "}", "[", "]", ":", ",", "\\ud800", "\0", "\uFEFF", "null", "1e9", "\"from\":\"1\",", "\"text\":", "//", "Infinity"];
        var (read, refused) = (0, 0);
        for (var round = 0; round < 30_000; round++)
        {
            var damaged = body.ToList();
            for (var times = random.Next(1, 4); times > 0 && damaged.Count > 0; times--)
            {
                var at = random.Next(damaged.Count);
                switch (random.Next(5))
                {
                    case 0: damaged[at] = (byte)random.Next(256); break;
                    case 1: damaged.RemoveRange(at, random.Next(1, Math.Min(20, damaged.Count - at + 1))); break;
                    case 2: damaged.InsertRange(at, Encoding.UTF8.GetBytes(inserts[random.Next(inserts.Length)])); break;
                    case 3: damaged.InsertRange(at, damaged.GetRange(0, random.Next(damaged.Count))); break;
                    default: damaged.RemoveRange(at, damaged.Count - at); break;
                }
            }

            if (InboundPayload.TryRead(damaged.ToArray(), out var payload, out var reason))
            {
                read++;
                reason.ShouldBeNull();
                payload.From.ShouldNotBeNullOrWhiteSpace();
                payload.To.ShouldNotBeNullOrWhiteSpace();
                payload.Text.ShouldNotContain('\0');
                payload.ReceivedAt.Offset.ShouldBe(TimeSpan.Zero);
                payload.DedupeKey().Length.ShouldBe(64);
            }
            else
            {
                refused++;
                reason.ShouldNotBeNullOrWhiteSpace();
                reason.ShouldNotContain("9876");
                reason.ShouldNotContain("PIN");
                reason.ShouldNotContain("secret");
            }
        }
        read.ShouldBeGreaterThan(500);
        refused.ShouldBeGreaterThan(500);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(4711);
        for (var round = 0; round < 20_000; round++)
        {
            var body = new byte[random.Next(200)];
            random.NextBytes(body);
            if (round % 2 == 0)
                body.AsSpan().Replace(body.Length > 0 ? body[0] : (byte)0, (byte)'{');
            InboundPayload.TryRead(body, out _, out var reason).ShouldBeFalse();
            reason.ShouldNotBeNullOrWhiteSpace();
        }
    }

    [Fact]
    public void The_dedupe_key_never_changes() =>
        // Computed in Python from the definition. Another value here would make every text ever stored a new one.
        Expected.DedupeKey().ShouldBe("a4271626f7825919db5be1401e086840437593db06e4606b9f48926c67966bc2");

    [Fact]
    public void The_same_text_by_another_path_has_the_same_key()
    {
        var key = Expected.DedupeKey();
        (Expected with { MatchedRuleId = null }).DedupeKey().ShouldBe(key);
        (Expected with { Ref = "order-7" }).DedupeKey().ShouldBe(key);
        (Expected with { TenantId = null, TenantName = "Acme" }).DedupeKey().ShouldBe(key);
        (Expected with { From = "+919876543210", To = "+911234500000" }).DedupeKey().ShouldBe(key);
        (Expected with { ReceivedAt = Expected.ReceivedAt.ToOffset(TimeSpan.FromHours(5.5)) }).DedupeKey().ShouldBe(key);
    }

    [Fact]
    public void Whatever_makes_it_another_text_changes_the_key()
    {
        InboundPayload[] different =
        [
            Expected,
            Expected with { DeviceId = "dev_2" },
            Expected with { DeviceId = null },
            Expected with { From = "919876543211" },
            Expected with { To = "911234500001" },
            Expected with { From = Expected.To, To = Expected.From },
            Expected with { From = Expected.From + "9", To = Expected.To[1..] },
            Expected with { Text = "Balance" },
            Expected with { Text = "balance " },
            Expected with { Text = "" },
            Expected with { ReceivedAt = Expected.ReceivedAt.AddMilliseconds(1) },
        ];
        different.Select(p => p.DedupeKey()).ShouldBeUnique();
    }

    private static InboundPayload Read(string body)
    {
        InboundPayload.TryRead(Encoding.UTF8.GetBytes(body), out var payload, out var reason).ShouldBeTrue(reason);
        return payload!;
    }

    private static string With(string field, string? value, bool remove = false)
    {
        var body = JsonNode.Parse(Sample)!.AsObject();
        if (remove)
            body.Remove(field);
        else
            body[field] = value;
        return body.ToJsonString();
    }

    private static string WithRaw(string field, string json) =>
        With(field, "\u2603").Replace("\"\\u2603\"", json, StringComparison.Ordinal);

    private static string Twice(string field) =>
        Sample[..^1] + $",\"{field}\":{JsonNode.Parse(Sample)![field]!.ToJsonString()}}}";

    private static string Nested(int levels) =>
        "{\"x\":" + new string('[', levels) + new string(']', levels) + "}";

    private static string Words(Random random, int atLeast)
    {
        string[] pieces = ["a", "Z", "7", "+", "\"", "\\", "\n", "\u0001", "é", "س", "😀", "\u2028", "<", "/"];
        return "x"[..atLeast] + string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}
