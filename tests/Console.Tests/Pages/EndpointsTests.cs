using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Sms.GatewayProtocol;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class EndpointsTests(Desk desk, Chromium browser)
{
    [BrowserFact(OnRealServers = true)]
    public async Task An_endpoint_is_registered_step_by_step_and_says_when_its_first_text_arrives()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("409");
        var slug = NewSlug();
        var page = await desk.Open(windows, "/endpoints");
        await page.ShouldBeAccessible();
        await page.Screenshot("endpoints");
        await page.GetByRole(AriaRole.Link, new() { Name = "Register an endpoint" }).ClickAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("endpoints-gateways");
        await page.GetByRole(AriaRole.Link, new() { Name = "Standard Webhooks" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("sms");
        await page.GetByLabel("Your number").FillAsync("+44 7700 900123");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-problem]")).ToContainTextAsync("already");
        await page.GetByLabel("Name").FillAsync(slug);
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await page.ShouldComeTo($"**/endpoints/{slug}");
        var secret = await page.Locator("#secret-value").TextContentAsync();
        secret.ShouldStartWith("whsec_");
        await Assertions.Expect(page.Locator("#url")).ToContainTextAsync($"/hooks/{slug}");
        await Assertions.Expect(page.Locator("#waiting")).ToBeVisibleAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("endpoint-new", whole: true);

        (await Deliver(slug, "whsec_" + Convert.ToBase64String(new byte[32]))).ShouldBe(HttpStatusCode.Unauthorized);
        await Assertions.Expect(page.Locator(".arrived")).ToContainTextAsync("refused", Soon);
        await Assertions.Expect(page.Locator("#log")).ToContainTextAsync("wrong signature", Soon);
        (await Deliver(slug, secret!)).ShouldBe(HttpStatusCode.OK);
        await Assertions.Expect(page.Locator(".arrived")).ToContainTextAsync("arrived", Soon);
        await Assertions.Expect(page.Locator("#log")).ToContainTextAsync("accepted", Soon);
        await Assertions.Expect(page.Locator("#secret-value")).ToHaveTextAsync(secret!);
        await page.Screenshot("endpoint-arrived", whole: true);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#secret-value")).ToHaveCountAsync(0);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_secret_is_changed_with_an_overlap_and_the_old_one_revoked()
    {
        await using var windows = new BrowserWindows(browser);
        var (slug, old) = await Registered();
        var page = await desk.Open(windows, $"/endpoints/{slug}");
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.Locator("#rotate summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Change it" }).ClickAsync();
        var renewed = await page.Locator("#secret-value").TextContentAsync();
        (await Deliver(slug, old)).ShouldBe(HttpStatusCode.OK);
        (await Deliver(slug, renewed!)).ShouldBe(HttpStatusCode.OK);
        await page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "until" }).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("Revoked");
        await Eventually.Sees(() => Deliver(slug, old), status => status == HttpStatusCode.Unauthorized);
        (await Deliver(slug, renewed!)).ShouldBe(HttpStatusCode.OK);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task An_endpoint_tests_itself_is_changed_and_switched_off()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("400");
        var (slug, secret) = await Registered();
        var page = await desk.Open(windows, $"/endpoints/{slug}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        await Assertions.Expect(page.GetByText("It would have been taken")).ToBeVisibleAsync();
        await page.Screenshot("endpoint-test", whole: true);
        await page.GotoAsync(Desk.Url($"/endpoints/{slug}"));
        await page.Locator("#change summary").ClickAsync();
        await page.Locator("#change").GetByLabel("Country").FillAsync("XX");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).First.ClickAsync();
        await Assertions.Expect(page.Locator("#change [data-problem]")).ToContainTextAsync("region");
        await page.Locator("#change").GetByLabel("Country").FillAsync("GB");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).First.ClickAsync();
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("Saved");
        await page.GetByLabel("Why").FillAsync("The phone is lost");
        await page.GetByRole(AriaRole.Button, new() { Name = "Disable" }).ClickAsync();
        await Assertions.Expect(page.Locator("header .tag.warn")).ToContainTextAsync("disabled");
        await Eventually.Sees(() => Deliver(slug, secret), status => status == HttpStatusCode.NotFound);
        await page.GetByRole(AriaRole.Button, new() { Name = "Enable" }).ClickAsync();
        await Eventually.Sees(() => Deliver(slug, secret), status => status == HttpStatusCode.OK);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_pasted_request_is_explained_step_by_step()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/endpoints/try");
        await page.ShouldBeAccessible();
        var secret = "whsec_" + Convert.ToBase64String(Encoding.ASCII.GetBytes("a secret of thirty-two bytes ..."));
        var body = """{"event":"message.received","from":"919876543210","to":"911234500000","text":"Hello","receivedAt":"2026-06-12T14:32:00Z","deviceId":"dev_1"}""";
        await page.GetByLabel("Gateway").SelectOptionAsync("mobile-api-connect");
        await page.Locator("#secret").FillAsync(secret);
        await page.GetByLabel("Headers, one a line").FillAsync($"{WebhookSignature.Header}: {WebhookSignature.Sign(Encoding.UTF8.GetBytes(body), secret)}");
        await page.GetByLabel("Body").FillAsync(body);
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain it" }).ClickAsync();
        await Assertions.Expect(page.GetByText("genuine", new() { Exact = true })).ToBeVisibleAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("try-genuine", whole: true);
        await page.GetByLabel("Body").FillAsync(body.Replace("Hello", "Hallo", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain it" }).ClickAsync();
        await Assertions.Expect(page.GetByText("not genuine: wrong-signature")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".steps .not").First).ToContainTextAsync("expected");
        await page.Screenshot("try-tampered", whole: true);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task What_is_genuine_and_not_understood_waits_for_a_person()
    {
        await using var windows = new BrowserWindows(browser);
        var (slug, secret) = await Registered();
        (await Deliver(slug, secret, """{"type":"message.received","data":{"no":"text here"}}""")).ShouldBe(HttpStatusCode.OK);
        var page = await desk.Open(windows, "/quarantine");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = slug });
        await Assertions.Expect(row).ToHaveCountAsync(1);
        await page.ShouldBeAccessible();
        await page.Screenshot("quarantine");
        await row.GetByRole(AriaRole.Link).First.ClickAsync();
        await Assertions.Expect(page.Locator("pre").First).ToContainTextAsync("text here");
        await page.GetByRole(AriaRole.Button, new() { Name = "Read it again" }).ClickAsync();
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("Still not understood");
        await page.GetByLabel("Why it is discarded").FillAsync("A test of mine");
        await page.Screenshot("quarantined");
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("operator:admin");
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("A test of mine");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Who_is_no_admin_looks_and_changes_nothing()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/endpoints/sms", Roles.Agent, viewer: new Viewer(360, 740, Dark: true));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "sms" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToHaveCountAsync(0);
        await page.ShouldNotScrollSideways();
        await page.ShouldBeAccessible();
        await page.Screenshot("endpoint-phone-dark");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task While_Ingress_is_away_its_pages_say_so_and_come_back_by_themselves()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/endpoints");
        try
        {
            await RunningPlatform.Sms("stop", "ingress");
            await Assertions.Expect(page.GetByText("Ingress does not answer")).ToBeVisibleAsync(Visible);
            await page.Screenshot("endpoints-away");
            await page.ShouldBeAccessible();
        }
        finally
        {
            await RunningPlatform.Sms("start", "ingress");
        }
        await Assertions.Expect(page.GetByText("Ingress does not answer")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
    }

    private static LocatorAssertionsToContainTextOptions Soon => new() { Timeout = 20_000 };

    private static LocatorAssertionsToBeVisibleOptions Visible => new() { Timeout = 30_000 };

    private static string NewSlug() => "door-" + Guid.NewGuid().ToString("N")[..8];

    private async Task<(string Slug, string Secret)> Registered()
    {
        var (slug, secret) = (NewSlug(), "whsec_" + Convert.ToBase64String(Guid.NewGuid().ToByteArray().Concat(Guid.NewGuid().ToByteArray()).ToArray()));
        await desk.Platform.Put("ingress", $"/endpoints/{slug}", new { profile = "standard-webhooks", number = $"+4477009{Random.Shared.Next(10_000, 99_999)}", secret });
        return (slug, secret);
    }

    /// <summary>Posts a text as a gateway that signs by Standard Webhooks would.</summary>
    private async Task<HttpStatusCode> Deliver(string slug, string secret, string? body = null)
    {
        var (id, at) = ($"msg_{Guid.NewGuid():N}", DateTimeOffset.UtcNow);
        var bytes = Encoding.UTF8.GetBytes(body ?? JsonSerializer.Serialize(new
        {
            type = "message.received", timestamp = at, data = new { from = Desk.NewCustomer(), to = "+447700900123", text = "Is anybody there?" },
        }));
        var signed = System.Security.Cryptography.HMACSHA256.HashData(
            Convert.FromBase64String(secret["whsec_".Length..]), (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{at.ToUnixTimeSeconds()}."), .. bytes]);
        using var client = desk.Platform.Http("ingress");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/hooks/{slug}") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", $"{at.ToUnixTimeSeconds()}");
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(signed)}");
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
