namespace Sms.GatewayProtocol.Tests.Profiles;

/// <summary>What each gateway's own events say, from its documentation and source.</summary>
public sealed class GatewaysTests
{
    private static readonly DateTimeOffset At = new(2026, 6, 12, 14, 32, 0, TimeSpan.Zero);

    // docs.sms-gate.app, Webhooks; the sample as published, and without the fields that its source leaves out.
    [Fact]
    public void Smsgate_tells_of_a_text()
    {
        var text = Read("smsgate", """{"deviceId":"ffffffffceb0b1db0000018e937c815b","event":"sms:received","id":"Ey6ECgOkVVFjz3CL48B8C","payload":{"messageId":"abc123","message":"Android is always a sweet treat!","sender":"6505551212","recipient":"+1234567890","simNumber":1,"receivedAt":"2024-06-22T15:46:11.000+07:00"},"webhookId":"LreFUt-Z3sSq0JufY9uWB"}""");
        text.ShouldBe(new Notice.Inbound(
            "", "6505551212", "+1234567890", "Android is always a sweet treat!", new DateTimeOffset(2024, 6, 22, 8, 46, 11, TimeSpan.Zero), "abc123",
            "Ey6ECgOkVVFjz3CL48B8C", "ffffffffceb0b1db0000018e937c815b", "1", null, null, null, false, ((Notice.Inbound)text).DedupeKey));
        var older = (Notice.Inbound)Read("smsgate", """{"deviceId":"d","event":"sms:received","id":"1","payload":{"messageId":"a","message":"It\u0027s","phoneNumber":"6505551212","receivedAt":"2024-06-22T15:46:11.000+07:00"}}""");
        (older.From, older.To, older.Sim, older.Text).ShouldBe(("6505551212", null, null, "It's"));
    }

    [Fact]
    public void Smsgate_tells_of_many_texts_at_once_and_one_that_cannot_be_read_does_not_hold_up_the_others()
    {
        var read = Requests.Profile("smsgate").Read(Requests.Post("""
            {"deviceId":"d1","event":"sms:batch:received","id":"e1","payload":{"messages":[
              {"messageId":"a","message":"one","sender":"+1650555","receivedAt":"2026-06-12T14:32:00Z","simNumber":2},
              {"messageId":"b","message":"two","receivedAt":"2026-06-12T14:32:00Z"},
              "three",
              {"messageId":"d","message":"four","sender":"+1650555","sender":"+1650556","receivedAt":"2026-06-12T14:32:00Z"},
              {"messageId":"e","message":"five","sender":1650555,"recipient":null,"receivedAt":"2026-06-12T14:32:01Z"}]}}
            """));
        read.Reason.ShouldBeNull();
        read.Notices.Select(n => n.At).ShouldBe(Enumerable.Range(0, 5).Select(i => $"/payload/messages/{i}"));
        var one = read.Notices[0].ShouldBeOfType<Notice.Inbound>();
        (one.From, one.Text, one.DeviceId, one.EventId, one.Sim).ShouldBe(("+1650555", "one", "d1", "e1", "2"));
        read.Notices[1].ShouldBe(new Notice.Unreadable("/payload/messages/1", "/sender or /phoneNumber is missing"));
        read.Notices[2].ShouldBe(new Notice.Unreadable("/payload/messages/2", "/sender or /phoneNumber is missing"));
        read.Notices[3].ShouldBe(new Notice.Unreadable("/payload/messages/3", "/sender appears twice"));
        read.Notices[4].ShouldBeOfType<Notice.Inbound>().Text.ShouldBe("five");
    }

    [Theory]
    [InlineData("""{"event":"sms:batch:received","id":"e1","payload":{"messages":{}}}""", "/payload/messages is not an array")]
    [InlineData("""{"event":"sms:batch:received","id":"e1","payload":{}}""", "/payload/messages is not an array")]
    [InlineData("""{"event":"sms:batch:received","id":"e1","payload":{"messages":[],"messages":[]}}""", "/payload/messages appears twice")]
    public void A_batch_that_is_none_is_refused(string body, string reason) => Requests.Profile("smsgate").Read(Requests.Post(body)).Reason.ShouldBe(reason);

