using Sms.GatewayProtocol;
using Sms.Testing;

namespace Sms.EndToEnd.Tests;

public sealed class ConversationTests(RunningPlatform platform)
{
    private static readonly object Hours = new { name = "hours", match = "exact", words = new[] { "HOURS" }, reply = "We are open 9 to 17." };
    private static readonly object Thanks = new { name = "thanks", match = "any", words = Array.Empty<string>(), reply = "Thanks, we will be with you shortly." };

    [RealServersFact]
    public async Task A_text_becomes_a_contact_a_ticket_a_verdict_and_a_reply_on_the_phone()
    {
        const string Phone = "+919800000001";
        await platform.Rules(Hours, Thanks);
        await platform.Text(Phone, "HOURS");

        (await Eventually.Sees(() => platform.Received(Phone), texts => texts.Count == 1))[0].ShouldBe("We are open 9 to 17.");
        var smsId = await SmsIdOf(Phone);
        await MakesAContact(smsId);
        await OpensATicket(smsId);
        (await EventTypes("optout", smsId)).ShouldBe(["optout.consent-recorded.v1", "optout.sms-screened.v2"]);
        (await EventTypes("autoreply", smsId)).Count(type => type == "autoreply.sms-ruled.v1").ShouldBe(1);
        (await Eventually.Sees(() => EventTypes("outbound", smsId), types => types.Contains("outbound.sms-accepted.v1")))
            .ShouldBe(
                [
                    "outbound.verdict-recorded.v1", "outbound.sms-requested.v1", "outbound.sms-cleared.v1",
                    "outbound.person-text-leaving.v1", "outbound.recipient-text-leaving.v1", "outbound.dispatch-started.v1",
                    "outbound.sms-accepted.v1", "outbound.gateway-id-assigned.v1",
                ],
                ignoreOrder: true);
    }

    [RealServersFact]
    public async Task Every_fact_names_what_caused_it_back_to_the_webhook()
    {
        const string Phone = "+919800000002";
        await platform.Rules(Hours);
        await platform.Text(Phone, "hours");
        await Eventually.Sees(() => platform.Received(Phone), texts => texts.Count == 1);
        var smsId = await SmsIdOf(Phone);

        var webhook = (await platform.Query("ingress", $"select id from mt_events where correlation_id = '{smsId}'")).Single();
        foreach (var (service, fact) in new[]
        {
            ("contacts", "contacts.sms-received.v2"), ("helpdesk", "helpdesk.text-received.v1"), ("optout", "optout.sms-screened.v2"), ("autoreply", "autoreply.sms-ruled.v1"),
        })
            await Eventually.Sees(
                () => platform.Query(service, $"select causation_id from mt_events where type = '{fact}' and correlation_id = '{smsId}'"), causes => causes is [var cause] && cause == webhook);
        var answer = (await platform.Query("autoreply", $"select id from mt_events where type = 'autoreply.sms-ruled.v1' and correlation_id = '{smsId}'")).Single();
        (await platform.Query("outbound", $"select causation_id from mt_events where type = 'outbound.sms-requested.v1' and correlation_id = '{smsId}'"))
            .ShouldBe([answer]);
    }

