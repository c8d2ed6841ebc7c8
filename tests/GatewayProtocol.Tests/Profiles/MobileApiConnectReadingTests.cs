using System.Text;
using System.Text.Json.Nodes;

namespace Sms.GatewayProtocol.Tests.Profiles;

/// <summary>What bodies of Mobile API Connect tell, and which tell nothing.</summary>
public sealed class MobileApiConnectReadingTests
{
    private const string Sample =
        """{"event":"message.received","from":"919876543210","to":"911234500000","text":"balance","ref":null,"receivedAt":"2026-06-12T14:32:00.000Z","deviceId":"dev_1","tenantId":"ten_1","tenantName":"Acme Corp","matchedRuleId":"rule_1"}""";

    private static readonly CompiledProfile Profile = Requests.Profile("mobile-api-connect");
    private static readonly DateTimeOffset At = new(2026, 6, 12, 14, 32, 0, TimeSpan.Zero);

    // The key was computed in Python from the definition. Another value here would make every text ever stored a new one.
    private static readonly Notice.Inbound Expected = new(
        "", "919876543210", "911234500000", "balance", At, null, null, "dev_1", null, null, "Acme Corp", "rule_1", false,
        "a4271626f7825919db5be1401e086840437593db06e4606b9f48926c67966bc2");

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

    [Fact]
    public void The_account_is_told_by_its_name_alone_so_its_id_may_be_anything() => Read(WithRaw("tenantId", "{}")).ShouldBe(Expected);

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
    [InlineData("deviceId", "7")]
    public void Numbers_stand_for_their_digits(string field, string digits)
    {
        var text = Read(WithRaw(field, digits));
        (field switch { "from" => text.From, "to" => text.To, "ref" => text.Ref, _ => text.DeviceId }).ShouldBe(digits);
    }

