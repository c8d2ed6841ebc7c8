using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sms.Testing;

namespace Sms.Webhooks.Tests;

/// <summary>What a receiver gets, and what becomes of it.</summary>
public sealed class DeliveryTests(ShopUnderTest shop) : IClassFixture<ShopUnderTest>
{
    [RealServersFact]
    public async Task An_event_arrives_signed_as_standard_webhooks_says()
    {
        await using var receiver = await Receiver.Start();
        var (webhook, secret) = await shop.Subscribe(new { receiver.Url, eventTypes = Only("order.placed"), headers = new Dictionary<string, string> { ["X-Token"] = "t0ken" } });
        var order = await shop.Place("Grüße & <b>");

        await shop.Delivery(webhook, "delivered", 1);
        var request = receiver.Requests.ShouldHaveSingleItem();
        (request.Method, request.PathAndQuery, request.Headers["content-type"], request.Headers["x-token"]).ShouldBe(("POST", "/hook", "application/json", "t0ken"));
        request.Headers.Keys.ShouldNotContain("traceparent");
        request.Json.GetProperty("type").GetString().ShouldBe("order.placed");
        (DateTimeOffset.UtcNow - request.Json.GetProperty("timestamp").GetDateTimeOffset()).ShouldBeLessThan(TimeSpan.FromMinutes(1));
        request.Json.GetProperty("data").GetProperty("order").GetProperty("id").GetGuid().ShouldBe(order);
        request.Json.GetProperty("data").GetProperty("order").GetProperty("customer").GetString().ShouldBe("Grüße & <b>");

        // As the specification tells a receiver to, and not with our own code.
        var key = Convert.FromBase64String(secret!["whsec_".Length..]);
        var signed = $"{request.WebhookId}.{request.Headers["webhook-timestamp"]}.{request.Body}";
        request.Headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed))));
        var age = DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Headers["webhook-timestamp"], CultureInfo.InvariantCulture));
        age.ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [RealServersFact]
    public async Task Only_what_was_asked_for_is_told_and_nothing_that_happened_before()
    {
        await using var receiver = await Receiver.Start();
        var order = await shop.Place();
        var (webhook, _) = await shop.Subscribe(new { receiver.Url, eventTypes = Only("order.changed") });
        await shop.Place();
        await shop.Append(order, new OrderEvent.Changed("one"));
        await shop.Delivery(webhook, "delivered", 1);
        receiver.Requests.ShouldHaveSingleItem().Json.GetProperty("data").GetProperty("note").GetString().ShouldBe("one");
    }

    [RealServersFact]
    public async Task What_is_for_one_webhook_goes_to_no_other()
    {
        await using var receiver = await Receiver.Start();
        var (one, _) = await shop.Subscribe(new { receiver.Url, eventTypes = Only("order.whispered") });
        var (other, _) = await shop.Subscribe(new { receiver.Url, eventTypes = Only("order.whispered") });
        await shop.Append(Guid.NewGuid(), new OrderEvent.Whispered(one));
        await shop.Delivery(one, "delivered", 1);
        (await shop.Deliveries(other, _ => true)).ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task What_there_is_nothing_to_tell_of_any_more_is_dropped()
    {
        await using var receiver = await Receiver.Start();
        var (webhook, _) = await shop.Subscribe(new { receiver.Url, eventTypes = Only("order.placed") });
        await shop.Place("nobody");
        (await shop.Delivery(webhook, "dropped", 1)).GetProperty("lastOutcome").GetString().ShouldBe("nothing-to-tell");
        receiver.Requests.ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task What_fails_is_told_again_under_the_same_id_and_the_log_says_what_was_answered()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answers = _ => Task.FromResult(receiver.Requests.Count < 2 ? new Answer(500, "we are\u0001 sorry") : new Answer(200, "thanks"));
        var (webhook, _) = await shop.Subscribe(new { receiver.Url });
        await shop.Place();
        var delivery = await shop.Delivery(webhook, "delivered", 2);

        var (first, second) = (receiver.Requests[0], receiver.Requests[1]);
        second.WebhookId.ShouldBe(first.WebhookId);
        second.Body.ShouldBe(first.Body);
        (second.At - first.At).ShouldBeGreaterThan(TimeSpan.FromSeconds(4.9));
        second.WebhookId.ShouldBe("msg_" + delivery.GetProperty("messageId").GetGuid().ToString("N"));

        var attempts = (await shop.Get($"/webhooks/{webhook}/deliveries/{delivery.GetProperty("messageId").GetGuid()}")).GetProperty("attempts");
        attempts.EnumerateArray().Select(a => (a.GetProperty("outcome").GetString(), a.GetProperty("status").GetInt32(), a.GetProperty("answer").GetString()))
            .ShouldBe([("http-500", 500, "we are  sorry"), ("delivered", 200, "thanks")]);
    }

    [RealServersFact]
    public async Task What_is_about_one_order_goes_in_its_order_and_holds_up_no_other()
    {
        await using var receiver = await Receiver.Start();
        var stuck = Guid.NewGuid();
        receiver.Answers = request => Task.FromResult(new Answer(request.Body.Contains(stuck.ToString(), StringComparison.Ordinal) && receiver.Requests.Count(
            r => r.Body.Contains(stuck.ToString(), StringComparison.Ordinal)) < 2 ? 500 : 200));
        var (webhook, _) = await shop.Subscribe(new { receiver.Url });
        await shop.Append(stuck, new OrderEvent.Placed("Ada"), new OrderEvent.Changed("one"), new OrderEvent.Changed("two"));
        var free = await shop.Place();

        await shop.Deliveries(webhook, all => all.Count == 4 && all.All(d => d.GetProperty("state").GetString() == "delivered"));
        receiver.Requests.Where(r => r.Body.Contains(stuck.ToString(), StringComparison.Ordinal)).Select(r => r.Json.GetProperty("type").GetString() + r.Json.GetProperty("data").GetProperty("note"))
            .ShouldBe(["order.placed", "order.placed", "order.changedone", "order.changedtwo"]);
        receiver.Requests.TakeWhile(r => !r.Body.Contains("\"one\"", StringComparison.Ordinal)).ShouldContain(r => r.Body.Contains(free.ToString(), StringComparison.Ordinal));
    }

    [RealServersFact]
    public async Task A_redirect_is_not_followed()
    {
        await using var receiver = await Receiver.Start();
        await using var elsewhere = await Receiver.Start();
        receiver.Always(302, "", ("Location", elsewhere.Url));
        var (webhook, _) = await shop.Subscribe(new { receiver.Url });
        await shop.Place();
        (await shop.Delivery(webhook, "waiting", 1)).GetProperty("lastOutcome").GetString().ShouldBe("http-302");
        elsewhere.Requests.ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task An_answer_without_end_is_read_no_further_than_it_takes()
    {
        await using var receiver = await Receiver.Start();
        receiver.Always(200, new string('x', 20_000_000));
        var (webhook, _) = await shop.Subscribe(new { receiver.Url });
        await shop.Place();
        var message = (await shop.Delivery(webhook, "delivered", 1)).GetProperty("messageId").GetGuid();
        (await shop.Get($"/webhooks/{webhook}/deliveries/{message}")).GetProperty("attempts")[0].GetProperty("answer").GetString()!.Length.ShouldBe(1000);
    }

    [RealServersFact]
    public async Task Nobody_at_home_and_no_such_name_are_outcomes_too()
    {
        var (nobody, _) = await shop.Subscribe(new { url = "http://127.0.0.1:9/" });
        var (nowhere, _) = await shop.Subscribe(new { url = "https://receiver.invalid/" });
        await shop.Place();
        (await shop.Delivery(nobody, "waiting", 1)).GetProperty("lastOutcome").GetString().ShouldBe("connection-error");
        (await shop.Delivery(nowhere, "waiting", 1)).GetProperty("lastOutcome").GetString().ShouldBe("name-resolution-error");
        await shop.Http.DeleteAsync($"/webhooks/{nobody}");
        await shop.Http.DeleteAsync($"/webhooks/{nowhere}");
    }

    [RealServersFact]
    public async Task A_receiver_that_hangs_is_waited_for_a_quarter_of_a_minute_and_holds_up_no_other()
    {
        await using var slow = await Receiver.Start();
        await using var quick = await Receiver.Start();
        var end = new TaskCompletionSource<Answer>();
        slow.Answers = _ => end.Task;
        var (hanging, _) = await shop.Subscribe(new { slow.Url });
        var (answering, _) = await shop.Subscribe(new { quick.Url });
        for (var i = 0; i < 6; i++)
            await shop.Place();
        await shop.Deliveries(answering, all => all.Count == 6 && all.All(d => d.GetProperty("state").GetString() == "delivered"), TimeSpan.FromSeconds(12));
        slow.Requests.Count.ShouldBe(4, "no more than so many at a time");
        await shop.Deliveries(hanging, all => all.Count(d => d.GetProperty("lastOutcome").ToString() == "timeout") >= 4);
        end.SetResult(new Answer(200));
    }

    [RealServersFact]
    public async Task A_receiver_that_is_gone_is_sent_nothing_more_until_somebody_says_so()
    {
        await using var receiver = await Receiver.Start();
        receiver.Always(410);
        var (webhook, _) = await shop.Subscribe(new { receiver.Url });
        await shop.Place();
        var paused = await Eventually.Sees(() => shop.Get($"/webhooks/{webhook}"), row => row.GetProperty("paused").ValueKind == JsonValueKind.Object);
        paused.GetProperty("paused").GetProperty("reason").GetString().ShouldBe("The receiver answered 410 Gone.");
        paused.GetProperty("paused").GetProperty("byItself").GetBoolean().ShouldBeTrue();

        await shop.Place();
        receiver.Always(204);
        receiver.Requests.Count.ShouldBe(1);
        (await shop.Post($"/webhooks/{webhook}/resume")).ShouldBe(HttpStatusCode.NoContent);
        await shop.Deliveries(webhook, all => all.Count == 2 && all.All(d => d.GetProperty("state").GetString() == "delivered"));
    }

    [RealServersFact]
    public async Task While_the_receiver_changes_over_both_secrets_sign()
    {
        await using var receiver = await Receiver.Start();
        var (webhook, old) = await shop.Subscribe(new { receiver.Url });
        var rotated = await (await shop.Http.PostAsJsonAsync($"/webhooks/{webhook}/secrets", new { overlapHours = 1 })).Content.ReadFromJsonAsync<JsonElement>();
        await shop.Place();
        await shop.Delivery(webhook, "delivered", 1);
        var request = receiver.Requests.Single();
        request.Headers["webhook-signature"].Split(' ').ShouldBe([Signature(request, rotated.GetProperty("secret").GetString()!), Signature(request, old!)]);
    }

    [RealServersFact]
    public async Task What_was_told_is_told_again_when_somebody_asks()
    {
        await using var receiver = await Receiver.Start();
        var (webhook, _) = await shop.Subscribe(new { receiver.Url });
        await shop.Place();
        var message = (await shop.Delivery(webhook, "delivered", 1)).GetProperty("messageId").GetGuid();
        (await shop.Post($"/webhooks/{webhook}/deliveries/{message}/redeliver")).ShouldBe(HttpStatusCode.Accepted);
        await shop.Delivery(webhook, "delivered", 2);
        var recovered = await shop.Http.PostAsJsonAsync($"/webhooks/{webhook}/recover", new { since = DateTimeOffset.UtcNow.AddHours(-1), delivered = true });
        (await recovered.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("deliveries").GetInt32().ShouldBe(1);
        await shop.Delivery(webhook, "delivered", 3);
        receiver.Requests.Select(r => (r.WebhookId, r.Body)).Distinct().Count().ShouldBe(1);
        (await shop.Post($"/webhooks/{webhook}/deliveries/{Guid.NewGuid()}/redeliver")).ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task A_test_says_at_once_what_came_of_it()
    {
        await using var receiver = await Receiver.Start();
        receiver.Always(401, "who are you?");
        var (webhook, secret) = await shop.Subscribe(new { receiver.Url });
        var test = await (await shop.Http.PostAsync($"/webhooks/{webhook}/test", null)).Content.ReadFromJsonAsync<JsonElement>();
        (test.GetProperty("outcome").GetString(), test.GetProperty("status").GetInt32(), test.GetProperty("answer").GetString()).ShouldBe(("http-401", 401, "who are you?"));
        var request = receiver.Requests.Single();
        request.Json.GetProperty("type").GetString().ShouldBe("webhook.test");
        request.Headers["webhook-signature"].ShouldBe(Signature(request, secret!));
        (await shop.Deliveries(webhook, _ => true)).ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task A_deleted_webhook_is_told_nothing_and_not_found()
    {
        await using var receiver = await Receiver.Start();
        receiver.Always(500);
        var (webhook, _) = await shop.Subscribe(new { receiver.Url });
        await shop.Place();
        await shop.Delivery(webhook, "waiting", 1);
        (await shop.Http.DeleteAsync($"/webhooks/{webhook}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await shop.Place();
        (await shop.Delivery(webhook, "dropped", 1)).GetProperty("lastOutcome").GetString().ShouldBe("http-500");
        (await shop.Http.GetAsync($"/webhooks/{webhook}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await shop.Post($"/webhooks/{webhook}/pause")).ShouldBe(HttpStatusCode.NotFound);
    }

    private static string[] Only(params string[] types) => types;

    private static string Signature(Request request, string secret) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(
        Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{request.WebhookId}.{request.Headers["webhook-timestamp"]}.{request.Body}")));
}
