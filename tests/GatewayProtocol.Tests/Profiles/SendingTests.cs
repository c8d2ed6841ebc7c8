using System.Text;

namespace Sms.GatewayProtocol.Tests.Profiles;

/// <summary>How texts are sent through a gateway and how missed ones are fetched, as far as data says it.</summary>
public sealed class SendingTests
{
    [Theory]
    [InlineData("mobile-api-connect", 202, null, SendingMeaning.Accepted)]
    [InlineData("mobile-api-connect", 503, "no_active_device_for_tenant", SendingMeaning.WaitForDevice)]
    [InlineData("mobile-api-connect", 503, null, SendingMeaning.Retry)]
    [InlineData("mobile-api-connect", 400, "validation_error", SendingMeaning.GiveUp)]
    [InlineData("mobile-api-connect", 401, "invalid_api_key", SendingMeaning.Unauthorised)]
    [InlineData("mobile-api-connect", 403, "tenant_inactive", SendingMeaning.Unauthorised)]
    [InlineData("smsgate", 202, null, SendingMeaning.Accepted)]
    [InlineData("smsgate", 409, null, SendingMeaning.Accepted)] // it has this id already
    [InlineData("smsgate", 503, null, SendingMeaning.Retry)]
    [InlineData("httpsms", 200, null, SendingMeaning.Accepted)]
    [InlineData("httpsms", 402, null, SendingMeaning.Unauthorised)]
    [InlineData("httpsms", 422, null, SendingMeaning.GiveUp)]
    // textbee answers 400 to everything; of what it says, this is before anything was sent and this before a phone was asked
    // (vernu/textbee, api/src/gateway/gateway.service.ts).
    [InlineData("textbee", 400, "Device does not exist or is not enabled", SendingMeaning.WaitForDevice)]
    [InlineData("textbee", 400, "Failed to create SMS batch", SendingMeaning.Retry)]
    [InlineData("textbee", 400, "Failed to send SMS", SendingMeaning.GiveUp)]
    [InlineData("textbee", 400, null, SendingMeaning.GiveUp)]
    [InlineData("textbee", 429, null, SendingMeaning.Retry)]
    [InlineData("twilio", 201, null, SendingMeaning.Accepted)]
    [InlineData("twilio", 400, "21610", SendingMeaning.BlockedByRecipient)]
    [InlineData("twilio", 400, "21211", SendingMeaning.GiveUp)]
    [InlineData("twilio", 401, "20003", SendingMeaning.Unauthorised)]
    [InlineData("twilio", 429, "20429", SendingMeaning.Retry)]
    // Codes: developers.telnyx.com/docs/messaging/messages/error-codes; a STOP is told with 400, 403 or 422.
    [InlineData("telnyx", 400, "40300", SendingMeaning.BlockedByRecipient)]
    [InlineData("telnyx", 403, "40300", SendingMeaning.BlockedByRecipient)]
    [InlineData("telnyx", 422, "40300", SendingMeaning.BlockedByRecipient)]
    [InlineData("telnyx", 400, "40305", SendingMeaning.GiveUp)]
    [InlineData("telnyx", 401, "10009", SendingMeaning.Unauthorised)]
    [InlineData("telnyx", 429, "10011", SendingMeaning.Retry)]
    [InlineData("telnyx", 400, "40310", SendingMeaning.GiveUp)]
    [InlineData("vonage-messages", 202, null, SendingMeaning.Accepted)]
    // The code is in the address that "type" is, the title in words (developer.vonage.com/api-errors/messages); the status says enough.
    // A number that is barred is reported later, not answered: the 9 of its older SMS API is a lack of credit.
    [InlineData("vonage-messages", 401, "Unauthorized", SendingMeaning.Unauthorised)]
    [InlineData("vonage-messages", 402, "Low balance", SendingMeaning.Unauthorised)]
    [InlineData("vonage-messages", 422, "Invalid params", SendingMeaning.GiveUp)]
    [InlineData("vonage-messages", 422, "9", SendingMeaning.GiveUp)]
    [InlineData("vonage-messages", 429, "Rate Limit Hit", SendingMeaning.Retry)]
    // Statuses: docs.plivo.com/docs/messaging/api/response. That the recipient has opted out is reported later (error 200).
    [InlineData("plivo", 202, null, SendingMeaning.Accepted)]
    [InlineData("plivo", 400, null, SendingMeaning.GiveUp)]
    [InlineData("plivo", 401, null, SendingMeaning.Unauthorised)]
    [InlineData("plivo", 429, null, SendingMeaning.Retry)]
    [InlineData("plivo", 500, null, SendingMeaning.Retry)]
    [InlineData("plivo", 408, null, SendingMeaning.Retry)]
    [InlineData("plivo", 404, null, SendingMeaning.GiveUp)]
    public void An_answer_means_what_the_table_says_or_else_what_it_means_in_http(string name, int status, string? error, SendingMeaning means) =>
        SendingAnswers.Of(GatewayProfiles.BuiltIn[name].Sending!, status, error).ShouldBe(means);

    [Fact]
    public void Only_where_asking_twice_texts_once_a_handle_is_idempotent() =>
        GatewayProfiles.BuiltIn.Values.Where(p => p.Sending?.Handle.Kind is HandleKind.Idempotent).Select(p => p.Name).ShouldBe(["smsgate"]);