    [Theory]
    [InlineData("2026-06-12T14:32:00Z", 0)]
    [InlineData("2026-06-12T14:32:00.123Z", 1_230_000)]
    [InlineData("2026-06-12T14:32:00.1234567Z", 1_234_567)]
    [InlineData("2026-06-12T20:02:00.000+05:30", 0)]
    [InlineData("2026-06-12T04:32:00-10:00", 0)]
    public void Times_in_any_zone_are_read_as_utc(string written, long ticks)
    {
        var at = Read(With("receivedAt", written)).SentAt.ShouldNotBeNull();
        at.ShouldBe(At.AddTicks(ticks));
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
        { Nested(31), "/event is missing" },
        { Nested(32), "the body is nested deeper than 32 levels" },
        { Nested(100_000), "the body is nested deeper than 32 levels" },
        { "{}", "/event is missing" },
        { With("event", null, remove: true), "/event is missing" },
        { With("event", null), "/event is missing" },
        { With("event", "Message.Received"), "/event names an event that the profile does not know" },
        { """{"event":"message.sent","from":{},"to":1.5}""", "/event names an event that the profile does not know" },
        { """{"from":{},"event":"message.sent"}""", "/event names an event that the profile does not know" },
        { WithRaw("event", "1"), "/event names an event that the profile does not know" },
        { WithRaw("event", "true"), "/event is not a string" },
        { With("from", null, remove: true), "/from is missing" },
        { With("from", null), "/from is null" },
        { With("from", ""), "/from is empty" },
        { With("from", " \t"), "/from is empty" },
        { With("from", new string('9', 321)), "/from is longer than 320 characters" },
        { WithRaw("from", new string('9', 321)), "/from is longer than 320 characters" },
        { WithRaw("from", "-919876543210"), "/from is a number that is not plain digits" },
        { WithRaw("from", "9198765432.10"), "/from is a number that is not plain digits" },
        { WithRaw("from", "9.19e11"), "/from is a number that is not plain digits" },
        { WithRaw("from", "true"), "/from is not a string" },
        { WithRaw("from", "[\"919876543210\"]"), "/from is not a string" },
        { WithRaw("from", "{\"phone_number\":\"919876543210\"}"), "/from is not a string" },
        { WithRaw("from", "\"\\ud83d\""), "/from holds half of a surrogate pair" },
        { With("to", null, remove: true), "/to is missing" },
        { With("to", ""), "/to is empty" },
        { WithRaw("to", "1e3"), "/to is a number that is not plain digits" },
        { With("text", null, remove: true), "/text is missing" },
        { With("text", null), "/text is null" },
        { WithRaw("text", "1234"), "/text is not a string" },
        { WithRaw("text", "\"\\ud83d balance\""), "/text holds half of a surrogate pair" },
        { WithRaw("text", "\"balance \\ude00\""), "/text holds half of a surrogate pair" },
        { With("receivedAt", null, remove: true), "/receivedAt is missing" },
        { With("receivedAt", ""), "/receivedAt is empty" },
        { WithRaw("receivedAt", "1781274720000"), "/receivedAt is not a string" },
        { With("receivedAt", "2026-06-12T14:32:00"), "/receivedAt has no time zone" },
        { With("receivedAt", "2026-06-12T14:32:00.000"), "/receivedAt has no time zone" },
        { With("receivedAt", "2026-06-12"), "/receivedAt has no time zone" },
        { With("receivedAt", "12/06/2026 14:32:00Z"), "/receivedAt is not an ISO 8601 time" },
        { With("receivedAt", "2026-02-30T14:32:00Z"), "/receivedAt is not an ISO 8601 time" },
        { With("receivedAt", "2026-06-12T25:32:00Z"), "/receivedAt is not an ISO 8601 time" },
        { With("receivedAt", "2026-06-12T14:32:00+25:00"), "/receivedAt is not an ISO 8601 time" },
        { With("receivedAt", "0001-01-01T00:00:00+10:00"), "/receivedAt is not an ISO 8601 time" },
        { With("receivedAt", "yesterday"), "/receivedAt is not an ISO 8601 time" },
        { WithRaw("ref", "1.5"), "/ref is a number that is not plain digits" },
        { WithRaw("ref", "[]"), "/ref is not a string" },
        { WithRaw("deviceId", "[]"), "/deviceId is not a string" },
        { WithRaw("deviceId", "-7"), "/deviceId is a number that is not plain digits" },
        { WithRaw("tenantName", "false"), "/tenantName is not a string" },
        { WithRaw("matchedRuleId", "\"\\ud800\\ud800\""), "/matchedRuleId holds half of a surrogate pair" },
        { Twice("event"), "/event appears twice" },
        { Twice("from"), "/from appears twice" },
        { Twice("text"), "/text appears twice" },
        { Twice("receivedAt"), "/receivedAt appears twice" },
        { Twice("matchedRuleId"), "/matchedRuleId appears twice" },
        { Sample.Replace("{", "{\"te\\u0078t\":\"\",", StringComparison.Ordinal), "/text appears twice" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void What_cannot_be_read_is_refused_with_the_field_and_the_reason(string body, string because)
    {
        var read = Profile.Read(Requests.Post(body));
        read.Notices.ShouldBeEmpty();
        read.Reason.ShouldBe(because);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    [InlineData(new byte[] { (byte)'"', 0xED, 0xA0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'{', 0, (byte)'}', 0 })]
    public void Bytes_that_are_not_utf8_are_refused(byte[] body) =>
        Profile.Read(Requests.Post(body)).Reason.ShouldBe("the body is not valid UTF-8");

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

            var result = Profile.Read(Requests.Post(damaged.ToArray()));
            if (result.Reason is not { } reason)
            {
                read++;
                var text = result.Notices.ShouldHaveSingleItem().ShouldBeOfType<Notice.Inbound>();
                text.From.ShouldNotBeNullOrWhiteSpace();
                text.To.ShouldNotBeNullOrWhiteSpace();
                text.Text.ShouldNotContain('\0');
                text.SentAt.ShouldNotBeNull().Offset.ShouldBe(TimeSpan.Zero);
                text.DedupeKey.Length.ShouldBe(64);
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
            var read = Profile.Read(Requests.Post(body));
            read.Notices.ShouldBeEmpty();
            read.Reason.ShouldNotBeNullOrWhiteSpace();
        }
    }

    // Computed in Python from the definition, as the first; no words stand for 5000 times x.
    [Theory]
    [InlineData(null, "+1000000", "BANK", "YES", "8466d592780b85ad640e0eacf2458c32f31e88be256505cb31219a83c97f9912")]
    [InlineData("dev_1", "99999999999", "+911234500000", "", "c1cb1cc9811bff9a6c23c74784ca9102088d9127a8f38a45ed8cec659e8219e3")]
    [InlineData(null, "919876543210", "BANK", "é😀", "68217431fbd5abc72ab97d9e1b0b514ef76e0104fa6d1009251ad0df85d23e15")]
    [InlineData("dev_1", "+919876543210", "+911234500000", "a\0b", "c8c6063168ddc4ba302843b9abe4dc77bc69738c4321f2718d56a8ad924b534c")]
    [InlineData(null, "+919876543210", "911234500000", null, "7c12143ed6d43e255e80f2a2055cd210a826560c6c52be6d01dffbbff3f9a42b")]
    [InlineData("dev_1", "56161", "BANK", "+1", "8f94a88372ca5ab12a7eb00bdc22f4d2d75c109dfa21a155544647bdeb29f0ec")]
    public void The_key_of_a_text_never_changes(string? device, string from, string to, string? words, string key) =>
        Profile.ReadText(Requests.Post(new InboundPayload
        {
            From = from, To = to, Text = words ?? new string('x', 5000), ReceivedAt = At.AddMilliseconds(123), DeviceId = device,
        }.ToJson())).DedupeKey.ShouldBe(key);

    [Fact]
    public void The_same_text_by_another_path_has_the_same_key()
    {
        string[] others =
        [
            With("matchedRuleId", null, remove: true), With("ref", "order-7"), With("tenantId", null), With("tenantName", "Acme"), With("from", "+919876543210"),
            With("to", "+911234500000"), With("receivedAt", "2026-06-12T20:02:00.000+05:30"),
        ];
        foreach (var other in others)
            Read(other).DedupeKey.ShouldBe(Expected.DedupeKey, other);
    }

    [Fact]
    public void Whatever_makes_it_another_text_changes_the_key()
    {
        string[] different =
        [
            Sample,
            With("deviceId", "dev_2"),
            With("deviceId", null),
            With("from", "919876543211"),
            With("to", "911234500001"),
            Sample.Replace("\"from\"", "\"x\"", StringComparison.Ordinal).Replace("\"to\"", "\"from\"", StringComparison.Ordinal).Replace("\"x\"", "\"to\"", StringComparison.Ordinal),
            Sample.Replace(Expected.From, Expected.From + "9", StringComparison.Ordinal).Replace(Expected.To!, Expected.To![1..], StringComparison.Ordinal),
            With("text", "Balance"),
            With("text", "balance "),
            With("text", ""),
            With("receivedAt", "2026-06-12T14:32:00.001Z"),
        ];
        different.Select(body => Read(body).DedupeKey).ShouldBeUnique();
    }

    private static Notice.Inbound Read(string body) => Profile.ReadText(Requests.Post(body));

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
}
