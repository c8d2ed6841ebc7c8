using System.Diagnostics;
using System.Text;
using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;
using static Microsoft.Playwright.Assertions;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class ConsentTests(Desk desk, Chromium browser)
{
    [BrowserFact(OnRealServers = true)]
    public async Task A_STOP_shows_while_somebody_looks_and_its_proof_holds_when_checked_elsewhere()
    {
        await using var windows = new BrowserWindows(browser);
        var customer = Desk.NewCustomer();
        await desk.Platform.Text(customer, "Hello, anybody there?");
        var page = await desk.Open(windows, "/consent", Roles.Reader);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "May somebody be texted?" })).ToBeVisibleAsync();
        await page.ShouldBeAccessible();
        await page.GetByLabel("Number").FillAsync(customer);
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await Expect(page.Locator(".verdict")).ToContainTextAsync("Has never opted out");
        await Expect(page.Locator(".facts-list")).ToContainTextAsync("Wrote first");
        await desk.Platform.Text(customer, "STOP");
        await Expect(page.Locator(".verdict")).ToContainTextAsync("Opted out");
        await Expect(page.Locator(".facts-list > li").First).ToContainTextAsync("The whole text is the word “STOP”.");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = RunningPlatform.OurNumber })).ToContainTextAsync("may not");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Enter the opt-out" })).ToHaveCountAsync(0);
        await page.ShouldBeAccessible();
        await page.Screenshot("consent");

        var proof = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the proof" }).ClickAsync());
        proof.SuggestedFilename.ShouldBe("consent-proof.json");
        var file = await proof.PathAsync();
        (await Verify(file)).ShouldBe(0);
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("opted-out", "opted-in ", StringComparison.Ordinal));
        (await Verify(file)).ShouldNotBe(0);

        var dark = await desk.Open(windows, $"/consent?number={Uri.EscapeDataString(customer)}", Roles.Agent, viewer: new Viewer(Dark: true));
        await dark.ShouldBeAccessible();
        await dark.Screenshot("consent-dark", whole: true);
        await dark.SetViewportSizeAsync(360, 740);
        await dark.ShouldNotScrollSideways();
        await dark.Screenshot("consent-phone", whole: true);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task An_agent_enters_what_was_said_on_the_phone()
    {
        await using var windows = new BrowserWindows(browser);
        var customer = Desk.NewCustomer();
        var page = await desk.Open(windows, $"/consent?number={Uri.EscapeDataString(customer)}", Roles.Agent);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing on record" })).ToBeVisibleAsync();
        await page.GetByLabel("How you know").FillAsync("Rang us: no advertising, parcels yes.");
        await page.GetByLabel("For", new() { Exact = true }).SelectOptionAsync("marketing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter the opt-out" }).ClickAsync();
        await Expect(page.Locator(".facts-list > li").First).ToContainTextAsync("Rang us: no advertising");
        await Expect(page.Locator(".facts-list > li").First).ToContainTextAsync("agent · entered by hand");
        await page.GetByLabel("How you know").FillAsync("Ticked the box at the counter.");
        await page.GetByLabel("For", new() { Exact = true }).SelectOptionAsync("notification");
        await page.GetByLabel("What they were told").FillAsync("We text you when your parcel is here.");
        await page.GetByLabel("When they said so").FillAsync("2030-01-01T10:00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter the opt-in" }).ClickAsync();
        await Expect(page.Locator("[data-problem]:visible")).ToContainTextAsync("must not be in the future");
        windows.Expect("400");
        await page.GetByLabel("When they said so").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter the opt-in" }).ClickAsync();
        await Expect(page.Locator(".facts-list > li").First).ToContainTextAsync("We text you when your parcel is here.");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "any other" })).ToContainTextAsync("may be texted");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_review_is_decided_and_gone_from_everybodys_queue()
    {
        await using var windows = new BrowserWindows(browser);
        var customer = Desk.NewCustomer();
        await desk.Platform.Text(customer, "I asked you twice already to please unsubscribe me from whatever this is, thank you");
        var (page, other) = (await desk.Open(windows, "/consent/reviews", Roles.Agent), await desk.Open(windows, "/consent/reviews", Roles.Reader));
        var review = page.Locator(".facts-list > li").Filter(new() { HasText = customer });
        await Expect(review).ToContainTextAsync("To be decided by");
        await Expect(other.Locator(".facts-list > li").Filter(new() { HasText = customer })).ToHaveCountAsync(1);
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "No opt-out" })).ToHaveCountAsync(0);
        await page.ShouldBeAccessible();
        await page.Screenshot("consent-reviews");
        await review.GetByPlaceholder("Why you decide so").FillAsync("She means all texts.");
        await review.GetByRole(AriaRole.Button, new() { Name = "Opt-out", Exact = true }).ClickAsync();
        await Expect(review).ToHaveCountAsync(0);
        await Expect(other.Locator(".facts-list > li").Filter(new() { HasText = customer })).ToHaveCountAsync(0);
        await other.GetByRole(AriaRole.Link, new() { Name = "Decided", Exact = true }).ClickAsync();
        await Expect(other.Locator(".facts-list > li").Filter(new() { HasText = customer })).ToContainTextAsync("She means all texts. agent");
        (await desk.Platform.Get("optout", $"/consent/{customer}")).GetProperty("state").GetString().ShouldBe("opted-out");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_policy_to_come_is_looked_at_before_it_holds_and_withdrawn()
    {
        await using var windows = new BrowserWindows(browser);
        var (customer, name) = (Desk.NewCustomer(), $"Replies need permission {Random.Shared.Next():x}");
        await desk.Platform.Text(customer, "STOP");
        await Eventually.Sees(() => desk.Platform.Get("optout", $"/consent/{customer}"), person => person.GetProperty("facts").GetArrayLength() > 0);
        await desk.Platform.Text(customer, "START");
        await Eventually.Sees(() => desk.Platform.Get("optout", $"/consent/{customer}"), person => person.GetProperty("state").GetString() == "opted-in");
        var page = await desk.Open(windows, "/consent/policies");
        await Expect(page.Locator("li.in-force")).ToContainTextAsync("Related messages");
        await page.Locator("#new-policy summary").ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByLabel("Holds from").FillAsync("2090-01-01T00:00");
        await page.GetByLabel("Replies").CheckAsync();
        await page.Locator("#new-policy").GetByLabel("Why").FillAsync("Counsel says so.");
        await page.ShouldBeAccessible();
        await page.GetByRole(AriaRole.Button, new() { Name = "Put it on the calendar" }).ClickAsync();
        var made = page.Locator(".facts-list > li").Filter(new() { HasText = name });
        await Expect(made).ToContainTextAsync("to come");
        await made.ScrollIntoViewIfNeededAsync();
        await page.Screenshot("consent-policies");
        await made.GetByRole(AriaRole.Link, new() { Name = "Whom it would change" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(name);
        await Expect(page.Locator(".big")).ToContainTextAsync("people");
        await page.ShouldBeAccessible();
        await page.Screenshot("consent-policy-preview");
        await page.GoBackAsync();
        await made.GetByText("Withdraw").First.ClickAsync();
        await made.GetByPlaceholder("Why").FillAsync("Not after all.");
        await made.GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await Expect(made).ToHaveCountAsync(0);
        await page.Locator("#changes summary").ClickAsync();
        await Expect(page.Locator("#changes")).ToContainTextAsync("Policy withdrawn: Not after all. admin");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task What_would_be_made_of_a_text_shows_while_it_is_typed_and_words_can_be_added()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/consent/words?endpoint=sms");
        await page.GetByLabel("Text", new() { Exact = true }).PressSequentiallyAsync("STOP");
        await Expect(page.Locator("#tried")).ToContainTextAsync("An opt-out");
        await Expect(page.Locator("#tried blockquote")).ToContainTextAsync("unsubscribed");
        await page.GetByLabel("Text", new() { Exact = true }).FillAsync("Basta amigos");
        await Expect(page.Locator("#tried")).ToContainTextAsync("An ordinary text");
        await page.Locator("#set-words > summary").ClickAsync();
        await page.GetByLabel("Words of your own").FillAsync("basta amigos = opt-out");
        await page.ShouldBeAccessible();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".chips")).ToContainTextAsync("basta amigos: opt out");
        await page.GotoAsync(Desk.Url("/consent/words?endpoint=sms&text=Basta%20amigos"));
        await Expect(page.Locator("#tried")).ToContainTextAsync("An opt-out");
        await page.Screenshot("consent-words");
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_list_of_opt_outs_is_uploaded_and_everything_is_exported()
    {
        await using var windows = new BrowserWindows(browser);
        var customer = Desk.NewCustomer();
        var page = await desk.Open(windows, "/consent/lists");
        await page.GetByLabel("File").SetInputFilesAsync(new FilePayload
        {
            Name = "list.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes($"number,change,reason\n{customer},opted-out,old system\n{customer},perhaps,\n"),
        });
        await page.ShouldBeAccessible();
        await page.GetByRole(AriaRole.Button, new() { Name = "Upload and enter" }).ClickAsync();
        await Expect(page.GetByText("All 2 rows")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "change" })).ToContainTextAsync("must be opted-out or opted-in");
        await page.Screenshot("consent-list");
        await page.GotoAsync(Desk.Url("/consent/lists"));
        var export = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Our own" }).ClickAsync());
        (await File.ReadAllTextAsync(await export.PathAsync())).ShouldContain(customer);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Without_Contacts_consent_still_tells_and_without_Consent_contacts_do()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("50");
        var customer = Desk.NewCustomer();
        await desk.Platform.Text(customer, "Still there?");
        var known = await Eventually.Sees(
            () => desk.Platform.Get("contacts", $"/contacts?number={Uri.EscapeDataString(customer)}"), found => found.GetProperty("items").GetArrayLength() == 1, TimeSpan.FromSeconds(60));
        var page = await desk.Open(windows, "/", Roles.Agent);
        await Without("contacts", async () =>
        {
            await page.GotoAsync(Desk.Url($"/consent?number={Uri.EscapeDataString(customer)}"));
            await Expect(page.Locator(".verdict")).ToContainTextAsync("Has never opted out");
            await page.GotoAsync(Desk.Url("/contacts"));
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Contacts does not answer" })).ToBeVisibleAsync();
            await page.Screenshot("contacts-away");
        });
        await Expect(page.Locator(".people")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Without("optout", async () =>
        {
            await page.GotoAsync(Desk.Url($"/contacts/{known.GetProperty("items")[0].GetProperty("id").GetGuid()}"));
            await Expect(page.Locator(".entries")).ToContainTextAsync("Still there?");
            await Expect(page.Locator("#numbers ~ ul")).ToContainTextAsync("consent unknown");
            await page.GotoAsync(Desk.Url("/consent/policies"));
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Consent does not answer" })).ToBeVisibleAsync();
        });
        await Expect(page.Locator("li.in-force")).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    private static async Task Without(string service, Func<Task> look)
    {
        await RunningPlatform.Sms("stop", service);
        try
        {
            await look();
        }
        finally
        {
            await RunningPlatform.Sms("start", service);
        }
    }

    private static async Task<int> Verify(string file)
    {
        var start = new ProcessStartInfo(Path.Combine(Environment.GetEnvironmentVariable("SMS_ROOT")!, "sms"), ["verify-proof", file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), process.WaitForExitAsync());
        return process.ExitCode;
    }
}
