using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class StreamsTests(Desk desk, Chromium browser)
{
    [BrowserFact(OnRealServers = true)]
    public async Task A_stream_is_found_and_read_and_shown_as_it_was_at_any_version()
    {
        await using var windows = new BrowserWindows(browser);
        var customer = Desk.NewCustomer();
        await desk.Platform.Text(customer, "My first words");
        await desk.Platform.Text(customer, "My second words");
        var ticket = await Eventually.Sees<string?>(
            async () => (await desk.Platform.Query("helpdesk", $"select id from tickets where customer = '{customer}' and texts = 2")).SingleOrDefault(), id => id is not null);

        var page = await desk.Open(windows, "/browse", Roles.Reader);
        await page.ShouldBeAccessible();
        await page.GetByRole(AriaRole.Link, new() { Name = "Helpdesk", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".log > li").First).ToBeVisibleAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("streams-latest");
        await page.GetByLabel("Up to (UTC)").FillAsync("2001-01-01T00:00:01");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing has happened yet" })).ToBeVisibleAsync();
        await page.GotoAsync(Desk.Url("/browse/helpdesk"));
        await page.GetByLabel("Kind").SelectOptionAsync("ticket");
        await Assertions.Expect(page.Locator("tbody tr").First).ToContainTextAsync("ticket-");
        await Assertions.Expect(page.Locator("tbody tr").Filter(new() { HasTextRegex = new("^(?!ticket-)") })).ToHaveCountAsync(0);
        await page.GetByLabel("Id, or its beginning").FillAsync(ticket![..13]);
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.Screenshot("streams-found");
        await page.GetByRole(AriaRole.Link, new() { Name = $"ticket-{ticket}" }).ClickAsync();

        await Assertions.Expect(page.Locator(".log")).ToContainTextAsync("My second words");
        var state = page.Locator("#state");
        await Assertions.Expect(state.Locator("dt", new() { HasTextString = "Texts" }).First).ToBeVisibleAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("stream", whole: true);

        var slider = page.GetByRole(AriaRole.Slider, new() { Name = "State at version" });
        await slider.FillAsync("1");
        await Assertions.Expect(state.GetByRole(AriaRole.Heading)).ToHaveTextAsync("What it said at version 1");
        await Assertions.Expect(state).Not.ToContainTextAsync("My second words");
        await Assertions.Expect(page.Locator(".log .tag", new() { HasTextString = "later" }).First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Slider, new() { Name = "Compared with version" }).FillAsync("0");
        await Assertions.Expect(page.Locator("#changes li.added").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#changes li.removed")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#sms")).ToContainTextAsync($"./sms psql helpdesk -c \"select");

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.ShouldBeAccessible();
        await page.Screenshot("stream-dark");
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
        await page.Screenshot("stream-phone");

        await page.GetByRole(AriaRole.Link, new() { Name = "Cause" }).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).Not.ToContainTextAsync("ticket-");
        await Assertions.Expect(page.GetByRole(AriaRole.Slider, new() { Name = "State at version" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Story" }).First.ClickAsync();
        await page.ShouldComeTo("**/stories/*");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task What_is_not_there_is_said()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/browse/helpdesk/ticket-nothing", Roles.Reader);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "It is not here" })).ToBeVisibleAsync();
        await page.GotoAsync(Desk.Url("/browse/nothing"));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "It is not here" })).ToBeVisibleAsync();
        await page.GotoAsync(Desk.Url("/browse/helpdesk?id=nothing-like-this"));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No such stream" })).ToBeVisibleAsync();
    }
}
