using System.Net.Http.Json;
using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;
using static Microsoft.Playwright.Assertions;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class InboxTests(Desk desk, Chromium browser)
{
    private static readonly string[] Repairs = ["operator:dana", "operator:sam"];

    private readonly string _customer = Desk.NewCustomer();

    // A reply passes through four services and the simulator's phone before it counts as delivered.
    static InboxTests() => SetDefaultExpectTimeout(20_000);

    [BrowserFact(OnRealServers = true)]
    public async Task A_text_appears_by_itself_is_answered_and_shows_what_became_of_it()
    {
        await desk.Platform.Rules();
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/inbox", Roles.Agent, "dana");
        await desk.Platform.Text(_customer, "My parcel is late. Where is it?");
        var row = page.Locator(".ticket").Filter(new() { HasText = _customer });
        await Expect(row).ToContainTextAsync("My parcel is late");
        await row.ClickAsync();
        await Expect(page.Locator(".them .text")).ToHaveTextAsync("My parcel is late. Where is it?");
        await Expect(page.Locator("#consent")).ToContainTextAsync("May be texted");
        await page.GetByLabel("What to write").FillAsync("It comes today.");
        await Expect(page.Locator("#segments")).ToHaveTextAsync("1 segment · 15/160 · GSM-7");
        await page.GetByLabel("What to write").FillAsync("It comes today – “promised”.");
        await Expect(page.Locator("#segments")).ToContainTextAsync("28/70 · UCS-2 because of – “ ”");
        await page.GetByLabel("What to write").FillAsync("It comes today.");
        await page.GetByLabel("What to write").PressAsync("Control+Enter");
        await Expect(page.Locator(".us .text")).ToHaveTextAsync("It comes today.");
        await Expect(page.Locator(".us .by")).ToHaveTextAsync("dana");
        await Expect(page.Locator(".us .delivery")).ToHaveClassAsync("delivery accepted");
        await Expect(page.GetByLabel("What to write")).ToHaveValueAsync("");
        await Expect(page.Locator("#status")).ToHaveTextAsync("pending");
        await Eventually.Sees(() => desk.Platform.Received(_customer), (IReadOnlyList<string> received) => received is ["It comes today."]);
        await page.ShouldBeAccessible();
        await page.Screenshot("ticket");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Without_scripts_a_ticket_is_found_answered_and_solved_all_the_same()
    {
        await desk.Platform.Rules();
        var path = await Texted("Do you have it in blue?");
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/inbox", Roles.Agent, "dana", new Sms.Testing.Browser.Viewer(Scripts: false));
        await page.GetByLabel("Search tickets").FillAsync(_customer);
        await page.GetByLabel("Search tickets").PressAsync("Enter");
        await page.Locator(".ticket").Filter(new() { HasText = _customer }).ClickAsync();
        await page.ShouldComeTo($"**{path}*");
        await page.GetByLabel("What to write").FillAsync("We do.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send & solve" }).ClickAsync();
        await Expect(page.Locator(".us .text")).ToHaveTextAsync("We do.");
        await Expect(page.Locator("#status")).ToHaveTextAsync("solved");
        await Eventually.Sees(() => desk.Platform.Received(_customer), (IReadOnlyList<string> received) => received is ["We do."]);
        await page.Screenshot("ticket-without-scripts");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Two_agents_see_each_other_type_and_answer()
    {
        var path = await Texted("Is anybody there?");
        await using var windows = new BrowserWindows(browser);
        var (dana, sam) = (await desk.Open(windows, path, Roles.Agent, "dana"), await desk.Open(windows, path, Roles.Agent, "sam"));
        await dana.GetByLabel("What to write").FillAsync("Yes, we");
        await Expect(sam.Locator("#writing")).ToHaveTextAsync("dana is writing…");
        await sam.GetByLabel("What to write").FillAsync("We are here");
        await Expect(dana.Locator("#writing")).ToHaveTextAsync("sam is writing…");
        await dana.GetByLabel("What to write").FillAsync("Yes, we are.");
        await sam.Screenshot("ticket-writing");
        await dana.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(sam.Locator(".us .text")).ToHaveTextAsync("Yes, we are.");
        await Expect(sam.Locator("#writing")).ToHaveTextAsync("");
        await Expect(sam.Locator("#answered")).ToHaveTextAsync("dana has answered meanwhile. Read it before you send.");
        await Expect(sam.GetByLabel("What to write")).ToHaveValueAsync("We are here");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Who_has_not_seen_the_others_reply_is_told_before_anything_is_sent()
    {
        var path = await Texted("How much is it?");
        await using var windows = new BrowserWindows(browser);
        windows.Expect("412");
        var page = await desk.Open(windows, path, Roles.Agent, "sam");
        // As on a train: nothing is heard of changes.
        await page.RouteAsync("**/live?*", route => route.FulfillAsync(new() { ContentType = "text/event-stream", Body = "" }));
        await page.ReloadAsync();
        await Replied(path, "Ten.");
        await page.GetByLabel("What to write").FillAsync("Twelve.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Locator("#say [data-problem]")).ToContainTextAsync("Somebody has changed this ticket");
        await Expect(page.Locator(".us .text")).ToHaveTextAsync("Ten.");
        await Expect(page.GetByLabel("What to write")).ToHaveValueAsync("Twelve.");
        await page.Screenshot("ticket-collision");
        await page.GetByLabel("What to write").FillAsync("Ten, right.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Locator(".us .text")).ToHaveTextAsync(["Ten.", "Ten, right."]);
        await Expect(page.Locator("#say [data-problem]")).ToBeHiddenAsync();
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Who_texted_stop_shows_as_opted_out_and_a_reply_is_held_back()
    {
        var path = await Texted("hello");
        await desk.Platform.Text(_customer, "STOP");
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, path, Roles.Agent, "dana", new Sms.Testing.Browser.Viewer(Dark: true));
        await Expect(page.Locator("#consent")).ToContainTextAsync("Opted out");
        await Expect(page.Locator("p.held")).ToContainTextAsync("they opted out");
        await Expect(page.Locator(".us.auto .by")).ToHaveTextAsync("Consent");
        await page.GetByLabel("What to write").FillAsync("Are you sure?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Locator(".us:not(.auto) .delivery")).ToContainTextAsync("held back: they opted out");
        (await desk.Platform.Received(_customer)).ShouldNotContain("Are you sure?");
        await page.ShouldBeAccessible();
        await page.Screenshot("ticket-opted-out-dark");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_ticket_is_worked_on_by_keys_alone()
    {
        await Texted("Please call me back");
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/inbox", Roles.Agent, "kim");
        await Expect(page.Locator(".ticket").Filter(new() { HasText = _customer })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByLabel("Search tickets")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(_customer);
        await Expect(page.Locator(".ticket").First).ToContainTextAsync(_customer);
        await Expect(page.Locator(".tabs-of-tickets")).ToHaveCountAsync(0);
        // Enter leads to another page, and a key pressed before it is there would be the old one's.
        var loaded = new TaskCompletionSource();
        page.Load += (_, _) => loaded.TrySetResult();
        await page.Keyboard.PressAsync("Enter");
        await loaded.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await Expect(page.GetByLabel("Search tickets")).Not.ToBeFocusedAsync();
        await page.Keyboard.PressAsync("j");
        await page.ShouldComeTo("**/tickets/*");
        await page.Keyboard.PressAsync("a");
        await Expect(page.Locator(".talk-title")).ToContainTextAsync("with kim");
        await page.Keyboard.PressAsync("n");
        await Expect(page.GetByLabel("What to write")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Called, no answer.");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator(".note .text")).ToHaveTextAsync("Called, no answer.");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("r");
        await page.Keyboard.TypeAsync("We tried to call you.");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator(".us .text")).ToHaveTextAsync("We tried to call you.");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("s");
        await Expect(page.Locator("#status")).ToHaveTextAsync("solved");
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Next ticket");
        await page.ShouldBeAccessible();
        await page.Screenshot("inbox-keys");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_ticket_is_given_away_tagged_snoozed_solved_and_reopened()
    {
        var path = await Texted("The lamp is broken");
        await desk.Platform.Put("helpdesk", "/teams/repairs", new { members = Repairs });
        await desk.Platform.Put("helpdesk", "/macros/parts", new { title = "Order parts", changes = new { priority = "urgent", note = "Ordered by {{agent.name}}." } });
        await desk.Platform.Put("helpdesk", "/canned-replies/hours", new { title = "Hours", text = "Hi {{contact.name|there}}, {{agent.name}} is here 9 to 17." });
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, path, Roles.Agent, "dana");
        await page.GetByLabel("Agent").And(page.Locator("#agent")).SelectOptionAsync("operator:sam");
        await Expect(page.Locator(".talk-title")).ToContainTextAsync("with sam");
        await page.Locator("#team").SelectOptionAsync("repairs");
        await Expect(page.Locator(".did").Last).ToContainTextAsync("dana assigned it to sam, repairs");
        await page.Locator("#priority").SelectOptionAsync("high");
        await Expect(page.Locator(".did").Last).ToContainTextAsync("dana made it high");
        await page.GetByLabel("New tag").FillAsync("lamps");
        await page.GetByLabel("New tag").PressAsync("Enter");
        await Expect(page.Locator(".about .chips")).ToContainTextAsync("lamps");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the tag lamps" }).ClickAsync();
        await Expect(page.Locator(".about .chips")).Not.ToContainTextAsync("lamps");

        await page.GetByText("Canned replies").ClickAsync();
        await page.Locator(".canned").Filter(new() { HasText = "Hours" }).ClickAsync();
        await Expect(page.GetByLabel("What to write")).ToHaveValueAsync("Hi there, dana is here 9 to 17.");
        await page.GetByLabel("What to write").FillAsync("");
        await page.GetByText("Macros").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Order parts" }).ClickAsync();
        await Expect(page.Locator(".note .text")).ToHaveTextAsync("Ordered by dana.");
        await Expect(page.Locator("#priority")).ToHaveValueAsync("urgent");

        await page.GetByText("Snooze", new() { Exact = true }).First.ClickAsync();
        await page.GetByLabel("for somebody else").CheckAsync();
        await page.Screenshot("ticket-snooze");
        await page.GetByRole(AriaRole.Button, new() { Name = "1 hour" }).ClickAsync();
        await Expect(page.Locator("#status")).ToHaveTextAsync("on hold");
        await Expect(page.Locator(".talk-title")).ToContainTextAsync("wakes in ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Solve", Exact = true }).ClickAsync();
        await Expect(page.Locator("#status")).ToHaveTextAsync("solved");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reopen" }).ClickAsync();
        await Expect(page.Locator("#status")).ToHaveTextAsync("open");
        await Expect(page.Locator(".did").Last).ToContainTextAsync("dana set it open");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Texts_are_moved_and_tickets_merged_and_both_taken_back()
    {
        var path = await Texted("The lamp is broken");
        await desk.Platform.Text(_customer, "And what does a chair cost?");
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, path, Roles.Agent, "dana");
        await Expect(page.Locator(".them .text")).ToHaveCountAsync(2);
        await page.Locator(".them").Filter(new() { HasText = "chair" }).GetByRole(AriaRole.Link, new() { Name = "move" }).ClickAsync();
        await page.Locator(".moving").GetByRole(AriaRole.Button, new() { Name = "move" }).ClickAsync();
        await Expect(page.Locator(".others")).ToContainTextAsync("1 text moved to #");
        await Expect(page.Locator(".them .text")).ToHaveTextAsync(["The lamp is broken"]);
        await page.Screenshot("ticket-moved");
        await page.Locator(".others").GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
        await Expect(page.Locator(".them .text")).ToHaveCountAsync(2);

        await page.Locator(".others li a").ClickAsync();
        await Expect(page.Locator(".them .text")).ToHaveCountAsync(0);
        await page.GetByText("Merge", new() { Exact = true }).First.ClickAsync();
        await page.Locator(".merge").GetByRole(AriaRole.Button, new() { Name = "Merge" }).ClickAsync();
        await page.ShouldComeTo(Desk.Url(path) + "*");
        await Expect(page.Locator(".others")).ToContainTextAsync("was merged into this");
        await page.Locator(".others").GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
        await Expect(page.Locator(".others")).Not.ToContainTextAsync("was merged into this");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task What_is_typed_survives_leaving_the_page_and_what_happens_meanwhile()
    {
        var path = await Texted("hello?");
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, path, Roles.Agent, "dana");
        await page.GetByLabel("What to write").FillAsync("Half a sent");
        await desk.Platform.Text(_customer, "still there?");
        await Expect(page.Locator(".them .text")).ToHaveCountAsync(2);
        await Expect(page.GetByLabel("What to write")).ToHaveValueAsync("Half a sent");
        await page.GotoAsync(Desk.Url("/account"));
        await page.GotoAsync(Desk.Url(path));
        await Expect(page.GetByLabel("What to write")).ToHaveValueAsync("Half a sent");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send & solve" }).ClickAsync();
        await Expect(page.Locator("#status")).ToHaveTextAsync("solved");
        await page.ReloadAsync();
        await Expect(page.GetByLabel("What to write")).ToHaveValueAsync("");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Tickets_are_found_by_words_names_and_numbers_and_narrowed()
    {
        var path = await Texted("A most peculiar zebra");
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/inbox", Roles.Reader, "onlooker");
        await page.GetByLabel("Search tickets").FillAsync("peculiar zebra");
        await Expect(page.Locator(".ticket")).ToContainTextAsync(["A most peculiar zebra"]);
        var number = (await page.Locator(".ticket .number").First.TextContentAsync())!;
        await page.GetByLabel("Search tickets").FillAsync(number);
        await Expect(page.Locator(".ticket").First).ToContainTextAsync(_customer);
        await page.GetByLabel("Search tickets").FillAsync("nothing of the sort");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing found" })).ToBeVisibleAsync();
        await page.GotoAsync(Desk.Url("/inbox"));
        await page.GetByText("Filters").ClickAsync();
        await page.GetByLabel("Priority").SelectOptionAsync("low");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing here" })).ToBeVisibleAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("inbox-nothing");
        await page.GotoAsync(Desk.Url(path));
        await Expect(page.Locator(".composer")).ToHaveTextAsync("You may read. Agents answer.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Solve" })).ToHaveCountAsync(0);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_conversation_with_somebody_who_has_not_written_is_begun()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/inbox", Roles.Agent, "dana");
        await page.Keyboard.PressAsync("c");
        await page.GetByLabel("Their number").FillAsync(_customer);
        await page.GetByLabel("Our number").FillAsync(RunningPlatform.OurNumber);
        await page.GetByLabel("Endpoint").SelectOptionAsync("sms");
        await page.ShouldBeAccessible();
        await page.Screenshot("inbox-new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the ticket" }).ClickAsync();
        await page.ShouldComeTo("**/tickets/*");
        await page.GetByLabel("What to write").FillAsync("Your order is ready.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Locator(".us .delivery")).ToHaveClassAsync("delivery accepted");
        await Eventually.Sees(() => desk.Platform.Received(_customer), (IReadOnlyList<string> received) => received is ["Your order is ready."]);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task On_a_phone_the_list_and_the_conversation_are_two_steps()
    {
        await Texted("From my phone");
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/inbox", Roles.Agent, "dana", new Sms.Testing.Browser.Viewer(360, 740));
        await page.ShouldNotScrollSideways();
        await page.Screenshot("inbox-phone");
        await page.Locator(".ticket").Filter(new() { HasText = _customer }).ClickAsync();
        await Expect(page.Locator(".them .text")).ToBeVisibleAsync();
        await Expect(page.Locator(".tickets-pane")).ToBeHiddenAsync();
        await page.ShouldNotScrollSideways();
        await page.ShouldBeAccessible();
        await page.Screenshot("ticket-phone");
        await page.GetByRole(AriaRole.Link, new() { Name = "Details" }).ClickAsync();
        await Expect(page.Locator("#consent")).ToBeVisibleAsync();
        await page.Screenshot("ticket-phone-details");
        await page.Locator(".about-close").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the list" }).ClickAsync();
        await Expect(page.Locator(".tickets-pane")).ToBeVisibleAsync();
    }

    [BrowserFact(OnRealServers = true)]
    public async Task What_the_desk_has_ready_is_added_changed_and_removed()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/desk", Roles.Agent, "dana");
        await page.GetByText("Add a canned reply").ClickAsync();
        await page.Locator("#title-canned-replies-").FillAsync("Thank you");
        await page.Locator("#canned-new").FillAsync("Thank you, {{contact.name|friend}}.");
        await page.ShouldBeAccessible();
        await page.Screenshot("desk");
        await page.Locator("[data-row='canned-replies-']").GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        var canned = page.Locator("[data-row='canned-replies-thank-you']");
        await Expect(canned).ToContainTextAsync("Thank you, {{contact.name|friend}}.");
        await canned.Locator("summary").ClickAsync();
        await canned.GetByLabel("Text").FillAsync("Thanks!");
        await canned.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await Expect(canned.Locator("summary")).ToContainTextAsync("Thanks!");

        await page.GetByText("Add a saved view").ClickAsync();
        var view = page.Locator("[data-row='saved-views-']");
        await view.Locator("#title-saved-views-").FillAsync("Urgent here");
        await view.GetByLabel("new", new() { Exact = true }).CheckAsync();
        await view.GetByLabel("urgent").CheckAsync();
        await view.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(page.Locator("[data-row='saved-views-urgent-here']")).ToContainTextAsync("new · urgent");
        await page.GotoAsync(Desk.Url("/inbox"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Urgent here" }).ClickAsync();
        await page.ShouldComeTo("**/inbox?view=urgent-here");

        await page.GotoAsync(Desk.Url("/desk"));
        await page.GetByText("Add a macro").ClickAsync();
        var macro = page.Locator("[data-row='macros-']");
        await macro.Locator("#title-macros-").FillAsync("Call back");
        await macro.GetByLabel("Priority").SelectOptionAsync("high");
        await macro.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(page.Locator("[data-row='macros-call-back']")).ToContainTextAsync("high");
        await page.GetByRole(AriaRole.Button, new() { Name = "I am away" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "I am back" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "I am back" }).ClickAsync();
        page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await page.Locator("[data-row='canned-replies-thank-you'] summary").ClickAsync();
        await page.Locator("[data-row='canned-replies-thank-you']").GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(page.Locator("[data-row='canned-replies-thank-you']")).ToHaveCountAsync(0);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task While_helpdesk_is_down_its_pages_say_so_and_the_others_work()
    {
        var path = await Texted("hello");
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, path, Roles.Agent, "dana");
        await RunningPlatform.Sms("stop", "helpdesk");
        try
        {
            await page.GotoAsync(Desk.Url("/inbox"));
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Helpdesk does not answer" })).ToBeVisibleAsync();
            await page.Screenshot("inbox-away");
            await page.ShouldBeAccessible();
            await page.GotoAsync(Desk.Url("/account"));
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "dana" })).ToBeVisibleAsync();
            await page.GotoAsync(Desk.Url("/inbox"));
        }
        finally
        {
            await RunningPlatform.Sms("start", "helpdesk");
        }
        await Expect(page.Locator(".ticket").Filter(new() { HasText = _customer })).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    /// <summary>The page of the ticket that a text of the customer opens.</summary>
    private async Task<string> Texted(string text)
    {
        await desk.Platform.Rules();
        await desk.Platform.Text(_customer, text);
        return "/tickets/" + await Eventually.Sees(Ticket, (string? id) => id is not null);
    }

    private async Task<string?> Ticket()
    {
        var page = await desk.Platform.Get("helpdesk", $"/tickets?customer={Uri.EscapeDataString(_customer)}");
        return page.GetProperty("items").EnumerateArray().Select(ticket => ticket.GetProperty("id").GetString()).FirstOrDefault();
    }

    private async Task Replied(string path, string text)
    {
        using var client = desk.Platform.Http("helpdesk");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}/replies") { Content = JsonContent.Create(new { text }) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }
}