    [Fact]
    public void Every_gateway_that_texts_can_be_sent_through_says_how() =>
        GatewayProfiles.BuiltIn.Values.Where(p => p.Sending is null).Select(p => p.Name).ShouldBe(["standard-webhooks"]);

    // What the history lists must be recognised as what the webhook told: the same key, whatever ids are between them.
    [Fact]
    public void A_text_from_the_history_is_the_text_of_the_webhook()
    {
        Same("httpsms",
            """{"id":"e1","type":"message.phone.received","data":{"message_id":"m1","owner":"+18005550199","contact":"+18005550100","timestamp":"2026-06-12T14:32:00.123Z","content":"hello","sim":"SIM1","encrypted":false}}""",
            """{"data":[{"id":"m1","owner":"+18005550199","contact":"+18005550100","content":"hello","type":"mobile-originated","sim":"SIM1","encrypted":false,"request_received_at":"2026-06-12T14:32:00.123Z","received_at":"2026-06-12T14:32:00.123Z"},{"type":"mobile-terminated"}],"status":"success"}""", 2);
        Same("textbee",
            """{"smsId":"s1","sender":"+1650","message":"hello","receivedAt":"2026-06-12T14:32:00.123Z","deviceId":"d1","webhookEvent":"MESSAGE_RECEIVED","idempotencyKey":"k"}""",
            """{"meta":{"page":1},"data":[{"_id":"s1","sender":"+1650","message":"hello","receivedAt":"2026-06-12T14:32:00.123Z","device":{"_id":"d1","brand":"x"},"type":"RECEIVED"}]}""", 1);
        Same("smsgate",
            """{"deviceId":"d1","event":"sms:received","id":"e1","payload":{"messageId":"a","message":"hello","sender":"+1650","recipient":null,"simNumber":1,"receivedAt":"2026-06-12T21:32:00.000+07:00"}}""",
            """[{"id":"x","type":"SMS","sender":"+1650","simNumber":1,"contentPreview":"hello","createdAt":"2026-06-12T14:32:00.000Z","attachments":[]}]""", 1);

        static void Same(string name, string webhook, string page, int elements)
        {
            var profile = Requests.Profile(name);
            var read = Reading.ReadHistory(profile, Encoding.UTF8.GetBytes(page), "d1", out var count);
            read.Reason.ShouldBeNull();
            count.ShouldBe(elements);
            read.Notices.ShouldHaveSingleItem().ShouldBeOfType<Notice.Inbound>().DedupeKey.ShouldBe(profile.ReadText(Requests.Post(webhook)).DedupeKey);
        }
    }

    [Fact]
    public void A_phone_is_asked_to_deliver_again_as_its_app_and_its_cloud_both_understand()
    {
        var rules = GatewayProfiles.BuiltIn["smsgate"].Redelivery!;
        var request = SendingRequest.For(rules, Samplers.Text.SentAt!.Value, Samplers.Text.SentAt.Value.AddHours(1), "d1");
        request.Path.ShouldBe("/inbox/refresh");
        Encoding.UTF8.GetString(request.Body).ShouldBe(
            """{"deviceId":"d1","since":"2026-06-12T14:32:00.000Z","until":"2026-06-12T15:32:00.000Z","webhookDelivery":"Individual","triggerWebhooks":true}""");
        Encoding.UTF8.GetString(SendingRequest.For(rules, default, default, null).Body).ShouldNotContain("deviceId");
        Should.Throw<ArgumentException>(() => SendingRequest.For(rules with { Path = "/phones/{device}/again" }, default, default, null));
    }

    [Theory]
    [InlineData("smsgate", "{}", "the body is not a JSON array")]
    [InlineData("textbee", "{}", "/data is not an array")]
    [InlineData("textbee", "<html>", "the body is not JSON (line 1, byte 1)")]
    [InlineData("twilio", "[]", "the profile has no history")]
    public void A_page_that_is_none_is_refused(string name, string page, string reason) =>
        Reading.ReadHistory(Requests.Profile(name), Encoding.UTF8.GetBytes(page), null, out _).Reason.ShouldBe(reason);

    [Fact]
    public void Httpsms_lists_texts_of_one_contact_at_a_time_so_contacts_come_first()
    {
        Reading.ReadContacts(
            Requests.Profile("httpsms"),
            """{"data":[{"contact":"+18005550100","order_timestamp":"2026-06-12T14:32:00Z"},{"contact":"MTN","order_timestamp":"?"},{"order_timestamp":"2026-06-12T14:32:00Z"}]}"""u8.ToArray(),
            out var contacts, out var count).ShouldBeNull();
        count.ShouldBe(3);
        contacts.ShouldBe([new HistoryContact("+18005550100", Samplers.Text.SentAt), new HistoryContact("MTN", null)]);
        Reading.ReadContacts(Requests.Profile("httpsms"), "{}"u8.ToArray(), out _, out _).ShouldBe("the list of contacts is not an array");
        Reading.ReadContacts(Requests.Profile("textbee"), "{}"u8.ToArray(), out _, out _).ShouldBe("the profile's history needs no contacts");
    }
}
