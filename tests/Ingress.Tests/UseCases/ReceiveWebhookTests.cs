using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Inbound;
using Sms.Testing;

namespace Sms.Ingress.Tests.UseCases;

public sealed class ReceiveWebhookTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    [RealServersFact]
    public async Task A_genuine_text_is_stored_once_and_announced_once_under_its_own_id()
    {
        var (gateway, heard) = (await ingress.Register(), await ingress.Broker.Hear<InboundSmsReceived>());

        var smsId = await gateway.Accepted(Gateway.Text("What is my balance? \ud83d\ude4f"));

        var stored = (await ingress.Log.Events($"sms-{smsId}", 0, 10, default)).ShouldHaveSingleItem();
        var announced = await Eventually.Sees(() => heard.Envelopes.Where(e => e.Message.Endpoint == gateway.Slug).ToList(), e => e.Count > 0);
        announced.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            e => e.MessageId.ShouldBe(stored.Id), e => e.CorrelationId.ShouldBe(smsId),
            e => e.Message.SmsId.ShouldBe(smsId), e => e.Message.Endpoint.ShouldBe(gateway.Slug),
            e => e.Message.From.ShouldBe("+919876543210"), e => e.Message.Text.ShouldBe("What is my balance? \ud83d\ude4f"));
    }

    [RealServersFact]
    public async Task The_same_delivery_many_times_at_once_at_two_instances_is_one_text_and_the_rest_repetitions()
    {
        var (gateway, heard) = (await ingress.Register(), await ingress.Broker.Hear<InboundSmsReceived>());
        using var otherClient = (await ingress.Another()).CreateClient();
        var (text, other) = (Gateway.Text(), gateway.With(otherClient));

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? gateway : other).Accepted(text)));

        var smsId = ids.Distinct().ShouldHaveSingleItem();
        (await ingress.Stream($"sms-{smsId}")).ShouldBe(
            ["ingress.sms-received.v1", .. Enumerable.Repeat("ingress.delivery-repeated.v1", 19)]);
        (await ingress.List("/inbound")).Single(t => t.GetProperty("smsId").GetGuid() == smsId)
            .GetProperty("repeats").GetInt32().ShouldBe(19);

        var next = await gateway.Accepted(Gateway.Text());
        await Eventually.Sees(() => heard.Messages, messages => messages.Any(m => m.SmsId == next));
        heard.Messages.Count(m => m.SmsId == smsId).ShouldBe(1);
        await RebuiltViews.ShouldEqualLive(ingress);
    }

    [RealServersFact]
    public async Task The_same_text_by_another_path_is_a_repetition()
    {
        var (gateway, text) = (await ingress.Register(), Gateway.Text());
        var smsId = await gateway.Accepted(text);
        (await gateway.Accepted(text with { MatchedRuleId = "rule_7" })).ShouldBe(smsId);
        (await ingress.Stream($"sms-{smsId}")).ShouldBe(["ingress.sms-received.v1", "ingress.delivery-repeated.v1"]);
    }

    [RealServersFact]
    public async Task The_same_words_sent_again_later_are_another_text()
    {
        var gateway = await ingress.Register();
        (await gateway.Accepted(Gateway.Text("STOP"))).ShouldNotBe(await gateway.Accepted(Gateway.Text("STOP")));
    }

    [RealServersFact]
    public async Task What_does_not_prove_genuine_is_refused_alike_whatever_is_wrong_and_leaves_no_trace()
    {
        var gateway = await ingress.Register();
        var body = Gateway.Text().ToJson();
        var right = WebhookSignature.Sign(body, gateway.Secret);
        string[][] wrong =
        [
            [],
            [""],
            ["sha256="],
            ["sha1=" + right["sha256=".Length..]],
            [right[..^1]],
            [right[..^1] + (right[^1] == '0' ? '1' : '0')],
            [WebhookSignature.Sign(body, "whsec_of another endpoint")],
            [WebhookSignature.Sign([.. body, (byte)' '], gateway.Secret)],
            [right, right],
            [right + "," + right],
        ];
        var streams = await ingress.Streams(InboundSms.Stream.Name);

        var answers = new List<string>();
        foreach (var signatures in wrong)
            answers.Add(await Described(await gateway.Deliver(new ByteArrayContent(body), signatures)));

        answers.Distinct().ShouldHaveSingleItem().ShouldStartWith("401");
        (await ingress.Streams(InboundSms.Stream.Name)).ShouldBe(streams);
        await gateway.Accepted(Gateway.Text());
    }

    [RealServersFact]
    public async Task A_readable_forgery_and_an_unreadable_one_are_refused_alike()
    {
        var gateway = await ingress.Register();
        var unreadable = await ingress.Streams(QuarantinedDelivery.Stream.Name);
        var forged = WebhookSignature.Sign("something else"u8, gateway.Secret);
        (await Described(await gateway.Deliver(new ByteArrayContent("not json"u8.ToArray()), [forged])))
            .ShouldBe(await Described(await gateway.Deliver(new ByteArrayContent(Gateway.Text().ToJson()), [forged])));
        (await ingress.Streams(QuarantinedDelivery.Stream.Name)).ShouldBe(unreadable);
    }

    [RealServersFact]
    public async Task An_endpoint_that_nobody_registered_is_not_found()
    {
        var secret = (await ingress.Register()).Secret;
        var nowhere = new Gateway(ingress.Client, "nowhere", secret);
        using var answer = await nowhere.Deliver(Gateway.Text());
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [RealServersFact]
    public async Task An_endpoint_takes_only_its_own_secret()
    {
        var (one, other) = (await ingress.Register(), await ingress.Register());
        (await one.With(otherSecret: other.Secret).Deliver(Gateway.Text())).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [RealServersFact]
    public async Task A_delivery_may_be_signed_by_either_reading_of_its_secret()
    {
        var (gateway, body) = (await ingress.Register(), Gateway.Text().ToJson());
        var decoded = Convert.FromBase64String(gateway.Secret["whsec_".Length..]);
        foreach (var key in new[] { Encoding.UTF8.GetBytes(gateway.Secret), decoded })
        {
            var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(key, body));
            (await gateway.Deliver(new ByteArrayContent(body), [signature])).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [RealServersFact]
    public async Task A_genuine_delivery_that_cannot_be_read_is_accepted_kept_for_a_person_and_counted()
    {
        var gateway = await ingress.Register();
        byte[] body = [.. "{\"event\":\"message.received\",\"from\":"u8, 0xFF, 0x00];

        using var first = await gateway.Deliver(body);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        var id = (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("quarantined").GetGuid();
        (await gateway.Deliver(body)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var kept = (await ingress.List("/quarantine")).Single(u => u.GetProperty("id").GetGuid() == id);
        kept.ShouldSatisfyAllConditions(
            u => u.GetProperty("length").GetInt32().ShouldBe(body.Length),
            u => u.GetProperty("state").GetString().ShouldBe("open"),
            u => u.GetProperty("reason").GetString().ShouldBe("the body is not valid UTF-8"),
            u => u.GetProperty("endpoint").GetString().ShouldBe(gateway.Slug),
            u => u.GetProperty("repeats").GetInt32().ShouldBe(1));
        (await ingress.Stream($"unreadable-{id}")).ShouldBe(["ingress.delivery-quarantined.v1", "ingress.delivery-repeated.v1"]);
    }

    [RealServersFact]
    public async Task An_empty_body_that_is_signed_is_kept_in_quarantine()
    {
        var gateway = await ingress.Register();
        (await gateway.Deliver([])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ingress.List("/quarantine")).Single(u => u.GetProperty("endpoint").GetString() == gateway.Slug).ShouldSatisfyAllConditions(
            u => u.GetProperty("length").GetInt32().ShouldBe(0), u => u.GetProperty("reason").GetString().ShouldBe("the body is empty"));
    }

    [RealServersFact]
    public async Task Every_character_people_text_is_kept_and_the_one_that_cannot_be_is_replaced()
    {
        var gateway = await ingress.Register();
        foreach (var (sent, kept) in new[]
        {
            ("\ud83d\udc69\ud83c\udffd\u200d\ud83d\ude80 \u0928\u092e\u0938\u094d\u0924\u0947 \u202e\u05e9\u05dc\u05d5\u05dd", "\ud83d\udc69\ud83c\udffd\u200d\ud83d\ude80 \u0928\u092e\u0938\u094d\u0924\u0947 \u202e\u05e9\u05dc\u05d5\u05dd"),
            ("a\0b", "a\ufffdb"),
            ("line\r\n\ttab \u0001 \u007f \ufeff", "line\r\n\ttab \u0001 \u007f \ufeff"),
            ("'; drop table mt_events; -- \\ \" {{from}} $1", "'; drop table mt_events; -- \\ \" {{from}} $1"),
            ("", ""),
            (new string('\u0928', 20_000), new string('\u0928', 20_000)),
        })
            (await Stored(await gateway.Accepted(Gateway.Text(sent)))).Text.ShouldBe(kept);
    }

    [RealServersFact]
    public async Task Half_a_surrogate_pair_puts_a_delivery_in_quarantine_and_no_more()
    {
        var gateway = await ingress.Register();
        var body = Encoding.UTF8.GetString(Gateway.Text("HALF").ToJson()).Replace("HALF", "\\ud83d", StringComparison.Ordinal);
        using var response = await gateway.Deliver(Encoding.UTF8.GetBytes(body));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ingress.List("/quarantine")).Single(u => u.GetProperty("endpoint").GetString() == gateway.Slug)
            .GetProperty("reason").GetString().ShouldBe("/text holds half of a surrogate pair");
    }

    [RealServersFact]
    public async Task A_byte_order_mark_is_read_over()
    {
        var (gateway, text) = (await ingress.Register(), Gateway.Text());
        using var marked = await gateway.Deliver([0xEF, 0xBB, 0xBF, .. text.ToJson()]);
        (await marked.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sms").GetGuid().ShouldBe(await gateway.Accepted(text));
    }

    [RealServersFact]
    public async Task Whatever_content_type_a_gateway_claims_is_accepted()
    {
        var gateway = await ingress.Register();
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "multipart/form-data" })
        {
            var body = Gateway.Text().ToJson();
            using var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Type", type).ShouldBeTrue();
            using var response = await gateway.Deliver(content, [WebhookSignature.Sign(body, gateway.Secret)]);
            (await response.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("sms", out _).ShouldBeTrue(type);
        }
    }

    [RealServersFact]
    public async Task A_compressed_body_is_refused_and_what_would_be_taken_is_said()
    {
        var (gateway, body) = (await ingress.Register(), Gateway.Text().ToJson());
        foreach (var encoding in new[] { "gzip", "br", "gzip, identity" })
        {
            using var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding).ShouldBeTrue();
            using var response = await gateway.Deliver(content, [WebhookSignature.Sign(body, gateway.Secret)]);
            response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
            response.Headers.GetValues("Accept-Encoding").ShouldBe(["identity"]);
        }
        (await ingress.List($"/endpoints/{gateway.Slug}/deliveries"))[0].GetProperty("outcome").GetString().ShouldBe("compressed");
    }

    [RealServersTheory]
    [InlineData(true, HttpStatusCode.TooManyRequests)]
    [InlineData(false, HttpStatusCode.ServiceUnavailable)]
    public async Task More_than_an_endpoint_takes_is_asked_to_come_again_as_its_gateway_understands_it(bool own, HttpStatusCode status)
    {
        var gateway = await Gateway.Register(ingress.Client, own
            ? new { customProfile = OurGateway.Profile(), number = Gateway.NewNumber(), perSecond = 5 }
            : new { number = Gateway.NewNumber(), perSecond = 5 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => gateway.Deliver(own ? OurGateway.Text($"m{i}") : Gateway.Text().ToJson())));
        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBeInRange(5, 20);
        answers.Where(a => a.StatusCode != HttpStatusCode.OK).ShouldAllBe(a => a.StatusCode == status && a.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        // A forger takes nothing from the gateway's share.
        await Eventually.Sees(
            async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.With(otherSecret: "whsec_forged forged forged").Deliver(Gateway.Text())));
                return (await gateway.Deliver(own ? OurGateway.Text(Guid.NewGuid().ToString()) : Gateway.Text().ToJson())).StatusCode;
            },
            answer => answer == HttpStatusCode.OK, TimeSpan.FromSeconds(5));
    }

    [RealServersFact]
    public async Task The_number_that_was_texted_is_found_by_phone_and_slot_where_the_gateway_does_not_say_it()
    {
        var (first, second) = (Gateway.NewNumber(), Gateway.NewNumber());
        var gateway = await Gateway.Register(ingress.Client, new
        {
            customProfile = OurGateway.Profile(), label = "support", region = "IN",
            numbers = new[] { new { number = first, deviceId = "dev_1", sim = 1 }, new { number = second, deviceId = "dev_1", sim = 2 } },
        });
        using var answer = await gateway.Deliver(OurGateway.Text("m1", from: "09876543210"));
        (await Stored((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sms").GetGuid())).ShouldSatisfyAllConditions(
            e => e.To.ShouldBe("+" + second), e => e.From.ShouldBe("+919876543210"), e => e.Sim.ShouldBe(2), e => e.Label.ShouldBe("support"),
            e => e.GatewayMessageId.ShouldBe("m1"));
    }

    [RealServersFact]
    public async Task A_hook_only_takes_posts()
    {
        var gateway = await ingress.Register();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch })
        {
            using var request = new HttpRequestMessage(method, gateway.Path);
            (await ingress.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        }
    }

    [RealServersFact]
    public async Task A_hook_asks_for_no_api_key_and_the_lists_do()
    {
        using var stranger = ingress.ClientWith(null);
        var gateway = await ingress.Register();
        await gateway.With(stranger).Accepted(Gateway.Text());
        foreach (var path in new[] { "/inbound", "/quarantine", "/endpoints", "/streams", "/relay" })
            (await stranger.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
    }

    [RealServersFact]
    public async Task While_a_secret_is_changed_old_and_new_are_accepted_and_the_revoked_one_soon_nowhere()
    {
        var old = await ingress.Register();
        using var otherClient = (await ingress.Another()).CreateClient();
        var @new = old.With(otherSecret: "whsec_bmV4dCBzZWNyZXQgb2YgdGhlIGdhdGV3YXk=");
        var oldId = (await ingress.Endpoint(old.Slug)).GetProperty("secretIds")[0].GetGuid();

        (await ingress.Client.PutAsJsonAsync($"/endpoints/{old.Slug}", new { secret = @new.Secret })).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var gateway in new[] { old, @new, old.With(otherClient), @new.With(otherClient) })
            await gateway.Accepted(Gateway.Text());

        (await ingress.Client.DeleteAsync($"/endpoints/{old.Slug}/secrets/{oldId}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await old.Deliver(Gateway.Text())).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await Eventually.Sees(
            async () => (await old.With(otherClient).Deliver(Gateway.Text())).StatusCode,
            status => status == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(3));
        await @new.Accepted(Gateway.Text());
        await @new.With(otherClient).Accepted(Gateway.Text());
    }

    [RealServersFact]
    public async Task A_secret_registered_at_one_instance_is_good_at_the_other_at_once()
    {
        using var otherClient = (await ingress.Another()).CreateClient();
        for (var i = 0; i < 5; i++)
            await (await ingress.Register()).With(otherClient).Accepted(Gateway.Text());
    }

    [RealServersFact]
    public async Task Texts_are_listed_newest_first_page_by_page()
    {
        var gateway = await ingress.Register();
        var sent = new List<Guid>();
        for (var i = 0; i < 5; i++)
            sent.Insert(0, await gateway.Accepted(Gateway.Text()));

        var (listed, next) = (new List<Guid>(), "");
        while (listed.Count < 5)
        {
            var page = await ingress.Client.GetFromJsonAsync<JsonElement>($"/inbound?limit=2{next}");
            listed.AddRange(page.GetProperty("items").EnumerateArray()
                .Where(t => t.GetProperty("endpoint").GetString() == gateway.Slug).Select(t => t.GetProperty("smsId").GetGuid()));
            next = $"&after={page.GetProperty("next").GetString()}";
        }
        listed.Take(5).ShouldBe(sent);
    }

    private async Task<InboundEvent.SmsReceived> Stored(Guid smsId) =>
        (await ingress.Log.Events($"sms-{smsId}", 0, 1, default)).Single().Data.Deserialize<InboundEvent.SmsReceived>(EventJson.Options)!;

    /// <summary>Everything a caller can tell from an answer, but for the id of its trace.</summary>
    private static async Task<string> Described(HttpResponseMessage response)
    {
        var body = System.Text.RegularExpressions.Regex.Replace(await response.Content.ReadAsStringAsync(), "\"traceId\":\"[^\"]*\"", "");
        return $"{(int)response.StatusCode} {string.Join("; ", response.Headers)} {response.Content.Headers} {body}";
    }
}