    [RealServersFact]
    public async Task The_same_webhook_twenty_times_at_once_is_one_text_one_contact_one_ticket_entry_and_one_reply()
    {
        const string Phone = "+919800000003";
        await platform.Rules(Hours, Thanks);
        var body = new InboundPayload
        {
            From = Phone.TrimStart('+'), To = RunningPlatform.OurNumber.TrimStart('+'), Text = "Twenty times", ReceivedAt = DateTimeOffset.UtcNow, DeviceId = "dev_1",
        }.ToJson();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => platform.PostSigned(body)));
        answers.ShouldAllBe(status => status == 200);

        await Eventually.Sees(() => platform.Received(Phone), texts => texts.Count > 0);
        var smsId = await SmsIdOf(Phone);
        await MakesAContact(smsId);
        await OpensATicket(smsId);
        (await platform.Query("ingress", $"select count(*) from mt_events where type = 'ingress.delivery-repeated.v1' and correlation_id = '{smsId}'"))
            .ShouldBe(["19"]);
        (await platform.Received(Phone)).ShouldBe(["Thanks, we will be with you shortly."]);
    }

    [RealServersFact]
    public async Task After_STOP_only_the_confirmation_leaves_whatever_the_rules_say()
    {
        const string Phone = "+919800000004";
        await platform.Rules(Thanks);
        await platform.Text(Phone, "STOP");
        var confirmation = (await Eventually.Sees(() => platform.Received(Phone), texts => texts.Count == 1))[0];
        confirmation.ShouldNotBe("Thanks, we will be with you shortly.");

        await platform.Text(Phone, "Are you there?");
        await platform.Text(Phone, "STOP");
        var suppressed = "select count(*) from mt_events e where type = 'outbound.sms-suppressed.v1' and stream_id in "
            + $"(select 'reply-' || correlation_id from mt_events where data ->> 'From' = '{Phone}' or data ->> 'To' = '{Phone}')";
        await Eventually.Sees(() => platform.Query("outbound", suppressed), rows => rows.Single() == "3");
        (await platform.Received(Phone)).ShouldBe([confirmation]);
    }

    [RealServersFact]
    public async Task START_after_STOP_lets_replies_leave_again()
    {
        const string Phone = "+919800000005";
        await platform.Rules(Hours);
        foreach (var (text, received) in new[] { ("STOP", 1), ("START", 2), ("HOURS", 3) })
        {
            await platform.Text(Phone, text);
            await Eventually.Sees(() => platform.Received(Phone), texts => texts.Count == received);
        }
        (await platform.Received(Phone))[2].ShouldBe("We are open 9 to 17.");
    }

    [RealServersFact]
    public async Task A_person_without_Docker_sees_it_all_from_the_command_line()
    {
        await platform.Rules(Hours, Thanks);
        var demo = await RunningPlatform.Sms("demo");
        demo.ShouldContain("We are open 9 to 17.");
        demo.ShouldContain("ingress");
        (await RunningPlatform.Sms("status")).ShouldContain("outbound");
    }

    /// <summary>Helpdesk waits for the verdict before it opens a ticket, so it may come a moment after the reply.</summary>
    private async Task OpensATicket(Guid smsId) => await Eventually.Sees(
        async () => (await EventTypes("helpdesk", smsId)).Where(type => type is "helpdesk.ticket-opened.v1" or "helpdesk.customer-wrote.v1").ToList(),
        facts => facts is ["helpdesk.ticket-opened.v1", "helpdesk.customer-wrote.v1"]);

    private async Task<Guid> SmsIdOf(string phone) => Guid.Parse((await Eventually.Sees(
        () => platform.Query("ingress", $"select data ->> 'SmsId' from mt_events where type = 'ingress.sms-received.v1' and data ->> 'From' = '{phone}'"),
        rows => rows.Count == 1)).Single());

    // Contacts may hear of the text or of its answer first, and of either after the phone has the answer.
    private async Task MakesAContact(Guid smsId) => await Eventually.Sees(
        async () => (await EventTypes("contacts", smsId)).Where(AboutTheText).Order(StringComparer.Ordinal).ToList(),
        facts => facts is ["contacts.contact-created.v1", "contacts.key-claimed.v1", "contacts.sms-received.v2"]);

    // Contacts hears, in its own time, what the other services made of the text.
    private static bool AboutTheText(string type) => !type.EndsWith("-changed.v1", StringComparison.Ordinal);

    private async Task<List<string>> EventTypes(string service, Guid smsId) =>
        [.. (await platform.Get(service, $"/story/{smsId}")).EnumerateArray().Select(e => e.GetProperty("type").GetString()!)];
}
