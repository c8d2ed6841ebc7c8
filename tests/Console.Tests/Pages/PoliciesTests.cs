using System.Text.Json;
using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;
using static Microsoft.Playwright.Assertions;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

/// <summary>Everything set here is of names of this test's own, and removed again: other tests have tickets on the same desk.</summary>
public sealed class PoliciesTests(Desk desk, Chromium browser) : IAsyncLifetime
{
    private readonly string _name = $"branch-{Random.Shared.Next(1_000_000)}";

    private string Agent => $"operator:{_name}";

    public async ValueTask InitializeAsync()
    {
        if (TestServers.Present)
            await desk.Platform.Put("helpdesk", $"/teams/{_name}", new { members = (string[])[Agent] });
    }

    public async ValueTask DisposeAsync()
    {
        if (!TestServers.Present)
            return;
        using var client = desk.Platform.Http("helpdesk");
        foreach (var path in (string[])[$"/policies/{_name}", $"/calendars/{_name}", $"/teams/{_name}", $"/agents/{Agent}"])
            (await client.DeleteAsync(path)).Dispose();
    }

    [BrowserFact(OnRealServers = true)]
    public async Task An_admin_sets_the_hours_and_the_policy_of_an_endpoint_changes_and_removes_them()
    {
        await desk.Platform.Put("ingress", $"/endpoints/{_name}", new { secret = "whsec_" + Convert.ToBase64String(Guid.NewGuid().ToByteArray()) });
        await using var windows = new BrowserWindows(browser);
        windows.Expect("400");
        var page = await desk.Open(windows, "/desk");
        await page.GetByRole(AriaRole.Link, new() { Name = "Business hours" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Add business hours" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync(_name);
        await page.GetByLabel("Time zone").FillAsync("Berlin");
        await page.GetByLabel("Monday").FillAsync("09:00-12:30, 13:30-17:00");
        await page.GetByLabel("Friday").FillAsync("9–13:00");
        await page.GetByLabel("Saturday").FillAsync("17:00–09:00");
        await page.GetByLabel("Holidays").FillAsync("2099-12-26\n2099-12-25");
        await Save(page);
        await Expect(page.Locator("#fault-zone")).ToContainTextAsync("must be an IANA time zone");
        await Expect(page.Locator("#fault-week-saturday")).ToContainTextAsync("from before until");
        await page.ShouldBeAccessible();
        await page.Screenshot("hours-refused", whole: true);
        await page.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await page.GetByLabel("Saturday").FillAsync("");
        await Save(page);
        var hours = page.Locator($"[data-row='{_name}']");
        await Expect(hours).ToContainTextAsync("Tuesday – Thursday");
        await Expect(hours).ToContainTextAsync("09:00–12:30, 13:30–17:00");
        await Expect(hours).ToContainTextAsync("Fri 25 Dec 2099");
        await Expect(hours).ToContainTextAsync("no policy");
        var calendar = await Set($"/calendars/{_name}");
        calendar.GetProperty("zone").GetString().ShouldBe("Europe/Berlin");
        calendar.GetProperty("week").EnumerateArray().Select(span => $"{span.GetProperty("day")} {span.GetProperty("from")} {span.GetProperty("until")}").ShouldBe(
            ["monday 09:00 12:30", "monday 13:30 17:00", "tuesday 09:00 17:00", "wednesday 09:00 17:00", "thursday 09:00 17:00", "friday 09:00 13:00"]);
        calendar.GetProperty("holidays").EnumerateArray().Select(day => day.GetString()).ShouldBe(["2099-12-25", "2099-12-26"]);

        await page.GetByRole(AriaRole.Link, new() { Name = "Ticket policies" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Add a policy" }).ClickAsync();
        await page.GetByLabel("For the texts of").SelectOptionAsync(_name);
        await page.GetByLabel("An ended ticket is reopened for").FillAsync("40 days");
        await page.GetByLabel("A ticket that waits for its customer is closed after").FillAsync("36 hours");
        await page.GetByLabel("A reopened ticket stays").UncheckAsync();
        await page.GetByLabel("A text that a rule has answered").SelectOptionAsync("open");
        await page.GetByLabel("Wait for consent and rules").FillAsync("1 min 30 s");
        await page.GetByLabel("It goes to").SelectOptionAsync("least-busy");
        await page.GetByLabel("Counted in").SelectOptionAsync(_name);
        await page.GetByLabel("Urgent, First reply").FillAsync("2 days");
        await page.GetByLabel("Urgent, Solved").FillAsync("6 h");
        await page.GetByLabel("Normal, First reply").FillAsync("4h");
        await Save(page);
        await Expect(page.Locator("#fault-targets-urgent-firstReplyMinutes")).ToContainTextAsync("days differ in length");
        await page.GetByLabel("Urgent, First reply").FillAsync("1 h 30 min");
        await Save(page);
        await Expect(page.Locator("#fault-reopenMinutes")).ToContainTextAsync("which is 30 days");
        await Expect(page.Locator("#fault-team")).ToContainTextAsync("must be named");
        await page.ShouldBeAccessible();
        await page.Screenshot("policy-refused", whole: true);
        await page.GetByLabel("An ended ticket is reopened for").FillAsync("2 days 12 h");
        await page.GetByLabel("Team").SelectOptionAsync(_name);
        await Save(page);
        var policy = page.Locator($"[data-row='{_name}']");
        await Expect(policy).ToContainTextAsync("within 2 days 12 h of a ticket’s end reopens it; it is with nobody then");
        await Expect(policy).ToContainTextAsync($"whoever of {_name} is there and has the fewest open");
        await Expect(policy.GetByRole(AriaRole.Row, new() { Name = "Urgent" })).ToContainTextAsync("1 h 30 min");
        await Expect(page.Locator("[data-row='every-endpoint']")).ToContainTextAsync("sms");
        await Expect(page.Locator("[data-row='every-endpoint'] .soft")).Not.ToContainTextAsync(_name);
        await page.ShouldBeAccessible();
        await page.Screenshot("policies", whole: true);
        var set = await Set($"/policies/{_name}");
        set.ToString().ShouldBe(JsonSerializer.Serialize(new
        {
            reopenMinutes = 3600, keepOwner = false, consentTexts = "log", answeredTexts = "open", waitSeconds = 90, idleHours = 36, assignment = "least-busy", team = _name, calendar = _name,
            targets = new[]
            {
                new { priority = "normal", firstReplyMinutes = (int?)240, nextReplyMinutes = (int?)null, resolutionMinutes = (int?)null },
                new { priority = "urgent", firstReplyMinutes = (int?)90, nextReplyMinutes = (int?)null, resolutionMinutes = (int?)360 },
            },
        }));

        await policy.GetByRole(AriaRole.Link, new() { Name = "Change" }).ClickAsync();
        await Expect(page.GetByLabel("Wait for consent and rules")).ToHaveValueAsync("1 min 30 s");
        await Expect(page.GetByLabel("Urgent, Solved")).ToHaveValueAsync("6 h");
        await page.GetByLabel("Urgent, Solved").FillAsync("");
        await Save(page);
        await Expect(policy.GetByRole(AriaRole.Row, new() { Name = "Urgent" })).Not.ToContainTextAsync("6 h");
        await page.GetByRole(AriaRole.Link, new() { Name = "Business hours" }).ClickAsync();
        await Expect(hours.Locator("dd").Last).ToHaveTextAsync(_name);
        await page.ShouldBeAccessible();
        await page.Screenshot("hours");

        page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await page.GotoAsync(Desk.Url($"/desk/calendars/edit?calendar={_name}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(hours).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Ticket policies" }).ClickAsync();
        await Expect(policy).ToContainTextAsync("these hours are no longer there");
        await page.GotoAsync(Desk.Url($"/desk/policies/edit?endpoint={_name}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(policy).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-row='every-endpoint'] .soft")).ToContainTextAsync(_name);
        (await desk.Platform.Get("helpdesk", "/policies")).EnumerateArray().ShouldNotContain(one => one.GetProperty("name").GetString() == _name);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Of_two_admins_at_once_the_second_hears_of_the_first()
    {
        await desk.Platform.Put("helpdesk", $"/policies/{_name}", new { reopenMinutes = 1440, consentTexts = "log", answeredTexts = "open", waitSeconds = 30, idleHours = 24, assignment = "manual" });
        await using var windows = new BrowserWindows(browser);
        windows.Expect("412");
        var path = $"/desk/policies/edit?endpoint={_name}";
        var (first, second) = (await desk.Open(windows, path), await desk.Open(windows, path, Roles.Admin, "deputy"));
        await first.GetByLabel("A ticket that waits for its customer is closed after").FillAsync("3 days");
        await Save(first);
        await Expect(first.Locator($"[data-row='{_name}']")).ToContainTextAsync("closed after 3 days");
        await second.GetByLabel("An ended ticket is reopened for").FillAsync("4 h");
        await Save(second);
        await Expect(second.Locator("[data-problem]")).ToContainTextAsync("Somebody else has changed this meanwhile");
        await Expect(second.GetByLabel("A ticket that waits for its customer is closed after")).ToHaveValueAsync("3 days");
        await Expect(second.GetByLabel("An ended ticket is reopened for")).ToHaveValueAsync("4 h");
        await second.Screenshot("policy-collision");
        await Save(second);
        await Expect(first.Locator($"[data-row='{_name}']")).ToContainTextAsync("within 4 h of a ticket’s end");
        var set = await Set($"/policies/{_name}");
        (set.GetProperty("idleHours").GetInt32(), set.GetProperty("reopenMinutes").GetInt32()).ShouldBe((72, 240));
    }

    [BrowserFact(OnRealServers = true)]
    public async Task An_admin_marks_an_agent_away_and_back()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/desk/agents");
        var row = page.Locator($"[data-row='{Agent}']");
        await Expect(row).ToContainTextAsync("there");
        await row.GetByRole(AriaRole.Button, new() { Name = "Mark away" }).ClickAsync();
        await Expect(row.GetByRole(AriaRole.Button, new() { Name = "Mark back" })).ToBeVisibleAsync();
        await Expect(row.Locator(".warn")).ToHaveTextAsync("away");
        (await Set($"/agents/{Agent}")).GetProperty("away").GetBoolean().ShouldBeTrue();
        await page.ShouldBeAccessible();
        await page.Screenshot("agents");
        await row.GetByRole(AriaRole.Button, new() { Name = "Mark back" }).ClickAsync();
        await Expect(row.Locator(".good")).ToHaveTextAsync("there");
        (await Set($"/agents/{Agent}")).GetProperty("away").GetBoolean().ShouldBeFalse();
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Without_scripts_a_policy_is_set_and_a_wrong_one_refused_all_the_same()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, $"/desk/policies/edit?endpoint={_name}", viewer: new Sms.Testing.Browser.Viewer(Scripts: false));
        await page.GetByLabel("Low, First reply").FillAsync("soon");
        await Save(page);
        await Expect(page.Locator("#wrong")).ToHaveTextAsync("Low, First reply: must be in minutes or hours, such as 30 min or 16 h; days differ in length.");
        await page.GetByLabel("Low, First reply").FillAsync("48 h");
        await Save(page);
        await Expect(page.Locator($"[data-row='{_name}']")).ToContainTextAsync("48 h");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Who_is_no_admin_sees_how_the_desk_works_and_changes_nothing()
    {
        await desk.Platform.Put("helpdesk", $"/calendars/{_name}", new { zone = "Asia/Kolkata", week = Array.Empty<object>(), holidays = (string[])["2020-01-26"] });
        await desk.Platform.Put("helpdesk", $"/policies/{_name}", new
        {
            reopenMinutes = 0, keepOwner = true, consentTexts = "open", answeredTexts = "open", waitSeconds = 30, idleHours = 0, assignment = "round-robin", team = _name, calendar = _name,
            targets = new[] { new { priority = "high", firstReplyMinutes = 15, nextReplyMinutes = 60, resolutionMinutes = 2880 } },
        });
        await using var windows = new BrowserWindows(browser);
        windows.Expect("403");
        var page = await desk.Open(windows, "/desk/policies", Roles.Reader, "onlooker", new Sms.Testing.Browser.Viewer(Dark: true));
        var policy = page.Locator($"[data-row='{_name}']");
        await Expect(policy).ToContainTextAsync($"New tickets go to those of {_name} who are there, in turn.");
        await Expect(policy).ToContainTextAsync("no such endpoint");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Change" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Add a policy" })).ToHaveCountAsync(0);
        await page.ShouldBeAccessible();
        await page.Screenshot("policies-dark", whole: true);
        await Phone(page, "policies-phone");
        await page.GotoAsync(Desk.Url("/desk/calendars"));
        await Expect(page.Locator($"[data-row='{_name}']")).ToContainTextAsync("Day and night, every day");
        await Expect(page.Locator($"[data-row='{_name}']")).ToContainTextAsync("1 past");
        await page.ShouldBeAccessible();
        await Phone(page, "hours-phone");
        await page.GotoAsync(Desk.Url("/desk/agents"));
        await Expect(page.Locator($"[data-row='{Agent}']")).ToContainTextAsync("there");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Mark away" })).ToHaveCountAsync(0);
        await page.ShouldBeAccessible();
        await Phone(page, "agents-phone");
        await page.GotoAsync(Desk.Url($"/desk/policies/edit?endpoint={_name}"));
        await Expect(page.GetByRole(AriaRole.Heading)).ToContainTextAsync("not for you");

        var admin = await desk.Open(windows, $"/desk/policies/edit?endpoint={_name}", viewer: new Sms.Testing.Browser.Viewer(Dark: true));
        await admin.ShouldBeAccessible();
        await admin.Screenshot("policy-dark", whole: true);
        await Phone(admin, "policy-phone");
        await admin.GotoAsync(Desk.Url($"/desk/calendars/edit?calendar={_name}"));
        await admin.ShouldBeAccessible();
        await Phone(admin, "hours-edit-phone");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task While_ingress_is_down_the_endpoint_is_typed_and_a_name_that_has_a_policy_overwrites_none()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("412");
        var page = await desk.Open(windows, "/desk/policies");
        await RunningPlatform.Sms("stop", "ingress");
        try
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Add a policy" }).ClickAsync();
            await page.GetByLabel("For the texts of").FillAsync(_name);
            await page.ShouldBeAccessible();
            await Save(page);
            await Expect(page.Locator($"[data-row='{_name}']")).ToContainTextAsync("Nothing is promised.");
            await page.GotoAsync(Desk.Url("/desk/policies/edit"));
            await page.GetByLabel("For the texts of").FillAsync(_name);
            await page.GetByLabel("An ended ticket is reopened for").FillAsync("5 min");
            await Save(page);
            await Expect(page.Locator("[data-problem]")).ToContainTextAsync("This has been set already");
            (await Set($"/policies/{_name}")).GetProperty("reopenMinutes").GetInt32().ShouldNotBe(5);
        }
        finally
        {
            await RunningPlatform.Sms("start", "ingress");
        }
    }

    private static async Task Phone(IPage page, string screenshot)
    {
        await page.SetViewportSizeAsync(360, 740);
        await page.ShouldNotScrollSideways();
        await page.Screenshot(screenshot, whole: true);
    }

    private static Task Save(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

    private async Task<JsonElement> Set(string path) => (await desk.Platform.Get("helpdesk", path)).GetProperty("value");
}
