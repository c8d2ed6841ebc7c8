using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class OperationsTests(Desk desk, Chromium browser)
{
    private const string Queue = "contacts-record-inbound-sms";

    [BrowserFact(OnRealServers = true)]
    public async Task What_runs_and_how_it_does_is_seen_at_a_glance()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/operations", Roles.Reader);
        foreach (var service in Platform.Services)
        {
            var card = page.Locator($"#service-{service}");
            await Assertions.Expect(card).ToContainTextAsync("ready");
            await Assertions.Expect(card).ToContainTextAsync("Running for");
        }
        await Assertions.Expect(page.Locator($"#queue-{Queue}")).ToContainTextAsync("InboundSmsReceived");
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("facts per second now") })).ToHaveCountAsync(Platform.Services.Count);
        // A look every five seconds draws by itself.
        await Assertions.Expect(page.Locator(".chart .line").First).ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("L"), new() { Timeout = 30_000 });
        await page.GetByText("Minute by minute").First.ClickAsync();
        await Assertions.Expect(page.Locator("#rates-table tbody tr").First).ToBeVisibleAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("operations", whole: true);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.ShouldBeAccessible();
        await page.Screenshot("operations-dark");
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
        await page.Screenshot("operations-phone");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_message_that_cannot_be_handled_is_sent_on_or_edited_or_given_up_and_all_is_on_record()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("400");
        var (mended, given) = (Desk.NewCustomer(), "?!");
        await Poison(given);
        await Poison(given);
        var page = await desk.Open(windows, "/operations/letters", Roles.Admin);
        var cause = page.Locator("article").Filter(new() { HasText = Queue });
        await Assertions.Expect(cause).ToContainTextAsync("2 open", new() { Timeout = 60_000 });
        var letters = page.Locator("tr").Filter(new() { HasText = Queue });
        await Assertions.Expect(letters).ToHaveCountAsync(2);
        await page.ShouldBeAccessible();
        await page.Screenshot("letters");

        // Sent on as they are they fail again, and are the same letters.
        page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await cause.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("2 are in their queue again");
        await Assertions.Expect(letters.First.GetByRole(AriaRole.Cell, new() { Name = "2", Exact = true })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(letters.Nth(1).GetByRole(AriaRole.Cell, new() { Name = "2", Exact = true })).ToBeVisibleAsync(new() { Timeout = 60_000 });

        await letters.GetByRole(AriaRole.Link).First.ClickAsync();
        await Assertions.Expect(page.Locator("#letter-state")).ToHaveTextAsync("open");
        var body = page.GetByLabel("As JSON");
        var written = await body.InputValueAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("letter", whole: true);
        await body.FillAsync(written[..^2]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send to its queue again" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-problem]").First).ToBeVisibleAsync();
        await body.FillAsync(written.Replace(given, mended, StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Send to its queue again" }).ClickAsync();
        await page.ShouldComeTo("**/operations/letters");
        await Assertions.Expect(cause).ToContainTextAsync("1 open");
        await Eventually.Sees(async () => (await desk.Platform.Get("contacts", $"/contacts?number={Uri.EscapeDataString(mended)}")).GetProperty("items").GetArrayLength(), count => count == 1);

        await letters.GetByRole(AriaRole.Link).First.ClickAsync();
        await page.GetByLabel("Why").FillAsync("a test message");
        await page.GetByRole(AriaRole.Button, new() { Name = "Give it up" }).ClickAsync();
        await page.ShouldComeTo("**/operations/letters");
        await Assertions.Expect(cause).ToHaveCountAsync(0);
        await page.GetByLabel("State").SelectOptionAsync("discarded");
        await letters.GetByRole(AriaRole.Link).First.ClickAsync();
        await Assertions.Expect(page.Locator("ol.plain")).ToContainTextAsync("a test message");

        await page.GotoAsync(Desk.Url("/operations/actions"));
        await page.GetByLabel("Done by").SelectOptionAsync("admin");
        var done = page.Locator("tbody tr");
        await Assertions.Expect(done.First).ToContainTextAsync("gave a dead letter up");
        await Assertions.Expect(done.Filter(new() { HasText = "edited a dead letter and sent it on" }).First).ToContainTextAsync("done");
        await page.ShouldBeAccessible();
        await page.Screenshot("actions");
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Views_are_made_anew_and_compared_while_one_looks()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/operations/views", Roles.Admin);
        foreach (var (part, result) in new[] { ("#rebuild-optout", "done"), ("#verify-optout", "equal to the log") })
        {
            await page.Locator(part).GetByRole(AriaRole.Button).ClickAsync();
            await Assertions.Expect(page.Locator(part).Locator(".tag")).ToHaveTextAsync(result, new() { Timeout = 60_000 });
            await Assertions.Expect(page.Locator(part)).ToContainTextAsync("admin");
        }
        await page.Locator("#replay-optout").GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.Locator("#replay-optout .tag")).ToHaveTextAsync("done", new() { Timeout = 60_000 });
        await page.ShouldBeAccessible();
        await page.Screenshot("views");
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
    }

    [BrowserFact(OnRealServers = true)]
    public async Task What_takes_long_is_watched_and_called_off()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/operations/views", Roles.Admin);
        await using (await desk.Platform.LongTransaction("autoreply"))
        {
            foreach (var part in (string[])["#rebuild-autoreply", "#verify-autoreply"])
            {
                await page.Locator(part).GetByRole(AriaRole.Button).ClickAsync();
                await Assertions.Expect(page.Locator(part).Locator(".tag")).ToHaveTextAsync("under way");
                await Assertions.Expect(page.Locator(part).GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
                await page.ShouldBeAccessible();
                await page.Locator(part).GetByRole(AriaRole.Button, new() { Name = "Call off" }).ClickAsync();
                await Assertions.Expect(page.Locator(part).Locator(".tag")).ToHaveTextAsync("called off", new() { Timeout = 60_000 });
                await Assertions.Expect(page.Locator(part)).ToContainTextAsync("Called off by admin");
            }
        }
    }

    [BrowserFact(OnRealServers = true)]
    public async Task While_the_broker_is_away_the_desk_says_so_and_a_replay_waits_or_is_called_off()
    {
        await desk.Platform.Text(Desk.NewCustomer(), "something to publish again");
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/operations", Roles.Admin);
        try
        {
            await RunningPlatform.Sms("stop", "rabbitmq");
            foreach (var service in Platform.Services)
                await Assertions.Expect(page.Locator($"#service-{service} .tag.bad").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await page.ShouldBeAccessible();
            await page.ShouldNotScrollSideways();
            await page.Screenshot("operations-broker-away", whole: true);

            await page.GotoAsync(Desk.Url("/operations/views"));
            var replay = page.Locator("#replay-ingress");
            await replay.GetByRole(AriaRole.Button).ClickAsync();
            await Assertions.Expect(replay.Locator(".tag")).ToHaveTextAsync("under way");
            await Assertions.Expect(replay.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
            await replay.GetByRole(AriaRole.Button, new() { Name = "Call off" }).ClickAsync();
            await Assertions.Expect(replay.Locator(".tag")).ToHaveTextAsync("called off", new() { Timeout = 60_000 });

            // Texts are taken all the same, and are with everybody once it is back.
            var customer = Desk.NewCustomer();
            await desk.Platform.Text(customer, "anybody there?");
            await Eventually.Sees(async () => await desk.Platform.Query("ingress", $"select count(*) from mt_events where type = 'ingress.sms-received.v1' and data ->> 'From' = '{customer}'"), counts => counts[0] == "1");
            await RunningPlatform.Sms("start", "rabbitmq");
            await Eventually.Sees(async () => (await desk.Platform.Get("contacts", $"/contacts?number={Uri.EscapeDataString(customer)}")).GetProperty("items").GetArrayLength(), count => count == 1);
        }
        finally
        {
            await RunningPlatform.Sms("start", "rabbitmq");
        }
        await page.GotoAsync(Desk.Url("/operations"));
        foreach (var service in Platform.Services)
            await Assertions.Expect(page.Locator($"#service-{service}")).ToContainTextAsync("ready", new() { Timeout = 60_000 });
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Who_is_no_admin_looks_and_changes_nothing()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/operations/views", Roles.Reader);
        await Assertions.Expect(page.Locator("#views-helpdesk")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("main form[method=post]")).ToHaveCountAsync(0);
        await page.GotoAsync(Desk.Url("/operations/letters"));
        await Assertions.Expect(page.Locator("main form[method=post]")).ToHaveCountAsync(0);
    }

    private Task Poison(string from) => desk.Platform.Deliver(Queue, "InboundSmsReceived", new
    {
        smsId = Guid.NewGuid(), endpoint = "sms", from, to = RunningPlatform.OurNumber, text = "Sent by nobody", sentAt = DateTimeOffset.UtcNow, receivedAt = DateTimeOffset.UtcNow, deviceId = "dev_1",
    });
}