    [Fact]
    public void An_empty_batch_tells_of_nothing() =>
        Requests.Profile("smsgate").Read(Requests.Post("""{"event":"sms:batch:received","id":"e1","payload":{"messages":[]}}""")).ShouldSatisfyAllConditions(
            r => r.Reason.ShouldBeNull(), r => r.Notices.ShouldBeEmpty());

    [Theory]
    [InlineData("sms:sent", "\"sentAt\":\"2026-06-12T14:32:00Z\",\"partsCount\":3", DeliveryStatus.Sent, 3, null)]
    [InlineData("sms:delivered", "\"deliveredAt\":\"2026-06-12T14:32:00Z\"", DeliveryStatus.Delivered, null, null)]
    [InlineData("sms:failed", "\"failedAt\":\"2026-06-12T14:32:00Z\",\"reason\":\"No service\"", DeliveryStatus.Failed, null, "No service")]
    [InlineData("sms:cancelled", "\"cancelledAt\":\"2026-06-12T14:32:00Z\"", DeliveryStatus.Failed, null, null)]
    public void Smsgate_reports(string name, string fields, DeliveryStatus status, int? parts, string? error) =>
        Requests.Profile("smsgate").ReadReport(Requests.Post($$$$"""{"deviceId":"d","event":"{{{{name}}}}","id":"e1","payload":{"messageId":"m1","recipient":"+1650555",{{{{fields}}}}}}"""))
            .ShouldBe(new Notice.DeliveryReport("", "m1", null, "+1650555", status, parts, null, error, At, "e1"));

    [Theory]
    [InlineData("smsgate", """{"event":"system:ping","id":"1","deviceId":"d","payload":{"health":{}}}""")]
    [InlineData("standard-webhooks", """{"type":"ping"}""")]
    public void A_ping_is_a_ping(string name, string body) => Read(name, body).ShouldBe(new Notice.Ping(""));

    [Theory]
    [InlineData("smsgate", """{"event":"mms:received","id":"1","payload":{"sender":{}}}""", "mms:received")]
    [InlineData("smsgate", """{"event":"app:started"}""", "app:started")]
    [InlineData("httpsms", """{"type":"phone.heartbeat.offline","data":{}}""", "phone.heartbeat.offline")]
    [InlineData("httpsms", """{"type":"message.send.expired","id":"1","data":{"message_id":"m","is_final":false}}""", "message.send.expired")]
    [InlineData("textbee", """{"webhookEvent":"UNKNOWN_STATE"}""", "UNKNOWN_STATE")]
    [InlineData("vonage-messages", """{"status":"read","message_uuid":"m"}""", "read")]
    [InlineData("telnyx", """{"data":{"id":"e","event_type":"message.finalized","payload":{"id":"m","to":[{"status":"queued"}]}}}""", "message.finalized")]
    public void An_event_that_nothing_follows_from_is_acknowledged(string name, string body, string what) => Read(name, body).ShouldBe(new Notice.Ignored("", what));

    // api/pkg/events of NdoleStudio/httpsms.
    [Fact]
    public void Httpsms_tells_of_a_text_and_marks_one_that_only_the_phone_can_read()
    {
        const string body = """{"specversion":"1.0","id":"e1","source":"/v1/messages/receive","type":"message.phone.received","time":"2026-06-12T14:32:05Z","datacontenttype":"application/json","data":{"message_id":"m1","user_id":"u","owner":"+18005550199","encrypted":false,"contact":"+18005550100","timestamp":"2026-06-12T14:32:00.000000000Z","content":"hello","sim":"SIM1","attachments":[]}}""";
        var text = (Notice.Inbound)Read("httpsms", body);
        (text.From, text.To, text.Text, text.SentAt, text.GatewayMessageId, text.EventId, text.Sim, text.Encrypted)
            .ShouldBe(("+18005550100", "+18005550199", "hello", At, "m1", "e1", "SIM1", false));
        var encrypted = (Notice.Inbound)Read("httpsms", body.Replace("\"encrypted\":false", "\"encrypted\":true", StringComparison.Ordinal));
        (encrypted.Text, encrypted.Encrypted).ShouldBe(("hello", true));
        Requests.Profile("httpsms").Read(Requests.Post(body.Replace("\"encrypted\":false", "\"encrypted\":\"maybe\"", StringComparison.Ordinal)))
            .Reason.ShouldBe("/data/encrypted is neither true nor false");
    }

