using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Sms.AutoReply.Rules;
using Sms.AutoReply.UseCases;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class PerformDeedsTests(PerformDeedsTests.WithMailbox autoReply) : IClassFixture<PerformDeedsTests.WithMailbox>
{
    private readonly Business _business = new(autoReply);

    public sealed class WithMailbox : ServiceUnderTest<Program>
    {
        internal Mailbox Mailbox { get; } = new();

        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["AutoReply:Smtp:Host"] = "127.0.0.1",
            ["AutoReply:Smtp:Port"] = Mailbox.Port.ToString(CultureInfo.InvariantCulture),
            ["AutoReply:Smtp:From"] = "rules@example.org",
            ["AutoReply:Smtp:Tls"] = "false",
            ["AutoReply:WebhookSecret"] = "whsec_c2VjcmV0IGZvciB0aGUgdGVzdHMgb2YgcnVsZXM=",
            ["AutoReply:WebhookNetworks"] = "127.0.0.0/8",
        };
    }

    [RealServersFact]
    public async Task An_email_is_sent_once_though_two_instances_look_for_it()
    {
        await using var another = await autoReply.Another();
        await Mailing();
        var sms = Business.Sms("it is broken: öäü", "+919850000001");
        var deed = (await _business.Rule(sms))["came"]!["deeds"]![0]!["id"]!.GetValue<Guid>();

        (await State(sms.SmsId, "done")).ShouldBe(1);
        var mail = autoReply.Mailbox.Mails.Where(m => m.Contains($"{deed:N}", StringComparison.Ordinal)).ShouldHaveSingleItem();
        mail.ShouldContain($"Message-ID: <{deed:N}@example.org>", Case.Insensitive);
        mail.ShouldContain("To: shop@example.com", Case.Insensitive);
        mail.ShouldContain("Auto-Submitted: auto-generated", Case.Insensitive);
        (await autoReply.Log.Events($"deed-{deed}", 0, 10, default)).Select(e => e.Type).ShouldBe(["autoreply.deed-begun.v1", "autoreply.deed-done.v1"]);
    }

    [RealServersFact]
    public async Task A_recipient_that_does_not_exist_is_given_up_and_one_that_is_busy_is_tried_again()
    {
        await Mailing();
        autoReply.Mailbox.Refuse("550 no such user");
        var nobody = Business.Sms("broken", "+919850000002");
        await _business.Rule(nobody);
        await State(nobody.SmsId, "given-up");

        autoReply.Mailbox.Refuse("450 mailbox busy");
        var busy = Business.Sms("broken", "+919850000003");
        await _business.Rule(busy);
        (await State(busy.SmsId, "done")).ShouldBe(2);
        (await autoReply.Client.GetFromJsonAsync<JsonNode>("/deeds?state=given-up"))!["items"]!.AsArray().ShouldHaveSingleItem()!["why"]!.GetValue<string>().ShouldStartWith("the recipient was refused");
    }

    [RealServersFact]
    public async Task A_delayed_reply_leaves_later_unless_a_person_answers_first()
    {
        await _business.Rules(Some.Rule("two", Match.Any, [], "first") with { Actions = [new() { Do = RuleAction.Replies, Text = "second", AfterSeconds = 3 }] });
        var sent = await autoReply.Broker.Hear<SendSms>();
        var (alone, answered) = (Now("hi", "+919850000004"), Now("hi", "+919850000005"));
        await _business.Rule(alone);
        await _business.Rule(answered);
        await autoReply.Publish(new SmsChanged
        {
            SendId = Guid.NewGuid(), Version = 1, InReplyTo = answered.SmsId, Endpoint = "sms", From = answered.To, To = answered.From, Text = "it is me", Purpose = "reply",
            RequestedBy = "operator:jo", Status = "held", ChangedAt = DateTimeOffset.UtcNow,
        }, answered.SmsId);

        await State(alone.SmsId, "done");
        await State(answered.SmsId, "dropped");
        (await Eventually.Sees(() => sent.Messages.Where(s => s.InReplyTo == alone.SmsId).ToList(), texts => texts.Count == 2)).Select(s => s.Text).ShouldBe(["first", "second"]);
        sent.Messages.Where(s => s.InReplyTo == answered.SmsId).Select(s => s.Text).ShouldBe(["first"]);

        static InboundSmsReceived Now(string text, string from) => Business.Sms(text, from, DateTimeOffset.UtcNow.AddSeconds(-1));
    }

    [RealServersFact]
    public async Task A_webhook_is_called_signed_and_again_with_the_same_id_until_it_is_taken()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var receiver = builder.Build();
        var calls = new System.Collections.Concurrent.ConcurrentQueue<(string Id, bool Genuine, string Body)>();
        receiver.MapPost("/hook", async (HttpRequest call) =>
        {
            using var reader = new StreamReader(call.Body);
            var body = await reader.ReadToEndAsync();
            var (id, timestamp) = (call.Headers["webhook-id"].ToString(), long.Parse(call.Headers["webhook-timestamp"].ToString(), CultureInfo.InvariantCulture));
            var signature = Sms.Webhooks.Deliveries.StandardSignature.Sign(id, timestamp, System.Text.Encoding.UTF8.GetBytes(body), ["whsec_c2VjcmV0IGZvciB0aGUgdGVzdHMgb2YgcnVsZXM="]);
            calls.Enqueue((id, call.Headers["webhook-signature"] == signature, body));
            return calls.Count == 1 ? Results.StatusCode(503) : Results.Ok();
        });
        receiver.Urls.Add("http://127.0.0.1:0");
        await receiver.StartAsync();
        await _business.Rules(Some.Rule("hook", Match.Contains, ["hook"], null) with { Actions = [new() { Do = RuleAction.CallsWebhook, Url = receiver.Urls.First() + "/hook" }] });
        var sms = Business.Sms("hook please", "+919850000009");
        await _business.Rule(sms);

        (await State(sms.SmsId, "done")).ShouldBe(2);
        calls.Count.ShouldBe(2);
        calls.ShouldAllBe(call => call.Genuine);
        calls.Select(call => call.Id).Distinct().ShouldHaveSingleItem();
        var data = JsonNode.Parse(calls.First().Body)!["data"]!;
        data["smsId"]!.GetValue<Guid>().ShouldBe(sms.SmsId);
        data["text"]!.GetValue<string>().ShouldBe("hook please");
        data["rule"]!.GetValue<string>().ShouldBe("hook");
        await RebuiltViews.ShouldEqualLive(autoReply);
    }

    [RealServersFact]
    public async Task A_webhook_into_the_network_the_service_stands_in_is_refused_when_it_is_saved()
    {
        var refused = await autoReply.Client.PutAsync("/rule-sets/inside?waivedBy=Tess", Business.Body(new RuleSet
        {
            Rules = [Some.Rule("hook", Match.Any, [], null) with { Actions = [new() { Do = RuleAction.CallsWebhook, Url = "https://10.0.0.1/hook" }] }],
        }));
        refused.StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("rules[0].actions[0].url");
    }

    [Theory]
    [InlineData("AutoReply:Smtp:Port", "none")]
    [InlineData("AutoReply:Smtp:From", "nobody")]
    public void A_setting_that_cannot_be_right_stops_the_service_from_starting(string key, string value) =>
        Should.Throw<InvalidOperationException>(() => MailServer.From(new ConfigurationBuilder()
            .AddInMemoryCollection([new("AutoReply:Smtp:Host", "mail"), new("AutoReply:Smtp:From", "a@example.org")])
            .AddInMemoryCollection([new(key, value)]).Build())).Message.ShouldContain(key);

    private Task Mailing() => _business.Rules(Some.Rule("broken", Match.Contains, ["broken"], null) with
    {
        Actions = [new() { Do = RuleAction.SendsEmail, To = "shop@example.com", Subject = "From {{from}}", Text = "They say: {{text}}" }],
    });

    /// <summary>Waits until what is to be done for a text has come to this, and tells the attempts.</summary>
    private async Task<int> State(Guid smsId, string state) =>
        (await Eventually.Sees(
            () => autoReply.Database.Query($"select state, attempts from deeds where sms_id = {smsId}", r => (State: r.GetString(0), Attempts: r.GetInt32(1))),
            rows => rows is [var row] && row.State == state))[0].Attempts;
}
