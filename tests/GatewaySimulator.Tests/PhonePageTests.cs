using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Sms.Testing;
using Sms.Testing.Browser;
using static Microsoft.Playwright.Assertions;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Sms.GatewaySimulator.Tests;

/// <summary>The phone on the screen, in a browser.</summary>
public sealed class PhonePageTests : IAsyncLifetime
{
    private const string Customer = "+" + Simulator.Customer, Number = "+" + Simulator.Number, Other = "+447700900123";

    private readonly BrowserWindows _windows;
    private readonly Simulator _simulator = new(("Ingress:Number", Number), ("RetryBaseMs", "50"));
    private Receiver _receiver = null!;

    public PhonePageTests(Chromium browser) => _windows = new BrowserWindows(browser);

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.Start();
        _receiver.Secret = await _simulator.Register(_receiver.Url);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _windows.DisposeAsync();
        }
        finally
        {
            await _simulator.DisposeAsync();
            await _receiver.DisposeAsync();
        }
    }

    [BrowserFact]
    public async Task A_customer_texts_and_is_answered_live()
    {
        var page = await _windows.Open(_simulator.Url + "/");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Text the business as any customer" })).ToBeVisibleAsync();
        await Start(page, Customer);
        await Write(page, "When do you open? 🙂");

        await Expect(Message(page, "When do you open? 🙂")).ToContainTextAsync("You:");
        await Expect(Message(page, "When do you open? 🙂").GetByRole(AriaRole.Img)).ToHaveAccessibleNameAsync("Delivered to the platform");
        var text = _receiver.Accepted.ShouldHaveSingleItem();
        (text.From, text.To, text.Text).ShouldBe((Simulator.Customer, Simulator.Number, "When do you open? 🙂"));

        (await _simulator.Send("9 to 5")).EnsureSuccessStatusCode();
        await Expect(Message(page, "9 to 5")).ToContainTextAsync("Business:");
        await Expect(page.Locator("#said")).ToHaveTextAsync($"New message for {Customer}: 9 to 5");
    }

    [BrowserFact]
    public async Task A_long_text_keeps_its_lines_and_markup_is_only_text()
    {
        var page = await Talk();
        const string text = "one\n  two <b>bold</b> &amp; <img src=x onerror=alert(1)>\n\nthree";
        await Write(page, text);
        (await Message(page, "one").Locator(".written").EvaluateAsync<string>("written => written.innerText")).ShouldBe(text);
        (await Eventually.Sees(() => _receiver.Accepted, all => all.Count == 1))[0].Text.ShouldBe(text);
    }

    [BrowserFact]
    public async Task Conversations_stand_side_by_side_and_what_is_new_in_the_other_one_is_marked()
    {
        var page = await Talk();
        await Write(page, "the first");
        await Start(page, Other);
        await Write(page, "the second");
        await Expect(Conversation(page, Other)).ToHaveAttributeAsync("aria-current", "page");
        await Expect(Conversation(page, Customer)).ToContainTextAsync("You: the first");
        await Expect(Message(page, "the first")).ToHaveCountAsync(0);

        (await _simulator.Send("an answer")).EnsureSuccessStatusCode();
        await Expect(Conversation(page, Customer)).ToContainTextAsync("an answer");
        await Expect(Conversation(page, Customer)).ToContainTextAsync("unread");
        await Expect(page).ToHaveTitleAsync("(1) Phone");

        await Conversation(page, Customer).ClickAsync();
        await Expect(Message(page, "an answer")).ToBeVisibleAsync();
        await Expect(Conversation(page, Customer)).Not.ToContainTextAsync("unread");
        await Expect(page).ToHaveTitleAsync("Phone");
        await page.ReloadAsync();
        await Expect(Message(page, "an answer")).ToBeVisibleAsync();
        await Expect(page).ToHaveTitleAsync("Phone");
    }

    [BrowserFact]
    public async Task A_customer_talks_to_two_of_our_numbers_apart()
    {
        var page = await Talk();
        await Write(page, "to the first");
        await page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).ClickAsync();
        await page.GetByLabel("Your own number").FillAsync(Customer);
        await page.GetByLabel("The business's number").SelectOptionAsync("Another number…");
        await page.GetByLabel("Another number of the business").FillAsync("+44 7700 900-999");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start texting" }).ClickAsync();
        await Write(page, "to the second");
        (await _simulator.Send("from the second")).EnsureSuccessStatusCode();
        await Expect(Message(page, "from the second")).ToBeVisibleAsync();
        await Expect(Message(page, "to the first")).ToHaveCountAsync(0);
        await Expect(page.Locator("#conversations a")).ToHaveCountAsync(2);
    }

    [BrowserFact]
    public async Task A_number_that_is_none_is_not_texted_from()
    {
        var page = await _windows.Open(_simulator.Url + "/");
        await page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).Last.ClickAsync();
        var own = page.GetByLabel("Your own number");
        foreach (var wrong in new[] { "", "12345", "+0123456789", "+12345678901234567", "hello" })
        {
            await own.FillAsync(wrong);
            await own.PressAsync("Enter");
            await Expect(page.GetByText("That is no number in E.164")).ToBeVisibleAsync();
            await Expect(own).ToHaveAttributeAsync("aria-invalid", "true");
            await Expect(own).ToBeFocusedAsync();
        }
        await page.GetByRole(AriaRole.Button, new() { Name = "Make one up" }).ClickAsync();
        (await own.InputValueAsync()).ShouldMatch(@"^\+447700900\d{3}$");
        await own.PressAsync("Enter");
        await Expect(page.GetByLabel("Text", new() { Exact = true })).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task What_becomes_of_a_text_is_seen_and_a_stuck_one_is_tried_again()
    {
        _receiver.Answer = _ => 503;
        var page = await Talk();
        await Write(page, "stuck");
        await Expect(Message(page, "stuck")).ToContainTextAsync("Trying again: the platform is in trouble (503).");
        _receiver.Answer = _ => 200;
        await Expect(Message(page, "stuck").GetByRole(AriaRole.Img)).ToHaveAccessibleNameAsync(new Regex("after .* attempts"));

        await _simulator.Behave("""{"inbound":{"dropNext":1}}""");
        await Write(page, "lost");
        await Expect(Message(page, "lost")).ToContainTextAsync("Lost on the way");
        await Message(page, "lost").GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Expect(Message(page, "lost").GetByRole(AriaRole.Img)).ToHaveAccessibleNameAsync("Delivered to the platform");
        _receiver.Accepted.Select(text => text.Text).ShouldBe(["stuck", "lost"]);
    }

    [BrowserFact]
    public async Task What_is_on_its_way_to_an_offline_phone_arrives_when_it_is_back()
    {
        var page = await Talk();
        await _simulator.Behave("""{"send":{"noDevice":true}}""");
        await Expect(page.GetByText("Offline: nothing arrives here.")).ToBeVisibleAsync();
        await SendBySmsGate("patience");
        await Expect(page.GetByText("A message will arrive when this phone is back online")).ToBeVisibleAsync();
        await Expect(Message(page, "patience")).ToHaveCountAsync(0);
        await _simulator.Behave("""{"reports":{"failNext":1}}""");
        await Expect(Message(page, "patience")).ToContainTextAsync("the gateway reported that it failed");
        await Expect(page.GetByText("will arrive")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Misbehaviour_is_set_seen_and_reset_in_the_drawer()
    {
        var page = await Talk();
        await page.GetByRole(AriaRole.Button, new() { Name = "Misbehave" }).Last.ClickAsync();
        var drawer = page.GetByRole(AriaRole.Complementary, new() { Name = "Misbehave" });
        await drawer.GetByRole(AriaRole.Switch, new() { Name = "Offline" }).CheckAsync();
        await drawer.GetByRole(AriaRole.Switch, new() { Name = "Wrong signature" }).CheckAsync();
        await drawer.GetByRole(AriaRole.Group, new() { Name = "Texts to the platform" }).GetByLabel("Slow", new() { Exact = true }).FillAsync("1.5");
        await drawer.GetByRole(AriaRole.Group, new() { Name = "Texts to the platform" }).GetByLabel("Duplicates").FillAsync("2");
        await drawer.GetByLabel("Lose the next").FillAsync("3");
        await drawer.GetByLabel("Lose the next").PressAsync("Tab");
        await Expect(drawer.GetByText("On now:")).ToHaveTextAsync("On now: offline, slow by 1.5 s, 2× duplicates, loses the next 3, wrong signature.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Misbehaving · 5" }).Last).ToBeVisibleAsync();
        var behaviour = await _simulator.Get("/sim/behaviour");
        behaviour["inbound"]!.ToJsonString().ShouldBe(
            """{"slowMs":1500,"dropNext":3,"dropPercent":0,"duplicates":2,"concurrent":false,"reorderMs":0,"wrongSignature":true,"matchedRule":false}""");
        ((bool)behaviour["send"]!["noDevice"]!).ShouldBeTrue();

        // Somebody else changes it, and a countdown counts.
        await _simulator.Behave("""{"inbound":{"dropNext":2}}""");
        await Expect(drawer.GetByText("On now:")).ToHaveTextAsync("On now: loses the next 2.");
        await Expect(drawer.GetByRole(AriaRole.Switch, new() { Name = "Offline" })).Not.ToBeCheckedAsync();
        await Write(page, "lost");
        await Expect(drawer.GetByLabel("Lose the next")).ToHaveValueAsync("1");

        await drawer.GetByRole(AriaRole.Button, new() { Name = "Behave well again" }).ClickAsync();
        await Expect(drawer.GetByText("Behaves well.")).ToBeVisibleAsync();
        ((int)(await _simulator.Get("/sim/behaviour"))["inbound"]!["dropNext"]!).ShouldBe(0);
        await Expect(page.GetByText("Misbehaving")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Two_windows_see_each_others_messages()
    {
        var (one, two) = (await Talk(), await Talk());
        await Write(one, "from the first window");
        await Expect(Message(two, "from the first window")).ToBeVisibleAsync();
        await Write(two, "from the second window");
        await Expect(Message(one, "from the second window")).ToBeVisibleAsync();
        await _simulator.Call(HttpMethod.Delete, "/sim/messages");
        await Expect(one.Locator(".message")).ToHaveCountAsync(0);
        await Expect(two.Locator("#conversations a")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task A_simulator_that_was_away_is_found_again_and_nothing_written_is_lost()
    {
        _windows.Expect("Failed to load resource");
        var page = await Talk();
        await page.Context.SetOfflineAsync(true);
        await Write(page, "into the void");
        await Expect(page.GetByText("Not sent. The simulator does not answer.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync("into the void");
        await page.Context.SetOfflineAsync(false);
        await page.GetByLabel("Text", new() { Exact = true }).PressAsync("Enter");
        await Expect(Message(page, "into the void")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task The_connection_is_made_again_by_itself_and_brings_what_was_missed()
    {
        _windows.Expect("Failed to load resource");
        _windows.Expect("ERR_");
        await _simulator.Text("before");
        var page = await _windows.Open();
        var (away, refused) = (false, 0);
        await page.RouteAsync("**/sim/live", route =>
        {
            if (!away)
                return route.FulfillAsync(new() { ContentType = "text/event-stream", Body = "retry: 100\n\n" });
            refused++;
            return route.AbortAsync("connectionrefused");
        });
        await page.GotoAsync($"{_simulator.Url}/#/{Simulator.Customer}/{Simulator.Number}");
        await Expect(Message(page, "before")).ToBeVisibleAsync();
        away = true;
        await Eventually.Sees(() => refused, times => times > 0);
        await Expect(page.GetByText("The simulator is away. Connecting again…")).ToBeVisibleAsync();
        await _simulator.Call(HttpMethod.Delete, "/sim/messages");
        await _simulator.Text("meanwhile");
        await Expect(Message(page, "before")).ToBeVisibleAsync();
        away = false;
        await page.UnrouteAsync("**/sim/live");
        await Expect(Message(page, "meanwhile")).ToBeVisibleAsync();
        await Expect(Message(page, "before")).ToHaveCountAsync(0);
        await Expect(page.GetByText("The simulator is away.")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Earlier_messages_are_fetched_when_asked_for()
    {
        for (var text = 1; text <= 130; text++)
            await _simulator.Text($"text {text};");
        var page = await Talk();
        await Expect(page.Locator(".message")).ToHaveCountAsync(100);
        await Expect(Message(page, "text 130;")).ToBeInViewportAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Earlier messages" }).ClickAsync();
        await Expect(page.Locator(".message")).ToHaveCountAsync(130);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Earlier messages" })).ToBeHiddenAsync();

        // Who looks at something earlier is not torn away from it.
        await page.Locator("#scroll").EvaluateAsync("scroll => { scroll.scrollTop = 0; }");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "To the newest message" })).ToBeVisibleAsync();
        (await _simulator.Send("new")).EnsureSuccessStatusCode();
        await Expect(Message(page, "new")).ToHaveCountAsync(1);
        await Expect(Message(page, "text 1;")).ToBeInViewportAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "To the newest message" }).ClickAsync();
        await Expect(Message(page, "new")).ToBeInViewportAsync();
    }

    [BrowserFact]
    public async Task Times_are_the_viewers_and_days_are_parted_where_theirs_end()
    {
        await _simulator.Call(HttpMethod.Post, "/sim/texts",
            $$"""{"from":"{{Customer}}","to":"{{Number}}","text":"before midnight","receivedAt":"2025-06-12T18:29:00Z"}""");
        await _simulator.Call(HttpMethod.Post, "/sim/texts",
            $$"""{"from":"{{Customer}}","to":"{{Number}}","text":"after midnight","receivedAt":"2025-06-12T18:31:00Z"}""");
        var page = await Talk(new Viewer(TimeZone: "Asia/Kolkata"));
        await Expect(page.Locator(".day")).ToHaveTextAsync(["12 June 2025", "13 June 2025"]);
        await Expect(Message(page, "after midnight").Locator("time")).ToHaveTextAsync("00:01");
        await Expect(Message(page, "after midnight").Locator("time")).ToHaveAttributeAsync("title", "2025-06-12 18:31:00.000 UTC");
    }

    [BrowserFact]
    public async Task Embedded_it_is_the_phone_of_one_customer_and_nothing_else()
    {
        await _simulator.Text("somebody else", Other);
        var page = await _windows.Open($"{_simulator.Url}/?embedded&as={Uri.EscapeDataString(Customer)}", new Viewer(390, 720));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = Customer })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Navigation)).ToBeHiddenAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Misbehave" })).ToHaveCountAsync(0);
        await Write(page, "from the frame");
        await Expect(Message(page, "from the frame")).ToBeVisibleAsync();
        await _simulator.Behave("""{"send":{"rateLimited":true}}""");
        await Expect(page.GetByText("Misbehaving: rate limit")).ToBeVisibleAsync();
        await page.ShouldBeAccessible();
        await page.ShouldNotScrollSideways();
        (await Eventually.Sees(() => _receiver.Accepted, all => all.Count == 2))[1].To.ShouldBe(Simulator.Number);
        await page.Screenshot("embedded");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.Screenshot("embedded-dark");
    }

    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_the_console_may_show_it_in_a_frame(bool isConsole)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var site = builder.Build();
        var phone = "";
        site.Run(http =>
        {
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync($"<!doctype html><html lang=en><title>Desk</title><iframe title=Phone width=390 height=700 src='{phone}'></iframe>");
        });
        await site.StartAsync();
        await using var simulator = isConsole ? new Simulator(("Console", site.Urls.Single())) : new Simulator();
        phone = $"{simulator.Url}/?embedded&as=%2B1234567890&to=911";
        _windows.Expect("frame-ancestors");

        var page = await _windows.Open(site.Urls.Single());
        if (isConsole)
            await Expect(page.FrameLocator("iframe").GetByRole(AriaRole.Heading, new() { Name = "+1234567890" })).ToBeVisibleAsync();
        else
            await Eventually.Sees(() => page.Frames[^1].Url, url => url.StartsWith("chrome-error", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task Keys_are_all_one_needs()
    {
        var page = await _windows.Open(_simulator.Url + "/");
        await Expect(page.Locator("#welcome")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync(Customer);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByLabel("Text", new() { Exact = true })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("one");
        await page.Keyboard.PressAsync("Shift+Enter");
        await page.Keyboard.TypeAsync("two");
        await page.Keyboard.PressAsync("Enter");
        (await Eventually.Sees(() => _receiver.Accepted, all => all.Count == 1))[0].Text.ShouldBe("one\ntwo");

        await Expect(Conversation(page, Customer)).ToContainTextAsync("You: one");
        // Back over the messages, the conversation and the new one.
        for (var tab = 0; tab < 4; tab++)
            await page.Keyboard.PressAsync("Shift+Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Misbehave" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#drawer-title")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByText("On now: offline.")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#drawer")).ToBeHiddenAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Misbehaving · 1" }).Last).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task The_composer_counts_segments_as_the_platform_does()
    {
        var page = await Talk();
        string[] texts = ["", "a", "€", new('a', 160), new('a', 161), new string('a', 152) + "€" + new string('a', 153), "ş", new('ş', 70), new('ş', 71), new string('ş', 66) + "🙂", "a🙂`", "\f^{}\\[~]|"];
        foreach (var text in texts)
        {
            var (encoding, units, count) = GatewayProtocol.Segments.Of(text);
            (await page.EvaluateAsync<string>(
                "async text => { const { encoding, units, count } = (await import('/segments.js')).segmentsOf(text); return `${encoding} ${units} ${count}`; }", text))
                .ShouldBe($"{encoding} {units} {count}");
        }
        await page.GetByLabel("Text", new() { Exact = true }).FillAsync(new string('ş', 71));
        await Expect(page.Locator("#segments")).ToHaveTextAsync("2 parts · 71/134 · UCS-2");
    }

    [BrowserTheory]
    [InlineData(1360, false)]
    [InlineData(1360, true)]
    [InlineData(900, false)]
    [InlineData(360, false)]
    [InlineData(360, true)]
    public async Task It_is_accessible_in_every_state_and_never_wider_than_the_window(int width, bool dark)
    {
        var look = $"{width}{(dark ? "-dark" : "")}";
        var page = await _windows.Open(_simulator.Url + "/", new Viewer(width, width == 360 ? 740 : 860, dark, ReducedMotion: true));
        await Check("empty");
        await page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).First.ClickAsync();
        await Check("dialog");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Fill();
        await page.GotoAsync($"{_simulator.Url}/#/{Simulator.Customer}/{Simulator.Number}");
        await page.GetByLabel("Text", new() { Exact = true }).FillAsync("And a draft that goes on for a while, to see how it looks 🙂");
        await Expect(page.GetByText("Lost on the way")).ToBeVisibleAsync();
        await Check("talk");
        await page.GetByRole(AriaRole.Button, new() { Name = "Misbehaving" }).Last.ClickAsync();
        await Check("drawer");
        await page.Keyboard.PressAsync("Escape");
        await page.GotoAsync(_simulator.Url + "/#/");
        await Check("list");
        await page.GotoAsync($"{_simulator.Url}/#/447700900999/{Simulator.Number}");
        await Check("first");

        async Task Check(string state)
        {
            await page.Screenshot($"{state}-{look}");
            await page.ShouldBeAccessible();
            await page.ShouldNotScrollSideways();
        }
    }

    /// <summary>A conversation with everything in it that there is to see.</summary>
    private async Task Fill()
    {
        await _simulator.Call(HttpMethod.Post, "/sim/texts",
            $$"""{"from":"{{Customer}}","to":"{{Number}}","text":"Hello! Do you still have the blue one in stock?","receivedAt":"{{DateTimeOffset.UtcNow.AddDays(-1):O}}"}""");
        await _simulator.Text("my parcel has not come", Other);
        (await _simulator.Send("Sorry to hear that. Which number is on the receipt?", Other)).EnsureSuccessStatusCode();
        await _simulator.Text("STOP", "+4915123456789");
        (await _simulator.Send("Yes, two of them. Shall we put one aside for you?")).EnsureSuccessStatusCode();
        (await _simulator.Send("We are open until 18:00 today, and the door beside the bakery is the one that is open. If you come by car, there are two places behind the house; ring the bell there and somebody comes out to you with it.")).EnsureSuccessStatusCode();
        await Eventually.Sees(() => _simulator.Get($"/sim/phones/{Simulator.Customer}/messages"), page => page["items"]!.AsArray().Count == 3);
        await _simulator.Becomes(await _simulator.Text("Please! I come by at 5\nThank you"), "delivered");
        await _simulator.Becomes(await _simulator.Text("👍"), "delivered");
        await _simulator.Behave("""{"inbound":{"dropNext":1}}""");
        await _simulator.Becomes(await _simulator.Text("Oh, and do you have it in green?"), "dropped");
        _receiver.Answer = _ => 503;
        await _simulator.Text("Hello?");
        await _simulator.Behave("""{"inbound":{"duplicates":1},"send":{"noDevice":true}}""");
        await SendBySmsGate("In green too.");
    }

    private async Task SendBySmsGate(string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/3rdparty/v1/messages")
        {
            Content = JsonContent.Create(new { id = Guid.NewGuid(), phoneNumbers = new[] { Customer }, textMessage = new { text } }),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"any:{Simulator.ApiKey}")));
        using var answer = await _simulator.Http.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    private async Task<IPage> Talk(Viewer? viewer = null)
    {
        var page = await _windows.Open($"{_simulator.Url}/#/{Simulator.Customer}/{Simulator.Number}", viewer);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = Customer })).ToBeVisibleAsync();
        return page;
    }

    private static async Task Start(IPage page, string customer)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).First.ClickAsync();
        await page.GetByLabel("Your own number").FillAsync(customer);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start texting" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = customer })).ToBeVisibleAsync();
    }

    private static async Task Write(IPage page, string text)
    {
        await page.GetByLabel("Text", new() { Exact = true }).FillAsync(text);
        await page.GetByLabel("Text", new() { Exact = true }).PressAsync("Enter");
    }

    private static ILocator Message(IPage page, string text) => page.Locator(".message", new() { HasText = text });

    private static ILocator Conversation(IPage page, string customer) => page.Locator("#conversations a", new() { HasText = customer });
}