    [Theory]
    [InlineData("message.phone.sent", "id", "", DeliveryStatus.Sent, null)]
    [InlineData("message.phone.delivered", "id", "", DeliveryStatus.Delivered, null)]
    [InlineData("message.send.failed", "id", ",\"error_message\":\"GENERIC_FAILURE\"", DeliveryStatus.Failed, "GENERIC_FAILURE")]
    [InlineData("message.send.expired", "message_id", ",\"is_final\":true", DeliveryStatus.Expired, null)]
    public void Httpsms_reports(string type, string id, string more, DeliveryStatus status, string? error) =>
        Requests.Profile("httpsms").ReadReport(Requests.Post($$$$"""{"id":"e1","type":"{{{{type}}}}","data":{"{{{{id}}}}":"m1","request_id":"ours","contact":"+18005550100","timestamp":"2026-06-12T14:32:00Z"{{{{more}}}}}}"""))
            .ShouldBe(new Notice.DeliveryReport("", "m1", "ours", "+18005550100", status, null, null, error, At, "e1"));

    [Theory]
    [InlineData("MESSAGE_SENT", "sentAt", "", DeliveryStatus.Sent, null, null)]
    [InlineData("MESSAGE_DELIVERED", "deliveredAt", "", DeliveryStatus.Delivered, null, null)]
    [InlineData("MESSAGE_FAILED", "failedAt", ",\"errorCode\":4,\"errorMessage\":\"No service\"", DeliveryStatus.Failed, "4", "No service")]
    public void Textbee_reports_by_batch(string name, string time, string more, DeliveryStatus status, string? code, string? error)
    {
        var report = Requests.Profile("textbee").ReadReport(Requests.Post($$$$"""{"smsId":"s1","webhookEvent":"{{{{name}}}}","smsBatchId":"b1","recipient":"+1650555","{{{{time}}}}":"2026-06-12T14:32:00Z"{{{{more}}}}}"""));
        report.ShouldBe(new Notice.DeliveryReport("", "b1", null, "+1650555", status, null, code, error, At, report.DedupeKey));
    }

    [Theory]
    [InlineData("MessageSid=SM1&SmsSid=SM1&SmsStatus=sent&MessageStatus=sent&To=%2B1650555", DeliveryStatus.Sent, null)]
    [InlineData("SmsSid=SM1&SmsStatus=delivered&To=%2B1650555", DeliveryStatus.Delivered, null)]
    [InlineData("MessageSid=SM1&MessageStatus=undelivered&To=%2B1650555&ErrorCode=30003", DeliveryStatus.Failed, "30003")]
    public void Twilio_reports(string body, DeliveryStatus status, string? code)
    {
        var report = Requests.Profile("twilio").ReadReport(Requests.Post(body));
        report.ShouldBe(new Notice.DeliveryReport("", "SM1", null, "+1650555", status, null, code, null, null, report.DedupeKey));
    }

    [Theory]
    [InlineData("message.sent", "sent", "", DeliveryStatus.Sent, null)]
    [InlineData("message.finalized", "delivered", "", DeliveryStatus.Delivered, null)]
    [InlineData("message.finalized", "delivery_unconfirmed", "", DeliveryStatus.Sent, null)]
    [InlineData("message.finalized", "sending_failed", """{"code":"40008","title":"Undeliverable"}""", DeliveryStatus.Failed, "40008")]
    public void Telnyx_reports(string name, string to, string error, DeliveryStatus status, string? code) =>
        Requests.Profile("telnyx").ReadReport(Requests.Post(
                """{"data":{"id":"e1","event_type":"NAME","occurred_at":"2026-06-12T14:32:00Z","payload":{"id":"m1","parts":2,"errors":[ERROR],"to":[{"phone_number":"+1650555","status":"TO"},{"phone_number":"+2","status":"x"}]}}}"""
                    .Replace("NAME", name, StringComparison.Ordinal).Replace("ERROR", error, StringComparison.Ordinal).Replace("TO", to, StringComparison.Ordinal)))
            .ShouldBe(new Notice.DeliveryReport("", "m1", null, "+1650555", status, 2, code, code is null ? null : "Undeliverable", At, "e1"));

