using System.Text.Json;
using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class StoryTests(Desk desk, Chromium browser)
{
    private static readonly string[] Prices = ["PRICES"], Hours = ["HOURS"];

    [BrowserFact(OnRealServers = true)]
    public async Task A_texts_story_is_told_across_all_services_up_to_the_delivered_reply()
    {
        await using var windows = new BrowserWindows(browser);
        var customer = Desk.NewCustomer();
        await desk.Platform.Rules(new { name = "prices", match = "word", words = Prices, reply = "From 5." }, new { name = "hours", match = "word", words = Hours, reply = "We are open 9 to 17." });
        await desk.Platform.Text(customer, "HOURS please");
        var id = await TextOf(customer);

        var page = await desk.Open(windows, $"/stories/{id}", Roles.Reader);
        // It grows while one looks.
        await Assertions.Expect(page.Locator(".story")).ToContainTextAsync("The gateway took it", new() { Timeout = 60_000 });
        var sent = (await desk.Platform.Get("outbound", "/messages?limit=200")).GetProperty("items").EnumerateArray().Single(text => text.GetProperty("smsId").ValueKind == JsonValueKind.String && text.GetProperty("smsId").GetGuid() == id);
        await desk.Platform.Deliver("outbound-record-delivery-report", "DeliveryReported", new
        {
            reportId = Guid.NewGuid(), endpoint = "sms", status = "delivered", gatewayMessageId = sent.GetProperty("gatewayId").GetString(), occurredAt = DateTimeOffset.UtcNow, receivedAt = DateTimeOffset.UtcNow,
        });
        await Assertions.Expect(page.Locator(".story")).ToContainTextAsync("Delivered to the customer's phone", new() { Timeout = 60_000 });
        foreach (var service in (string[])["Ingress", "Contacts", "Helpdesk", "Consent", "Rules", "Outbound"])
            await Assertions.Expect(page.Locator(".story .service", new() { HasTextString = service }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("h2 + p strong")).ToContainTextAsync("They answered");
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "prices" })).ToContainTextAsync("none of its words is in the text");
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "hours" })).ToContainTextAsync("matched");
        await Assertions.Expect(page.Locator(".text.ours")).ToHaveTextAsync("We are open 9 to 17.");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open the ticket" })).ToBeVisibleAsync();
        await page.GetByText("Step by step").ClickAsync();
        await Assertions.Expect(page.Locator("dd .tag.good")).ToHaveTextAsync("delivered");

        var first = page.Locator(".story > li").First;
        await first.Locator("summary").First.ClickAsync();
        await Assertions.Expect(first.Locator("dl.readable").First).ToContainTextAsync("HOURS please");
        await page.ShouldBeAccessible();
        await page.Screenshot("story", whole: true);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.ShouldBeAccessible();
        await page.Screenshot("story-dark");
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
        await page.Screenshot("story-phone");

        await page.GotoAsync(Desk.Url($"/stories/{sent.GetProperty("sendId").GetGuid()}"));
        await page.ShouldComeTo($"**/stories/{id}");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_message_is_found_by_its_words_its_number_and_its_id()
    {
        await using var windows = new BrowserWindows(browser);
        var (customer, word) = (Desk.NewCustomer(), $"parcel{Guid.NewGuid():N}");
        await desk.Platform.Text(customer, $"Where is my {word}?");
        var id = await TextOf(customer);

        var page = await desk.Open(windows, "/stories", Roles.Reader);
        var row = page.Locator($"#message-{id}");
        await Assertions.Expect(row).ToContainTextAsync(word);
        await page.ShouldBeAccessible();
        await page.Screenshot("stories");
        foreach (var asked in (string[])[word, customer, customer[3..], $"{id}"])
        {
            await page.GetByRole(AriaRole.Searchbox).FillAsync(asked);
            await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
            await Assertions.Expect(row).ToBeVisibleAsync();
        }
        await page.GetByRole(AriaRole.Searchbox).FillAsync("nobody ever wrote this");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing found" })).ToBeVisibleAsync();
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
        await page.GotoAsync(Desk.Url($"/stories/{Guid.NewGuid()}"));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing is known of this" })).ToBeVisibleAsync();
    }

    [BrowserFact(OnRealServers = true)]
    public async Task While_a_service_is_away_its_part_is_said_to_be_missing_and_the_rest_is_told()
    {
        await using var windows = new BrowserWindows(browser);
        var customer = Desk.NewCustomer();
        await desk.Platform.Text(customer, "Is anybody there?");
        var id = await TextOf(customer);
        var page = await desk.Open(windows, $"/stories/{id}", Roles.Reader);
        await Assertions.Expect(page.Locator(".story .service.contacts").First).ToBeVisibleAsync();
        var operations = await desk.Open(windows, "/operations", Roles.Reader);
        await Assertions.Expect(operations.Locator("#service-contacts .tag.good").First).ToHaveTextAsync("ready");
        await RunningPlatform.Sms("stop", "contacts");
        try
        {
            // Nobody reloads: the pages hear of it.
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Contacts does not answer" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
            await Assertions.Expect(page.Locator(".story .service.ingress").First).ToBeVisibleAsync();
            await Assertions.Expect(operations.Locator("#service-contacts .tag.bad").First).ToHaveTextAsync("does not answer", new() { Timeout = 30_000 });
            await Assertions.Expect(operations.Locator("#service-helpdesk .tag.good").First).ToHaveTextAsync("ready");
            await operations.ShouldBeAccessible();
            await operations.Screenshot("operations-service-away");
            await page.Screenshot("story-service-away");
        }
        finally
        {
            await RunningPlatform.Sms("start", "contacts");
        }
        await Assertions.Expect(page.Locator(".story .service.contacts").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    private async Task<Guid> TextOf(string customer) => (await Eventually.Sees<Guid?>(
        async () => (await desk.Platform.Get("ingress", "/inbound?limit=200")).GetProperty("items").EnumerateArray()
            .Where(text => text.GetProperty("from").GetString() == customer).Select(text => (Guid?)text.GetProperty("smsId").GetGuid()).FirstOrDefault(),
        id => id is not null))!.Value;
}
