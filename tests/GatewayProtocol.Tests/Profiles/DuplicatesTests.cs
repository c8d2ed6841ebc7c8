namespace Sms.GatewayProtocol.Tests.Profiles;

/// <summary>What receivers of each gateway complain about: one text that comes as two, and two that are taken for one.</summary>
public sealed class DuplicatesTests
{
    private static readonly Notice.Inbound Text = Samplers.Text;

    /// <summary>Ways in which a gateway delivers one text again.</summary>
    public static TheoryData<string, string> TheSame => new()
    {
        { "mobile-api-connect", "the rule path" },
        { "mobile-api-connect", "without plus" },
        { "mobile-api-connect", "another zone" },
        { "smsgate", "another event id" }, // capcom6/android-sms-gateway #288, #291, #301, #310, #372
        { "smsgate", "another message id" }, // the hash changed with 1.66.2; a refreshed inbox delivers old texts again
        { "smsgate", "another zone" },
        { "httpsms", "another event id" },
        { "httpsms", "another message id" }, // the phone uploads again after a network error
        { "textbee", "another event id" },
        { "textbee", "another message id" }, // vernu/textbee #159
        { "standard-webhooks", "another message id" },
        { "twilio", "the same" },
        { "telnyx", "another event id" },
        { "vonage-messages", "another time" },
        { "plivo", "the same" },
    };

    [Theory]
    [MemberData(nameof(TheSame))]
    public void One_text_that_comes_as_two_is_one(string name, string how) =>
        KeyOf(name, how switch
        {
            "the rule path" => Text with { MatchedRuleId = "rule_1", Ref = "order-7", TenantName = "Acme" },
            "without plus" => Text with { From = Text.From[1..], To = Text.To![1..] },
            "another zone" => Text with { SentAt = Text.SentAt!.Value.ToOffset(TimeSpan.FromHours(7)) },
            "another event id" => Text with { EventId = "evt-2" },
            "another message id" => Text with { GatewayMessageId = "msg-2" },
            "another time" => Text with { SentAt = Text.SentAt!.Value.AddSeconds(1) },
            _ => Text,
        }).ShouldBe(KeyOf(name, Text));

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void A_person_who_writes_the_same_words_again_writes_two_texts(string name) =>
        KeyOf(name, Text with { SentAt = Text.SentAt!.Value.AddSeconds(1), GatewayMessageId = "msg-2", EventId = "evt-2" }).ShouldNotBe(KeyOf(name, Text));

    [Theory]
    [InlineData("mobile-api-connect")]
    [InlineData("smsgate")]
    [InlineData("httpsms")]
    [InlineData("textbee")]
    public void Where_no_id_can_be_relied_on_whatever_makes_it_another_text_changes_the_key(string name)
    {
        // "Aa" and "BB" have one hash in Java, of which SMSGate makes its message id.
        Notice.Inbound[] different = [Text, Text with { Text = "Aa" }, Text with { Text = "BB" }, Text with { From = "+919876543211" }, Text with { SentAt = Text.SentAt!.Value.AddMilliseconds(1) }];
        different.Select(text => KeyOf(name, text)).ShouldBeUnique();
    }

    [Theory]
    [InlineData("smsgate")]
    [InlineData("mobile-api-connect")]
    [InlineData("textbee")]
    public void One_text_to_two_phones_is_two(string name) => KeyOf(name, Text with { DeviceId = "dev-2" }).ShouldNotBe(KeyOf(name, Text));

    [Theory]
    [InlineData("smsgate")]
    [InlineData("httpsms")]
    public void One_text_to_two_sims_is_two(string name) => KeyOf(name, Text with { Sim = "2" }).ShouldNotBe(KeyOf(name, Text));

    [Fact]
    public void A_reliable_id_is_the_key_as_it_is()
    {
        KeyOf("twilio", Text).ShouldBe("msg-1");
        KeyOf("telnyx", Text).ShouldBe("msg-1");
        KeyOf("vonage-messages", Text).ShouldBe("msg-1");
        KeyOf("plivo", Text).ShouldBe("msg-1");
        KeyOf("standard-webhooks", Text).ShouldBe("evt-1");
    }

    [Fact]
    public void The_digests_never_change()
    {
        // Computed in Python from the definition. Another value here would make every text ever stored a new one.
        KeyOf("mobile-api-connect", Text).ShouldBe("bce1fd75951223eb5a0f092c9373963444693c868e93070e2982df0dee9d5200");
        KeyOf("smsgate", Text).ShouldBe("69a1966f0bb7dac98d0ef0ba8e548d8e84d99a38b4fd1beb40999e9727539ebe");
        KeyOf("httpsms", Text).ShouldBe("857b82b3364e538945b217d8991fbef1b9d0b75b01f36c996707644051ba5059");
        KeyOf("textbee", Text).ShouldBe("46ac54d69cf144b07d4947406689c735acd6dae9519f31e3bf6e523ad283ac66");
    }

    [Fact]
    public void Smsgate_reports_each_part_under_an_event_of_its_own()
    {
        const string body = """{"event":"sms:delivered","id":"e1","deviceId":"d","payload":{"messageId":"m1","recipient":"+1","deliveredAt":"2026-06-12T14:32:00Z"}}""";
        var profile = Requests.Profile("smsgate");
        var first = profile.ReadReport(Requests.Post(body));
        var second = profile.ReadReport(Requests.Post(body.Replace("\"e1\"", "\"e2\"", StringComparison.Ordinal)));
        second.GatewayMessageId.ShouldBe(first.GatewayMessageId);
        second.DedupeKey.ShouldNotBe(first.DedupeKey);
        profile.ReadReport(Requests.Post(body)).DedupeKey.ShouldBe(first.DedupeKey);
    }

    [Theory]
    [InlineData("twilio", "MessageSid=SM1&To=%2B1&MessageStatus={0}", "sent", "delivered")]
    [InlineData("plivo", "MessageUUID=SM1&To=1&Status={0}", "sent", "delivered")]
    [InlineData("textbee", """{{"smsId":"s","smsBatchId":"b","recipient":"+1","webhookEvent":"{0}"}}""", "MESSAGE_SENT", "MESSAGE_DELIVERED")]
    [InlineData("vonage-messages", """{{"message_uuid":"m","to":"1","status":"{0}"}}""", "submitted", "delivered")]
    public void A_text_that_is_sent_and_then_delivered_has_two_reports_and_each_may_come_twice(string name, string body, string one, string other)
    {
        var profile = Requests.Profile(name);
        string Key(string status) => profile.ReadReport(Requests.Post(string.Format(null, body, status))).DedupeKey;
        Key(one).ShouldBe(Key(one));
        Key(one).ShouldNotBe(Key(other));
    }

    private static string KeyOf(string name, Notice.Inbound text)
    {
        var profile = Requests.Profile(name);
        return profile.ReadText(Samplers.Unsigned(profile, text)).DedupeKey;
    }
}
