using System.Net.Http.Json;
using System.Text;
using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class RulesTests(Desk desk, Chromium browser)
{
    private static readonly object None = new
    {
        perPerson = Array.Empty<object>(), perEndpoint = Array.Empty<object>(), inAll = Array.Empty<object>(), quietMinutesAfterPerson = 0, sameTextTimes = 100,
    };

    [BrowserFact(OnRealServers = true)]
    public async Task The_first_rule_is_written_and_answers_a_real_text()
    {
        await Install();
        await using var windows = new BrowserWindows(browser);
        // What is refused by design is logged by the browser.
        windows.Expect("400");
        windows.Expect("409");
        var page = await desk.Open(windows, "/rules");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "There are no rules yet" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add to my draft" })).ToHaveCountAsync(3);
        await page.ShouldBeAccessible();
        await page.Screenshot("rules-empty");

        await page.GetByRole(AriaRole.Link, new() { Name = "Write the first rule" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("opening hours");
        await page.GetByLabel("Any one of these").FillAsync("stop");
        await page.GetByLabel("The answer").FillAsync("We are open 9 to 18, ");
        await page.GetByLabel("Insert").SelectOptionAsync(new SelectOptionValue { Label = "their first name" });
        await Assertions.Expect(page.Locator("#segments")).ToContainTextAsync("1 message");
        await Assertions.Expect(page.Locator("#segments")).ToContainTextAsync("We are open 9 to 18, Sam");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep in my draft" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-fault=words]")).ToContainTextAsync("consent word");
        await Assertions.Expect(page.GetByLabel("Any one of these")).ToBeFocusedAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("rules-wrong");

        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("What you typed before was still here.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("opening hours");
        await page.GetByLabel("Any one of these").FillAsync("hours\nopen");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep in my draft" }).ClickAsync();
        await page.ShouldComeTo(Desk.Url("/rules"));
        await Assertions.Expect(page.Locator(".rule")).ToContainTextAsync("has the word hours or open");
        await Assertions.Expect(page.Locator(".draft")).ToContainTextAsync("Your draft: one change");

        await page.GetByRole(AriaRole.Link, new() { Name = "Look it over" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Put it in force" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-problem]")).ToContainTextAsync("not been tried");
        await page.GetByLabel("vouch for it").CheckAsync();
        await page.Screenshot("rules-review");
        await page.ShouldBeAccessible();
        await page.GetByRole(AriaRole.Button, new() { Name = "Put it in force" }).ClickAsync();
        await page.ShouldComeTo(Desk.Url("/rules"));

        var customer = Desk.NewCustomer();
        await desk.Platform.Text(customer, "what are your HOURS?");
        await Eventually.Sees(() => desk.Platform.Received(customer), texts => texts.Any(text => text.StartsWith("We are open 9 to 18", StringComparison.Ordinal)));
        await Assertions.Expect(page.Locator(".rule")).ToContainTextAsync("it acted 1 ×");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Rules_are_put_in_order_by_hand_and_by_key_and_switched_off_copied_and_removed()
    {
        await Install(Rule("first"), Rule("second"), Rule("third"));
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/rules");
        await Assertions.Expect(page.Locator(".rule h2 a")).ToHaveTextAsync(["first", "second", "third"]);

        await page.Locator(".rule[data-row=third] .handle").DragToAsync(page.Locator(".rule[data-row=first]"), new() { TargetPosition = new() { X = 60, Y = 4 } });
        await Assertions.Expect(page.Locator(".rule h2 a")).ToHaveTextAsync(["third", "first", "second"]);
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("third is now 1 of 3");

        await page.Locator(".rule[data-row=third] .handle").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.Locator(".rule h2 a")).ToHaveTextAsync(["first", "third", "second"]);
        await Assertions.Expect(page.Locator(".rule[data-row=third] .handle")).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move second up" }).ClickAsync();
        await Assertions.Expect(page.Locator(".rule h2 a")).ToHaveTextAsync(["first", "second", "third"]);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Move second up" })).ToBeFocusedAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Switch first off" }).ClickAsync();
        await Assertions.Expect(page.Locator(".rule[data-row=first] h2")).ToContainTextAsync("off");
        await page.GetByRole(AriaRole.Button, new() { Name = "Duplicate second" }).ClickAsync();
        await Assertions.Expect(page.Locator(".rule h2 a")).ToHaveTextAsync(["first", "second", "second (copy)", "third"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove third" }).ClickAsync();
        await Assertions.Expect(page.Locator(".rule h2 a")).ToHaveTextAsync(["first", "second", "second (copy)"]);
        await page.Screenshot("rules-list");
        await page.ShouldBeAccessible();
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
        await page.Screenshot("rules-phone");

        (await desk.Platform.Get("autoreply", "/rules")).GetProperty("rules").GetArrayLength().ShouldBe(3, "it is only a draft");
        var reader = await desk.Open(windows, "/rules", Roles.Reader, "rule-reader");
        await Assertions.Expect(reader.Locator(".rule h2 a")).ToHaveTextAsync(["first", "second", "third"]);
        await Assertions.Expect(reader.GetByRole(AriaRole.Button, new() { Name = "Move second up" })).ToHaveCountAsync(0);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task While_a_rule_is_written_the_latest_texts_show_what_it_would_do()
    {
        await Install(Rule("money", "refund"));
        var customer = Desk.NewCustomer();
        await desk.Platform.Text(customer, "my refund please");
        await Eventually.Sees(() => desk.Platform.Received(customer), texts => texts.Count > 0);
        await desk.Platform.Text(customer, "is there a parking lot");
        await Eventually.Sees(async () => (await desk.Platform.Get("autoreply", "/answers?limit=1")).GetProperty("items")[0].GetProperty("outcome").GetString(), outcome => outcome == "none");

        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/rules/edit?rule=money", viewer: new Viewer(Dark: true, Width: 1440, Height: 1000));
        await Assertions.Expect(page.Locator(".texts .takes").First).ToContainTextAsync("my refund please");
        await page.GetByLabel("Any one of these").FillAsync("refund\nparking");
        await page.GetByLabel("The answer").FillAsync("Behind the house.");
        var parking = page.Locator(".texts li").Filter(new() { HasText = "is there a parking lot" }).First;
        await Assertions.Expect(parking).ToContainTextAsync("Behind the house.");
        await Assertions.Expect(parking).ToContainTextAsync("new answer");
        await page.GetByLabel("What else").Last.SelectOptionAsync("tag");
        await page.Locator("[name='actions[0].tag']").FillAsync("visitor");
        await Assertions.Expect(page.GetByLabel("What else")).ToHaveCountAsync(2);
        await Assertions.Expect(parking).ToContainTextAsync("visitor");
        await page.Screenshot("rules-edit-dark");
        await page.ShouldBeAccessible();
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
        await page.Screenshot("rules-edit-phone", whole: true);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_draft_is_tried_on_real_texts_then_runs_in_the_shadow_and_is_put_in_force_and_reverted()
    {
        await Install(Rule("money", "refund"), Rule("lost", "umbrella"));
        var before = (await desk.Platform.Get("autoreply", "/rule-sets")).EnumerateArray().First(set => set.GetProperty("label").GetString() == "default").GetProperty("version").GetInt64();
        var customer = Desk.NewCustomer();
        foreach (var text in (string[])["my refund please", "an umbrella", "do you sell garden gnomes"])
            await desk.Platform.Text(customer, text);
        await Eventually.Sees(() => desk.Platform.Query("autoreply", $"select count(*) from answers where number = '{customer}'"), counts => counts[0] == "3");

        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/rules");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove lost" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New rule" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("gnomes");
        await page.GetByLabel("Any one of these").FillAsync("gnomes");
        await page.GetByLabel("The answer").FillAsync("In all colours.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep in my draft" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Try it on real texts" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".outcomes")).ToBeVisibleAsync();
        await page.GetByLabel("Show", new() { Exact = true }).SelectOptionAsync("new");
        await Assertions.Expect(page.Locator(".compared li").First).ToContainTextAsync("In all colours.");
        await Assertions.Expect(page.Locator(".compared")).Not.ToContainTextAsync("an umbrella");
        await page.GetByLabel("Show", new() { Exact = true }).SelectOptionAsync("lost");
        await Assertions.Expect(page.Locator(".compared")).ToContainTextAsync("an umbrella");
        await page.GetByLabel("Show", new() { Exact = true }).SelectOptionAsync("");
        await Assertions.Expect(page.Locator(".compared")).ToContainTextAsync("do you sell garden gnomes");
        await page.Screenshot("rules-trial");
        await page.ShouldBeAccessible();
        await ShouldSuitTheNightAndAPhone(page, "rules-trial");

        await page.GotoAsync(Desk.Url("/rules/review"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Let my draft run in the shadow" }).ClickAsync();
        await page.ShouldComeTo(Desk.Url("/rules/shadow"));
        var other = Desk.NewCustomer();
        await desk.Platform.Text(other, "gnomes?");
        await Assertions.Expect(page.Locator(".compared")).ToContainTextAsync("In all colours.");
        await page.Screenshot("rules-shadow");
        await page.ShouldBeAccessible();
        await ShouldSuitTheNightAndAPhone(page, "rules-shadow");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put them in force" }).ClickAsync();
        await page.ShouldComeTo(Desk.Url("/rules"));
        await Assertions.Expect(page.Locator(".rule h2 a")).ToHaveTextAsync(["money", "gnomes"]);

        await page.GetByRole(AriaRole.Link, new() { Name = "Versions" }).ClickAsync();
        await Assertions.Expect(page.Locator(".diff").First).ToContainTextAsync("gnomes");
        await page.Screenshot("rules-versions");
        await page.ShouldBeAccessible();
        await ShouldSuitTheNightAndAPhone(page, "rules-versions");
        await page.GetByRole(AriaRole.Link, new() { Name = $"What changed in version {before}", Exact = true }).ClickAsync();
        await page.GetByLabel("vouch for it").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Put version {before} in force again" }).ClickAsync();
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("in force again");
        (await desk.Platform.Get("autoreply", "/rules")).GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("name").GetString()).ShouldBe(["money", "lost"]);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_trial_that_takes_long_is_stopped()
    {
        await Install(Rule("money", "refund"));
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/rules/trial");
        await using (await desk.Platform.LongTransaction("autoreply", locked: "answers"))
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
            await page.ShouldBeAccessible();
            await page.Screenshot("rules-trial-runs");
            await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
            await Assertions.Expect(page.GetByText("It was stopped.")).ToBeVisibleAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0);
        }
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".outcomes")).ToBeVisibleAsync();
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Where_too_many_answers_were_about_to_leave_an_admin_lets_rules_answer_again()
    {
        await Install([Rule("money", "refund")], new
        {
            perPerson = Array.Empty<object>(), perEndpoint = Array.Empty<object>(), inAll = new[] { new { most = 1, minutes = 60 } }, quietMinutesAfterPerson = 0, sameTextTimes = 100,
        });
        try
        {
            await using var windows = new BrowserWindows(browser);
            var page = await desk.Open(windows, "/rules");
            page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
            // The first is answered, unless another has been lately.
            foreach (var sender in (string[])[Desk.NewCustomer(), Desk.NewCustomer()])
            {
                await desk.Platform.Text(sender, "a refund");
                await Eventually.Sees(() => desk.Platform.Query("autoreply", $"select count(*) from answers where number = '{sender}'"), counts => counts[0] == "1");
            }
            var breaker = page.Locator(".breaker");
            await Assertions.Expect(breaker).ToContainTextAsync("All automatic answers are stopped");
            await Assertions.Expect(breaker).ToContainTextAsync("More than 1 were about to leave");
            await page.ShouldBeAccessible();
            await page.Screenshot("rules-breaker");
            var reader = await desk.Open(windows, "/rules", Roles.Reader, "rule-reader");
            await Assertions.Expect(reader.Locator(".breaker")).ToBeVisibleAsync();
            await Assertions.Expect(reader.Locator(".breaker button")).ToHaveCountAsync(0);

            await breaker.GetByRole(AriaRole.Button, new() { Name = "Let rules answer again" }).ClickAsync();
            await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("Rules answer again.");
            await Assertions.Expect(breaker).ToHaveCountAsync(0);
            await Assertions.Expect(reader.Locator(".breaker")).ToHaveCountAsync(0);
            var customer = Desk.NewCustomer();
            await desk.Platform.Text(customer, "my refund");
            await Eventually.Sees(() => desk.Platform.Received(customer), texts => texts.Contains("money it is"));
        }
        finally
        {
            await Install();
            using var rules = desk.Platform.Http("autoreply");
            (await rules.PostAsJsonAsync("/breakers/close", new { scope = "*" })).EnsureSuccessStatusCode();
        }
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Of_two_admins_at_once_the_second_hears_of_the_first_and_nothing_is_lost()
    {
        await Install(Rule("one"), Rule("two"));
        await using var windows = new BrowserWindows(browser);
        windows.Expect("412");
        var (ann, bob) = (await desk.Open(windows, "/rules", Roles.Admin, "rule-ann"), await desk.Open(windows, "/rules", Roles.Admin, "rule-bob"));
        await bob.GetByRole(AriaRole.Button, new() { Name = "Switch two off" }).ClickAsync();
        await bob.GetByRole(AriaRole.Link, new() { Name = "Look it over" }).ClickAsync();
        await Assertions.Expect(bob.GetByRole(AriaRole.Button, new() { Name = "Put it in force" })).ToBeVisibleAsync();

        await ann.GetByRole(AriaRole.Button, new() { Name = "Switch one off" }).ClickAsync();
        await ann.GetByRole(AriaRole.Link, new() { Name = "Look it over" }).ClickAsync();
        await ann.GetByRole(AriaRole.Button, new() { Name = "Put it in force" }).ClickAsync();
        await ann.ShouldComeTo(Desk.Url("/rules"));

        await bob.GetByRole(AriaRole.Button, new() { Name = "Put it in force" }).ClickAsync();
        await Assertions.Expect(bob.Locator("[data-problem]").Filter(new() { HasText = "Somebody else" })).ToBeVisibleAsync();
        await Assertions.Expect(bob.Locator(".behind")).ToContainTextAsync("one");
        await bob.Screenshot("rules-conflict");
        await bob.GetByRole(AriaRole.Button, new() { Name = "Take their changes into my draft" }).ClickAsync();
        await Assertions.Expect(bob.Locator(".behind")).ToHaveCountAsync(0);
        await bob.GetByRole(AriaRole.Button, new() { Name = "Put it in force" }).ClickAsync();
        await bob.ShouldComeTo(Desk.Url("/rules"));
        (await desk.Platform.Get("autoreply", "/rules")).GetProperty("rules").EnumerateArray().ShouldAllBe(rule => !rule.GetProperty("enabled").GetBoolean());
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Settings_packs_and_files_become_a_draft_too_and_ten_thousand_rules_are_a_page_at_a_time()
    {
        await Install(Rule("one"));
        await using var windows = new BrowserWindows(browser);
        windows.Expect("400");
        var page = await desk.Open(windows, "/rules/settings");
        await page.GetByLabel("Time zone of hours and days").FillAsync("Mars/Crater");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep in my draft" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Time zone of hours and days")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.GetByLabel("Time zone of hours and days").FillAsync("Europe/Berlin");
        await page.ShouldBeAccessible();
        await page.Screenshot("rules-settings", whole: true);
        await ShouldSuitTheNightAndAPhone(page, "rules-settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep in my draft" }).ClickAsync();
        await page.ShouldComeTo(Desk.Url("/rules"));

        await page.GetByRole(AriaRole.Link, new() { Name = "Packs and files" }).ClickAsync();
        await page.ShouldBeAccessible();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to my draft" }).First.ClickAsync();
        await page.ShouldComeTo(Desk.Url("/rules"));
        await Assertions.Expect(page.Locator(".rule h2 a")).ToHaveTextAsync(["one", "confirmed", "another time", "running late"]);

        await page.GetByRole(AriaRole.Link, new() { Name = "Packs and files" }).ClickAsync();
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(new FilePayload
        {
            Name = "rules.yaml", MimeType = "application/yaml",
            Buffer = Encoding.UTF8.GetBytes("rules:\n" + string.Concat(Enumerable.Range(1, 10_000).Select(no => $"  - {{ name: 'rule {no}', match: exact, words: ['word {no}'], reply: 'answer {no}' }}\n"))),
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Read it into my draft" }).ClickAsync();
        await page.ShouldComeTo(Desk.Url("/rules"));
        await Assertions.Expect(page.Locator(".rule")).ToHaveCountAsync(50);
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search" }).FillAsync("answer 9999");
        await Assertions.Expect(page.Locator(".rule h2 a")).ToHaveTextAsync(["rule 9999"]);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task When_rules_are_away_the_page_says_so_and_comes_back()
    {
        await Install(Rule("one"));
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/rules");
        await Assertions.Expect(page.Locator(".rule")).ToHaveCountAsync(1);
        try
        {
            await RunningPlatform.Sms("stop", "autoreply");
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Rules does not answer" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
            await page.Screenshot("rules-away");
        }
        finally
        {
            await RunningPlatform.Sms("start", "autoreply");
        }
        await Assertions.Expect(page.Locator(".rule")).ToHaveCountAsync(1, new() { Timeout = 60_000 });
    }

    private static async Task ShouldSuitTheNightAndAPhone(IPage page, string name)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.ShouldBeAccessible();
        await page.Screenshot($"{name}-dark");
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
        foreach (var bar in (string[])[".rail nav", ".tabs"])
            await Assertions.Expect(page.Locator($"{bar} [aria-current]")).ToBeInViewportAsync(new() { Ratio = 0.95f });
        await page.Screenshot($"{name}-phone");
        await page.SetViewportSizeAsync(1280, 800);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    private static object Rule(string name, string? word = null) => new { name, match = "word", words = new[] { word ?? name }, punctuationCounts = false, reply = $"{name} it is" };

    // Everybody here is the same person, who has no draft to begin with.
    private Task Install(params object[] rules) => Install(rules, None);

    private async Task Install(object[] rules, object limits)
    {
        await desk.Platform.Query("console", "delete from rule_drafts");
        await desk.Platform.Put("autoreply", "/rules?waivedBy=the%20tests", new { rules, limits });
    }
}
