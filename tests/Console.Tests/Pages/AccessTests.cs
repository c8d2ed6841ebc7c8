using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class AccessTests(Desk desk, Chromium browser)
{
    [BrowserFact(OnRealServers = true)]
    public async Task A_person_opens_an_account_by_a_link_that_then_holds_no_more()
    {
        await using var windows = new BrowserWindows(browser);
        var link = await desk.Invitation(Roles.Agent);
        var page = await windows.Open(link);
        await page.ShouldBeAccessible();
        await page.Screenshot("welcome");
        await page.GetByLabel("Name").FillAsync("newcomer");
        await page.GetByLabel("New password").FillAsync("newcomer and more");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the account" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-problem]")).ToContainTextAsync("not with your name in it");
        await page.GetByLabel("New password").FillAsync(Desk.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the account" }).ClickAsync();
        await page.ShouldComeTo(Desk.Url("/"));
        await Assertions.Expect(page.Locator(".me")).ToContainTextAsync("newcomer");

        var again = await windows.Open(link);
        await Assertions.Expect(again.GetByRole(AriaRole.Heading)).ToContainTextAsync("holds no more");
        windows.Expect("400");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Without_an_account_every_page_leads_to_the_sign_in_and_back()
    {
        await using var windows = new BrowserWindows(browser);
        await (await desk.Open(windows, "/")).CloseAsync();
        var page = await windows.Open(Desk.Url("/accounts"));
        await page.ShouldComeTo("**/sign-in?to=%2Faccounts");
        await page.ShouldBeAccessible();
        await page.Screenshot("sign-in");
        await Desk.SignIn(page, "admin", "not the password");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("wrong");
        await Desk.SignIn(page, "Admin", Desk.Password);
        await page.ShouldComeTo(Desk.Url("/accounts"));
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Five_wrong_passwords_lock_an_account_and_an_admins_link_opens_it()
    {
        await using var windows = new BrowserWindows(browser);
        await (await desk.Open(windows, "/", Roles.Agent, "forgetful")).CloseAsync();
        var page = await windows.Open(Desk.Url("/sign-in"));
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await Desk.SignIn(page, "forgetful", $"wrong password {attempt}");
            await page.ShouldComeTo(attempt < 4 ? "**/sign-in?why=wrong*" : "**/sign-in?why=locked*");
            if (attempt < 4)
                await page.GotoAsync(Desk.Url("/sign-in"));
        }
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("locked");
        await Desk.SignIn(page, "forgetful", Desk.Password);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("locked");

        var admin = await desk.Open(windows, "/accounts");
        var row = admin.GetByRole(AriaRole.Row).Filter(new() { HasText = "forgetful" });
        await Assertions.Expect(row).ToContainTextAsync("locked");
        await row.GetByRole(AriaRole.Button, new() { Name = "Link for a new password" }).ClickAsync();
        var link = await admin.Locator("#link").TextContentAsync();
        await admin.Screenshot("accounts");
        await admin.ShouldBeAccessible();
        await page.GotoAsync(link!);
        await page.GetByLabel("New password").FillAsync("another one altogether");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        await page.ShouldComeTo(Desk.Url("/"));
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_closed_account_is_signed_in_nowhere_from_that_moment()
    {
        await using var windows = new BrowserWindows(browser);
        var gone = await desk.Open(windows, "/account", Roles.Agent, "leaver");
        var admin = await desk.Open(windows, "/accounts");
        await admin.GetByRole(AriaRole.Row).Filter(new() { HasText = "leaver" }).GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await Assertions.Expect(admin.GetByRole(AriaRole.Row).Filter(new() { HasText = "leaver" })).ToContainTextAsync("closed");
        await gone.ReloadAsync();
        await gone.ShouldComeTo("**/sign-in?to=*");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Who_is_no_admin_sees_no_accounts()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("403");
        var page = await desk.Open(windows, "/account", Roles.Agent);
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Accounts" })).ToHaveCountAsync(0);
        await page.GotoAsync(Desk.Url("/accounts"));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading)).ToContainTextAsync("not for you");
        await page.ShouldBeAccessible();
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Colours_are_as_chosen_and_stay()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/account");
        await page.GetByLabel("Colours").SelectOptionAsync("dark");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.ShouldBeAccessible();
        await page.Screenshot("account-dark");
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
        await page.Screenshot("account-phone");
    }

    [RealServersFact]
    public async Task A_form_that_is_not_ours_changes_nothing()
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = RunningPlatform.AddressOf("console") };
        foreach (var path in (string[])["/sign-in", "/sign-out", "/theme", "/accounts/invite", $"/welcome/{Guid.NewGuid()}"])
        {
            using var answer = await client.PostAsync(path, new FormUrlEncodedContent([KeyValuePair.Create("role", "admin")]));
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.Redirect);
            if (answer.StatusCode == HttpStatusCode.Redirect)
                answer.Headers.Location!.ToString().ShouldContain("/sign-in");
        }
    }

    [RealServersFact]
    public async Task The_first_accounts_link_is_made_once()
    {
        await desk.Invitation(Roles.Reader);
        using var client = desk.Platform.Http("console");
        if ((await desk.Platform.Query("console", "select count(*) from accounts"))[0] == "0")
            return;
        using var answer = await client.PostAsJsonAsync("/invitations", new { role = "admin", ifNobody = true });
        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [RealServersFact]
    public async Task Every_page_says_what_browsers_may_do_with_it()
    {
        using var client = new HttpClient { BaseAddress = RunningPlatform.AddressOf("console") };
        using var answer = await client.GetAsync("/sign-in");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }
}