    [Theory]
    [InlineData("submitted", DeliveryStatus.Sent)]
    [InlineData("delivered", DeliveryStatus.Delivered)]
    [InlineData("undeliverable", DeliveryStatus.Failed)]
    public void Vonage_reports(string name, DeliveryStatus status)
    {
        var report = Requests.Profile("vonage-messages").ReadReport(Requests.Post($$"""{"message_uuid":"m1","to":"447700900000","from":"447700900001","timestamp":"2026-06-12T14:32:00Z","status":"{{name}}","client_ref":"ours"}"""));
        report.ShouldBe(new Notice.DeliveryReport("", "m1", "ours", "447700900000", status, null, null, null, At, report.DedupeKey));
    }

    [Theory]
    [InlineData("Status=sent", DeliveryStatus.Sent, null)]
    [InlineData("Status=delivered&ErrorCode=000", DeliveryStatus.Delivered, null)]
    [InlineData("Status=rejected&ErrorCode=110", DeliveryStatus.Failed, "110")]
    public void Plivo_reports(string fields, DeliveryStatus status, string? code)
    {
        var report = Requests.Profile("plivo").ReadReport(Requests.Post($"MessageUUID=m1&From=1&To=1650555&Units=1&{fields}"));
        report.ShouldBe(new Notice.DeliveryReport("", "m1", null, "1650555", status, 1, code, null, null, report.DedupeKey));
    }

    [Theory]
    [InlineData("smsgate", """{"event":"sms:sent","id":"e1","payload":{"recipient":"1"}}""", "/payload/messageId is missing")]
    [InlineData("smsgate", """{"event":"sms:sent","id":"e1","payload":{"messageId":"m","partsCount":0}}""", "/payload/partsCount is not a count from 1 to 255")]
    [InlineData("smsgate", """{"event":"sms:sent","payload":{"messageId":"m"}}""", "/id is missing")]
    [InlineData("telnyx", """{"data":{"id":"e","event_type":"message.finalized","payload":{"id":"m","to":[{"status":"new"}]}}}""", "/data/payload/to/0/status holds a status that the profile does not know")]
    [InlineData("telnyx", """{"data":{"id":"e","event_type":"message.finalized","payload":{"id":"m","to":[]}}}""", "/data/payload/to/0/status is missing")]
    [InlineData("smsgate", """{"id":"e1"}""", "/event is missing")]
    [InlineData("smsgate", """{"event":null}""", "/event is missing")]
    [InlineData("smsgate", """{"event":7}""", "/event names an event that the profile does not know")]
    [InlineData("smsgate", """{"event":{}}""", "/event is not a string")]
    public void A_report_that_cannot_be_understood_is_refused_with_its_place(string name, string body, string reason) =>
        Requests.Profile(name).Read(Requests.Post(body)).Reason.ShouldBe(reason);

    [Fact]
    public void The_words_of_an_error_are_cut_where_a_character_ends()
    {
        var words = new string('x', 319) + "😀" + new string('y', 2000);
        var report = Requests.Profile("smsgate").ReadReport(Requests.Post($$$$"""{"event":"sms:failed","id":"e1","payload":{"messageId":"m","reason":"{{{{words}}}}"}}"""));
        report.Error.ShouldBe(new string('x', 319));
    }

    private static Notice Read(string name, string body)
    {
        var read = Requests.Profile(name).Read(Requests.Post(body));
        read.Reason.ShouldBeNull();
        return read.Notices.ShouldHaveSingleItem();
    }
}
