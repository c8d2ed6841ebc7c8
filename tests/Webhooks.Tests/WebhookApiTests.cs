using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sms.Testing;

namespace Sms.Webhooks.Tests;

/// <summary>Asking for webhooks and changing them over HTTP.</summary>
public sealed class WebhookApiTests(ShopUnderTest shop) : IClassFixture<ShopUnderTest>
{
    [RealServersTheory]
    [InlineData("""{}""", "url")]
    [InlineData("""{"url":"ftp://x.example/"}""", "url")]
    [InlineData("""{"url":"https://me:pass@x.example/"}""", "url")]
    [InlineData("""{"url":"https://10.0.0.1/"}""", "url")]
    [InlineData("""{"url":"https://169.254.169.254/latest"}""", "url")]
    [InlineData("""{"url":"https://[::1]/"}""", "url")]
    [InlineData("""{"url":"https://x.example/","eventTypes":[]}""", "eventTypes")]
    [InlineData("""{"url":"https://x.example/","eventTypes":["order.eaten"]}""", "eventTypes[0]")]
    [InlineData("""{"url":"https://x.example/","mapping":"nothing"}""", "mapping")]
    [InlineData("""{"url":"https://x.example/","mapping":"zammad"}""", "mapping")]
    [InlineData("""{"url":"https://x.example/","customMapping":{"name":"x","on":{"*":[{"call":"SHOUT"}]}}}""", "customMapping.on.*[0].call")]
    [InlineData("""{"url":"https://x.example/?a=b","customMapping":{"name":"x","on":{"*":[{"call":"POST /c"}]}}}""", "url")]
    [InlineData("""{"url":"https://x.example/","secret":"whsec_c2hvcnQ="}""", "secret")]
    [InlineData("""{"url":"https://x.example/","headers":{"webhook-id":"mine"}}""", "headers.webhook-id")]
    [InlineData("""{"url":"https://x.example/","headers":{"X":"a\r\nHost: b"}}""", "headers.X")]
    [InlineData("""{"url":"https://x.example/","settings":{"group":"x"}}""", "settings.group")]
    public async Task What_cannot_be_is_refused_with_the_field(string draft, string field)
    {
        using var body = new StringContent(draft, System.Text.Encoding.UTF8, "application/json");
        var response = await shop.Http.PostAsync("/webhooks", body);
        var said = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, said);
        JsonElement.Parse(said).GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldContain(field);
    }

    [RealServersFact]
    public async Task A_secret_and_headers_are_shown_to_nobody_later()
    {
        var (webhook, secret) = await shop.Subscribe(new { url = "https://x.example/", headers = new Dictionary<string, string> { ["Authorization"] = "Bearer t0p" } });
        secret.ShouldStartWith("whsec_");
        foreach (var path in new[] { $"/webhooks/{webhook}", "/webhooks", $"/streams/webhook-{webhook}" })
        {
            var shown = await shop.Http.GetStringAsync(path);
            shown.ShouldNotContain("t0p");
            shown.ShouldNotContain(secret!["whsec_".Length..]);
        }
        (await shop.Get($"/webhooks/{webhook}")).GetProperty("headers")[0].GetString().ShouldBe("Authorization");
    }

    [RealServersFact]
    public async Task The_same_request_again_is_answered_as_the_first_time_and_another_is_not()
    {
        async Task<(HttpStatusCode Status, JsonElement Body)> Ask(string url)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks") { Content = JsonContent.Create(new { url }), Headers = { { "Idempotency-Key", "once" } } };
            var response = await shop.Http.SendAsync(request);
            return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
        }
        var (first, second, other) = (await Ask("https://one.example/"), await Ask("https://one.example/"), await Ask("https://two.example/"));
        first.Status.ShouldBe(HttpStatusCode.Created);
        second.Status.ShouldBe(HttpStatusCode.Created);
        second.Body.GetProperty("secret").GetString().ShouldBe(first.Body.GetProperty("secret").GetString());
        second.Body.GetProperty("webhook").GetProperty("id").GetGuid().ShouldBe(first.Body.GetProperty("webhook").GetProperty("id").GetGuid());
        other.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [RealServersFact]
    public async Task A_change_is_made_to_what_was_read_or_not_at_all()
    {
        var (webhook, _) = await shop.Subscribe(new { url = "https://x.example/", name = "one" });
        var read = await shop.Http.GetAsync($"/webhooks/{webhook}");
        async Task<HttpResponseMessage> Put(object draft)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/webhooks/{webhook}") { Content = JsonContent.Create(draft) };
            request.Headers.TryAddWithoutValidation("If-Match", read.Headers.ETag!.Tag);
            return await shop.Http.SendAsync(request);
        }
        var changed = await (await Put(new { name = "two", eventTypes = new List<string> { "order.placed" } })).Content.ReadFromJsonAsync<JsonElement>();
        (changed.GetProperty("name").GetString(), changed.GetProperty("url").GetString(), changed.GetProperty("eventTypes").GetArrayLength()).ShouldBe(("two", "https://x.example/", 1));
        (await Put(new { name = "three" })).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
    }

    [RealServersFact]
    public async Task Who_may_only_look_changes_nothing()
    {
        using var onlooker = shop.ClientWith(Shop.ReaderKey);
        (await onlooker.GetAsync("/webhooks")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await onlooker.PostAsJsonAsync("/webhooks", new { url = "https://x.example/" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await onlooker.DeleteAsync($"/webhooks/{Guid.NewGuid()}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [RealServersFact]
    public async Task Event_types_and_mappings_that_fit_are_listed()
    {
        (await shop.Get("/webhooks/event-types")).EnumerateArray().Select(type => type.GetProperty("name").GetString()).ShouldBe(["order.placed", "order.changed", "order.whispered"]);
        (await shop.Get("/webhooks/mappings")).EnumerateArray().Select(mapping => mapping.GetProperty("name").GetString()).ShouldBe(["standard"]);
    }

    [RealServersFact]
    public async Task Without_a_master_key_there_can_be_no_webhook_and_the_setting_is_named()
    {
        using var other = await shop.Another(masterKey: "none");
        var response = await other.PostAsJsonAsync("/webhooks", new { url = "https://x.example/" });
        response.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await response.Content.ReadAsStringAsync()).ShouldContain("Webhooks:MasterKey");
    }
}
