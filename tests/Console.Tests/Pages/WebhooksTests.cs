using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class WebhooksTests(Desk desk, Chromium browser) : IAsyncDisposable
{
    private readonly string _name = "CRM " + Guid.NewGuid().ToString("N")[..8];

    [BrowserFact(OnRealServers = true)]
    public async Task A_webhook_is_registered_and_what_its_receiver_did_not_take_is_sent_again()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("400");
        await using var receiver = await Receiver.Start();
        receiver.Always(500, "Out of order, back at ten.");
        var page = await desk.Open(windows, "/webhooks");
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("webhooks-none");
        await page.GetByRole(AriaRole.Link, new() { Name = "Register a webhook" }).ClickAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("webhooks-choose");
        await page.Locator("section").Filter(new() { HasText = "People and their texts" }).GetByRole(AriaRole.Link, new() { Name = "A program of your own" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(_name);
        await page.GetByLabel("Address").FillAsync("https://10.1.2.3/hooks");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Address")).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.Locator("[data-fault=url]")).ToContainTextAsync("must be on the internet");
        await page.ShouldBeAccessible();
        await page.Screenshot("webhook-refused", whole: true);
        await page.GetByLabel("Address").FillAsync(receiver.Url);
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await page.ShouldComeTo("**/webhooks/contacts/*");
        var webhook = page.Url;
        var secret = (await page.Locator("#secret-value").TextContentAsync())!;
        await page.ShouldBeAccessible();
        await page.Screenshot("webhook-new", whole: true);

        var customer = Desk.NewCustomer();
        await desk.Platform.Text(customer, "Do you deliver on Sundays?");
        var refused = await Told(receiver, request => request.Body.Contains(customer, StringComparison.Ordinal));
        // It is let alone for five minutes after its second attempt.
        await Assertions.Expect(Row(page, refused).GetByRole(AriaRole.Cell, new() { Name = "2", Exact = true })).ToBeVisibleAsync(new() { Timeout = 40_000 });
        await Assertions.Expect(Row(page, refused)).ToContainTextAsync("answered 500");
        await Assertions.Expect(Row(page, refused)).ToContainTextAsync(new Regex("in [45] min"));
        await Assertions.Expect(page.Locator("#secret-value")).ToHaveTextAsync(secret);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#secret-value")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("header .tag")).ToContainTextAsync("failing since");
        await page.ShouldBeAccessible();
        await page.Screenshot("webhook-failing", whole: true);

        await Row(page, refused).GetByRole(AriaRole.Link).First.ClickAsync();
        await Assertions.Expect(page.Locator("#attempt-2 pre")).ToHaveTextAsync("Out of order, back at ten.");
        await page.ShouldBeAccessible();
        await page.Screenshot("webhook-delivery", whole: true);
        receiver.Always(204);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send now" }).ClickAsync();
        await Assertions.Expect(page.Locator("#delivery-state")).ToHaveTextAsync("delivered");
        await Assertions.Expect(page.Locator("#attempt-3")).ToContainTextAsync("taken");
        var text = await Told(receiver, request => request.Body.Contains("on Sundays", StringComparison.Ordinal));
        IsGenuine(text, secret).ShouldBeTrue();

        await page.GotoAsync(webhook);
        await Assertions.Expect(Row(page, text)).ToContainTextAsync("delivered");
        await Row(page, text).GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("goes out again");
        await Eventually.Sees(() => receiver.Requests.Count(request => request.WebhookId == text.WebhookId), times => times == 2);
        await page.GetByRole(AriaRole.Link, new() { Name = "given up" }).ClickAsync();
        await Assertions.Expect(page.GetByText("None of these.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await page.ShouldComeTo("**/webhooks");
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("Removed");
        await Assertions.Expect(page.Locator("tr").Filter(new() { HasText = _name })).ToHaveCountAsync(0);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_webhook_is_tested_paused_changed_and_given_another_secret()
    {
        await using var windows = new BrowserWindows(browser);
        await using var receiver = await Receiver.Start();
        var (id, old) = await Registered("contacts", new { name = _name, url = receiver.Url });
        var page = await desk.Open(windows, $"/webhooks/contacts/{id}", viewer: new Viewer(Dark: true));
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        receiver.Always(200, """{"thanks":true}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        await Assertions.Expect(page.Locator("#test-result")).ToContainTextAsync("taken");
        await page.ShouldBeAccessible();
        await page.Screenshot("webhook-test-dark", whole: true);

        await page.GotoAsync(Desk.Url($"/webhooks/contacts/{id}"));
        await page.GetByLabel("Why").FillAsync("They move house");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(page.Locator("#paused")).ToContainTextAsync("They move house");
        await desk.Platform.Text(Desk.NewCustomer(), "Are you moving?");
        await Assertions.Expect(page.Locator("#log").GetByText("when resumed").First).ToBeVisibleAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("webhook-paused-dark", whole: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Assertions.Expect(page.Locator("#paused")).ToHaveCountAsync(0);
        await Told(receiver, request => request.Body.Contains("Are you moving?", StringComparison.Ordinal));

        await page.Locator("#change > summary").ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(_name + " too");
        await page.GetByRole(AriaRole.Checkbox, new() { NameRegex = new("message.failed") }).UncheckAsync();
        await page.Screenshot("webhook-change-dark", whole: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(_name + " too");
        await Assertions.Expect(page.Locator(".events")).Not.ToContainTextAsync("message.failed");

        await page.Locator("#rotate > summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Change it" }).ClickAsync();
        var renewed = (await page.Locator("#secret-value").TextContentAsync())!;
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("Revoked");
        await desk.Platform.Text(Desk.NewCustomer(), "A new secret?");
        var text = await Told(receiver, request => request.Body.Contains("A new secret?", StringComparison.Ordinal));
        (IsGenuine(text, renewed), IsGenuine(text, old!)).ShouldBe((true, false));
    }

    [BrowserFact(OnRealServers = true)]
    public async Task What_a_receiver_has_lost_is_sent_again_since_a_time_and_no_longer_with_the_headers_it_had()
    {
        await using var windows = new BrowserWindows(browser);
        await using var receiver = await Receiver.Start();
        receiver.Always(204);
        var (id, _) = await Registered("contacts", new { name = _name, url = receiver.Url, headers = new Dictionary<string, string> { ["X-Tenant"] = "42" } });
        var page = await desk.Open(windows, $"/webhooks/contacts/{id}");
        await Assertions.Expect(page.Locator(".facts").Filter(new() { HasText = "X-Tenant" })).ToBeVisibleAsync();
        var customer = Desk.NewCustomer();
        await desk.Platform.Text(customer, "Will it be lost?");
        var text = await Told(receiver, request => request.Body.Contains("Will it be lost?", StringComparison.Ordinal));
        text.Headers["x-tenant"].ShouldBe("42");
        await Assertions.Expect(Row(page, text)).ToContainTextAsync("delivered");

        await page.Locator("#change > summary").ClickAsync();
        await page.Locator("#more > summary").ClickAsync();
        await page.GetByLabel("Send none of those there are any more").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator(".facts").Filter(new() { HasText = "X-Tenant" })).ToHaveCountAsync(0);

        await page.Locator("#recover > summary").ClickAsync();
        await page.GetByLabel("Since", new() { Exact = true }).FillAsync(DateTime.UtcNow.AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
        await page.ShouldBeAccessible();
        await page.Screenshot("webhook-recover", whole: true);
        await page.Locator("#recover").GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("0 go out again");
        await page.GetByLabel("Also what was taken").CheckAsync();
        await page.GetByLabel("Since", new() { Exact = true }).FillAsync(DateTime.UtcNow.AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
        await page.Locator("#recover").GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync(new Regex("[1-9] go out again"));
        var again = await Eventually.Sees(() => receiver.Requests.Where(request => request.WebhookId == text.WebhookId).ToList(), told => told.Count == 2);
        again[1].Body.ShouldBe(text.Body);
        again[1].Headers.Keys.ShouldNotContain("x-tenant");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_helpdesk_of_their_own_is_told_by_the_fields_it_needs_on_a_phone_and_without_script_too()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("ERR_FAILED");
        await using var zammad = await Receiver.Start();
        var page = await desk.Open(windows, "/webhooks/new", viewer: new Viewer(360, 740, Dark: true));
        await page.RouteAsync("**/*.js*", route => route.AbortAsync());
        await page.ReloadAsync();
        await page.ShouldNotScrollSideways();
        await page.Screenshot("webhooks-choose-phone-dark");
        await page.GetByRole(AriaRole.Link, new() { Name = "Zammad" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(_name);
        await page.GetByLabel("Address").FillAsync(zammad.Base);
        await page.GetByLabel("Header Authorization").FillAsync("Token token=t0ken");
        await page.GetByLabel("Group of new tickets").FillAsync("SMS");
        await page.ShouldBeAccessible();
        await page.ShouldNotScrollSideways();
        await page.Screenshot("webhook-zammad-phone-dark", whole: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await page.ShouldComeTo("**/webhooks/helpdesk/*");
        await Assertions.Expect(page.Locator(".facts").Nth(1)).ToContainTextAsync("SMS");
        // What it is sent is known by a token, not by a signature.
        await Assertions.Expect(page.Locator("#secret-value")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        await Assertions.Expect(page.Locator("#test-result")).ToContainTextAsync("taken");
        zammad.Requests.ShouldContain(request => request.PathAndQuery == "/api/v1/users/me" && request.Headers["authorization"] == "Token token=t0ken");
        await page.ShouldBeAccessible();
        await page.ShouldNotScrollSideways();
        await page.Screenshot("webhook-phone-dark", whole: true);
        await page.GotoAsync(Desk.Url("/webhooks"));
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = _name })).ToContainTextAsync("Zammad");
        await page.ShouldBeAccessible();
        await page.ShouldNotScrollSideways();
        await page.Screenshot("webhooks-phone-dark");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_mapping_of_their_own_that_is_none_is_refused_where_it_is_wrong()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("400");
        await using var receiver = await Receiver.Start();
        var page = await desk.Open(windows, "/webhooks/new?service=helpdesk&form=own");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(_name);
        await page.GetByLabel("Address").FillAsync(receiver.Base);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Mapping" }).FillAsync("{\n \"name\":");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Assertions.Expect(page.Locator("#customMapping")).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.Locator("[data-problem]")).ToContainTextAsync("line 2");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Mapping" }).FillAsync("""{"name":"our-desk","on":{"ticket.opened":[{"call":"FETCH /cases"}]}}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-problem]")).ToContainTextAsync("call: must be one of GET, POST");
        await page.Screenshot("webhook-mapping", whole: true);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Mapping" }).FillAsync("""{"name":"our-desk","on":{"ticket.opened":[{"call":"POST /cases"}]}}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await page.ShouldComeTo("**/webhooks/helpdesk/*");
        await Assertions.Expect(page.Locator(".events")).ToHaveTextAsync("ticket.opened");
        await Assertions.Expect(page.Locator(".facts").Nth(1)).ToContainTextAsync("our-desk");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Who_is_no_admin_sees_no_webhooks_and_changes_none()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("403");
        foreach (var role in (string[])[Roles.Reader, Roles.Agent])
        {
            var page = await desk.Open(windows, "/inbox", role);
            await Assertions.Expect(page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Webhooks" })).ToHaveCountAsync(0);
            await page.GotoAsync(Desk.Url("/webhooks"));
            await Assertions.Expect(page.GetByRole(AriaRole.Heading)).ToContainTextAsync("not for you");
            (await page.APIRequest.PostAsync(Desk.Url("/webhooks/contacts"), new() { MaxRedirects = 0 })).Status.ShouldBe(403);
        }
    }

    [BrowserFact(OnRealServers = true)]
    public async Task While_Contacts_is_away_the_webhooks_of_Helpdesk_are_there()
    {
        await using var windows = new BrowserWindows(browser);
        await Registered("helpdesk", new { name = _name, url = "https://example.com/hooks" });
        var (paused, _) = await Registered("contacts", new { name = _name + " of people", mapping = "hubspot", headers = new { Authorization = "Bearer t0ken" } });
        using (var contacts = desk.Platform.Http("contacts"))
            (await contacts.PostAsJsonAsync($"/webhooks/{paused}/pause", new { reason = "Until it is paid for" })).EnsureSuccessStatusCode();
        var page = await desk.Open(windows, "/webhooks");
        await Assertions.Expect(page.Locator($"#webhook-{paused}")).ToContainTextAsync("Until it is paid for");
        await page.ShouldBeAccessible();
        await page.Screenshot("webhooks");
        try
        {
            await RunningPlatform.Sms("stop", "contacts");
            await Assertions.Expect(page.GetByText("Contacts does not answer")).ToBeVisibleAsync(new() { Timeout = 30_000 });
            await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = _name })).ToContainTextAsync("active");
            await page.ShouldBeAccessible();
            await page.Screenshot("webhooks-away");
        }
        finally
        {
            await RunningPlatform.Sms("start", "contacts");
        }
        await Assertions.Expect(page.GetByText("Contacts does not answer")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
    }

    /// <summary>Removes what this test has registered.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!TestServers.Present)
            return;
        foreach (var service in (string[])["contacts", "helpdesk"])
        {
            using var client = desk.Platform.Http(service);
            foreach (var webhook in (await client.GetFromJsonAsync<JsonElement>("/webhooks")).EnumerateArray())
                if (webhook.GetProperty("name").GetString()?.StartsWith(_name, StringComparison.Ordinal) == true)
                    (await client.DeleteAsync($"/webhooks/{webhook.GetProperty("id").GetGuid()}")).EnsureSuccessStatusCode();
        }
    }

    private static ILocator Row(IPage page, Receiver.Request told) => page.Locator($"#delivery-{Guid.ParseExact(told.WebhookId["msg_".Length..], "N")}");

    private static async Task<Receiver.Request> Told(Receiver receiver, Func<Receiver.Request, bool> that) =>
        (await Eventually.Sees(() => receiver.Requests.FirstOrDefault(that), request => request is not null, TimeSpan.FromSeconds(30)))!;

    private async Task<(Guid Id, string? Secret)> Registered(string service, object draft)
    {
        using var client = desk.Platform.Http(service);
        using var answer = await client.PostAsJsonAsync("/webhooks", draft);
        answer.EnsureSuccessStatusCode();
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (said.GetProperty("webhook").GetProperty("id").GetGuid(), said.GetProperty("secret").GetString());
    }

    /// <summary>Whether it is signed with a secret, as a receiver finds out.</summary>
    private static bool IsGenuine(Receiver.Request told, string secret)
    {
        var signed = Encoding.UTF8.GetBytes($"{told.WebhookId}.{told.Headers["webhook-timestamp"]}.{told.Body}");
        var wanted = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
        return told.Headers["webhook-signature"].Split(' ').Contains(wanted);
    }
}
