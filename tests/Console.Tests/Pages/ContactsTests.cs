using System.Net.Http.Json;
using System.Text;
using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;
using static Microsoft.Playwright.Assertions;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class ContactsTests(Desk desk, Chromium browser)
{
    private static readonly string[] Vip = ["vip"], Family = ["family"];

    [BrowserFact(OnRealServers = true)]
    public async Task Somebody_who_texted_is_found_while_typing_by_number_tag_and_field()
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("400");
        var (customer, tag) = (Desk.NewCustomer(), $"tag{Random.Shared.Next():x}");
        await desk.Platform.Text(customer, "Where is my parcel?");
        var page = await desk.Open(windows, "/contacts", Roles.Agent);
        await page.GetByLabel("Name or number").PressSequentiallyAsync(customer[3..]);
        await Expect(page.Locator(".people li")).ToHaveCountAsync(1);
        await Expect(page.Locator(".people li")).ToContainTextAsync("Where is my parcel?");
        await page.Locator(".people a").ClickAsync();

        await page.GetByPlaceholder("Add a tag").FillAsync(tag);
        await page.GetByPlaceholder("Add a tag").PressAsync("Enter");
        await Expect(page.Locator(".chips")).ToContainTextAsync(tag);
        await page.GetByPlaceholder("What the next person").FillAsync("Rings back after six.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the note" }).ClickAsync();
        await Expect(page.Locator(".notes")).ToContainTextAsync("Rings back after six.");
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync($"Asha {tag}");
        await page.GetByLabel("Name of field 1").FillAsync("plan");
        await page.GetByLabel("Value of field 1").FillAsync(tag);
        await page.GetByLabel("Language").FillAsync("klingon!");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("[data-problem]:visible")).ToContainTextAsync("BCP 47");
        await page.GetByLabel("Language").FillAsync("en");
        await page.GetByLabel("Time zone").FillAsync("Asia/Kolkata");
        await page.ShouldBeAccessible();
        await page.Screenshot("contacts-edit", whole: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.ShouldComeTo("**/contacts/*");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync($"Asha {tag} Verified");
        await page.Locator("#history summary").ClickAsync();
        await Expect(page.Locator("#history")).ToContainTextAsync($"Tagged {tag} agent");

        foreach (var query in (string[])[$"tag={tag}", $"field=plan:{tag}", $"search=asha+{tag}", $"search={customer[^6..]}&verified=true"])
        {
            await page.GotoAsync(Desk.Url($"/contacts?{query}"));
            await Expect(page.Locator(".people li")).ToContainTextAsync([$"Asha {tag}"]);
        }
        await page.ShouldBeAccessible();
        await page.GetByLabel("Name or number").FillAsync("nobody of that name");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nobody like that" })).ToBeVisibleAsync();
        await page.Screenshot("contacts-none");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task What_somebody_else_changed_meanwhile_is_said_and_not_overwritten_unseen()
    {
        await using var windows = new BrowserWindows(browser);
        var id = await Enter(new { name = "Bela", numbers = new[] { Desk.NewCustomer() } });
        var (first, second) = (await desk.Open(windows, $"/contacts/{id}/edit", Roles.Agent), await desk.Open(windows, $"/contacts/{id}/edit", Roles.Agent, "other"));
        await first.GetByLabel("Name", new() { Exact = true }).FillAsync("Bela Nagy");
        await second.GetByLabel("Language").FillAsync("hu");
        await second.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await second.ShouldComeTo(Desk.Url($"/contacts/{id}"));

        await first.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(first.Locator("[data-problem]:visible")).ToContainTextAsync("Somebody else has changed it");
        await Expect(first.GetByLabel("Language")).ToHaveValueAsync("hu");
        await Expect(first.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Bela Nagy");
        await first.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await first.ShouldComeTo(Desk.Url($"/contacts/{id}"));
        await Expect(second.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Bela Nagy");
        (await desk.Platform.Get("contacts", $"/contacts/{id}")).GetProperty("language").GetString().ShouldBe("hu");
        windows.Expect("412");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task Two_contacts_are_merged_after_a_look_at_what_it_makes_and_taken_apart_again()
    {
        await using var windows = new BrowserWindows(browser);
        var (mobile, home, name) = (Desk.NewCustomer(), Desk.NewCustomer(), $"Chitra {Random.Shared.Next():x}");
        var id = await Enter(new { name, numbers = new[] { mobile }, tags = Vip, fields = new { plan = "gold" } });
        await Enter(new { name = $"{name} (home)", numbers = new[] { home }, language = "ta", tags = Family, fields = new { plan = "free", city = "Pune" } });
        var page = await desk.Open(windows, $"/contacts/{id}", Roles.Agent);
        await page.GetByRole(AriaRole.Link, new() { Name = "Merge with another" }).ClickAsync();
        await page.GetByLabel("Who is the same person?").PressSequentiallyAsync(home[3..]);
        await page.GetByRole(AriaRole.Link, new() { Name = "(home)" }).ClickAsync();
        var preview = page.Locator("table.preview");
        await Expect(preview.GetByRole(AriaRole.Row, new() { Name = "Name" })).ToContainTextAsync($"{name} instead of “{name} (home)”");
        await Expect(preview.GetByRole(AriaRole.Row, new() { Name = "Language ta" })).ToContainTextAsync("(home)");
        await Expect(preview.GetByRole(AriaRole.Row, new() { Name = "plan" })).ToContainTextAsync("gold instead of “free”");
        await Expect(preview).ToContainTextAsync(home);
        await page.ShouldBeAccessible();
        await page.Screenshot("contacts-merge");
        await page.GetByRole(AriaRole.Button, new() { Name = "Merge them" }).ClickAsync();
        await page.ShouldComeTo(Desk.Url($"/contacts/{id}"));
        await Expect(page.Locator("#numbers ~ ul")).ToContainTextAsync(home);
        await page.GetByRole(AriaRole.Region, new() { Name = "Merged into this one" }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"This is part of {name} now" })).ToBeVisibleAsync();
        await page.GoBackAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Take it out again" }).ClickAsync();
        await Expect(page.Locator("#numbers ~ ul")).Not.ToContainTextAsync(home);
        await page.Locator("#history summary").ClickAsync();
        await Expect(page.Locator("#history")).ToContainTextAsync("A merged contact taken out again");
        await Expect(page.Locator("#history")).ToContainTextAsync("Another contact merged into this one");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_list_is_looked_at_first_its_wrong_rows_are_shown_and_then_it_is_entered()
    {
        await using var windows = new BrowserWindows(browser);
        var (one, two, tag) = (Desk.NewCustomer(), Desk.NewCustomer(), $"list{Random.Shared.Next():x}");
        var page = await desk.Open(windows, "/contacts/imports");
        await page.ShouldBeAccessible();
        await Choose(page, "people.csv", "name,fax\nAnna,1\n");
        await Expect(page.Locator("[data-problem]:visible")).ToContainTextAsync("must begin with a row of column names");
        windows.Expect("400");
        await page.GetByText("Columns of a CSV file").ClickAsync();
        await page.GetByLabel("My file calls them otherwise").FillAsync("Rufname: name");
        await Choose(page, "people.csv", "Handy,Rufname\n1,Anna\n");
        await Expect(page.Locator("[data-problem]:visible")).ToContainTextAsync("this is neither: Rufname: name");
        await page.ShouldBeAccessible();
        await page.ShouldNotScrollSideways();
        await page.Screenshot("contacts-imports");
        await page.GetByLabel("My file calls them otherwise").FillAsync("Handy = numbers\nRufname = name");
        await Choose(page, "people.csv", $"Handy,Rufname,Ort\n{Desk.NewCustomer()},Devi,Bonn\n");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Handy numbers" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Ort not read" })).ToBeVisibleAsync();
        await page.ShouldBeAccessible();
        await page.Screenshot("contacts-columns");
        await page.GetByRole(AriaRole.Link, new() { Name = "Upload another file" }).ClickAsync();
        await Choose(page, "people.csv", $"numbers,name,tags,time_zone\n{one},Devi,{tag},\n{two},Esha,{tag},\n{Desk.NewCustomer()},Farid,{tag},Mars/Olympus\n,Nobody,{tag},\n");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("What this list would do");
        await Expect(page.Locator(".counts")).ToContainTextAsync("2");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "timeZone" })).ToContainTextAsync("IANA");
        await page.ShouldBeAccessible();
        await page.Screenshot("contacts-dry-run");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter 2 rows" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Import");
        await Expect(page.GetByText("All 4 rows")).ToBeVisibleAsync();
        await page.GotoAsync(Desk.Url($"/contacts?tag={tag}"));
        await Expect(page.Locator(".people li")).ToHaveCountAsync(2);

        await page.GotoAsync(Desk.Url("/contacts/imports"));
        await Choose(page, "people.vcf", $"BEGIN:VCARD\nVERSION:3.0\nFN:Gita\nTEL:{Desk.NewCustomer()}\nEND:VCARD\n");
        await Expect(page.GetByText("The only row")).ToBeVisibleAsync();
        await page.GotoAsync(Desk.Url("/contacts/imports"));
        var export = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV", Exact = true }).ClickAsync());
        (await File.ReadAllTextAsync(await export.PathAsync())).ShouldContain(one);
    }

    [BrowserFact(OnRealServers = true)]
    public async Task The_timeline_grows_while_it_is_looked_at_and_shows_only_what_is_asked_for()
    {
        await using var windows = new BrowserWindows(browser);
        var customer = Desk.NewCustomer();
        await desk.Platform.Text(customer, "First text");
        var id = await Whose(customer);
        var page = await desk.Open(windows, $"/contacts/{id}", Roles.Reader);
        await Expect(page.Locator(".entries")).ToContainTextAsync("First text");
        await desk.Platform.Text(customer, "Second text");
        await Expect(page.Locator(".entry.text-in").First).ToContainTextAsync("Second text");
        await desk.Platform.Text(customer, "STOP");
        await Expect(page.Locator(".entry.consent")).ToContainTextAsync("Opted out");
        await Expect(page.Locator("a.tag.bad")).ToContainTextAsync("opted out");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Edit" })).ToHaveCountAsync(0);
        await Expect(page.Locator(".entry.text-in a").First).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^/stories/"));
        await page.Screenshot("contact");
        await page.ShouldBeAccessible();
        await page.GetByRole(AriaRole.Link, new() { Name = "Consent", Exact = true }).Last.ClickAsync();
        await Expect(page.Locator(".entry.text-in")).ToHaveCountAsync(0);
        await Expect(page.Locator(".entry.consent")).ToHaveCountAsync(1);

        var dark = await desk.Open(windows, $"/contacts/{id}", Roles.Agent, viewer: new Viewer(Dark: true));
        await Expect(dark.Locator(".entries")).ToContainTextAsync("STOP");
        await dark.ShouldBeAccessible();
        await dark.Screenshot("contact-dark");
        await dark.SetViewportSizeAsync(360, 740);
        await dark.ShouldNotScrollSideways();
        await dark.Screenshot("contact-phone", whole: true);
        await dark.GotoAsync(Desk.Url("/contacts"));
        await Expect(dark.Locator(".people")).ToBeVisibleAsync();
        await dark.ShouldNotScrollSideways();
        await dark.Screenshot("contacts-phone");
        await dark.SetViewportSizeAsync(1280, 800);
        await dark.ShouldBeAccessible();
        await dark.Screenshot("contacts-dark");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task A_new_contact_is_entered_and_gets_and_loses_numbers()
    {
        await using var windows = new BrowserWindows(browser);
        var (taken, second, line) = (Desk.NewCustomer(), Desk.NewCustomer(), $"98{Random.Shared.Next(10_000_000, 99_999_999)}");
        await Enter(new { name = "Has it", numbers = new[] { taken } });
        var page = await desk.Open(windows, "/contacts/new", Roles.Agent);
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Hari");
        await page.GetByLabel("Numbers", new() { Exact = true }).FillAsync($"0{line}");
        await page.GetByLabel("Country of numbers").SelectOptionAsync("IN");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter the contact" }).ClickAsync();
        await Expect(page.Locator("#numbers ~ ul")).ToContainTextAsync($"+91{line}");
        await Add(taken);
        await Expect(page.Locator("[data-problem]:visible")).ToBeVisibleAsync();
        windows.Expect("409");
        await Add(second);
        await Expect(page.Locator("#numbers ~ ul")).ToContainTextAsync(second);
        page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Remove +91{line}" }).ClickAsync();
        await Expect(page.Locator("#numbers ~ ul")).Not.ToContainTextAsync($"+91{line}");

        async Task Add(string number)
        {
            await page.GetByLabel("Another number").FillAsync(number);
            await page.GetByLabel("Another number").PressAsync("Enter");
        }
    }

    private static async Task Choose(IPage page, string name, string content)
    {
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = name, MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes(content) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
    }

    private async Task<Guid> Enter(object contact)
    {
        using var client = desk.Platform.Http("contacts");
        using var answer = await client.PostAsJsonAsync("/contacts", new { contact });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("id").GetGuid();
    }

    private async Task<Guid> Whose(string number) => (await Eventually.Sees(
        () => desk.Platform.Get("contacts", $"/contacts?number={Uri.EscapeDataString(number)}"), found => found.GetProperty("items").GetArrayLength() == 1, TimeSpan.FromSeconds(60)))
        .GetProperty("items")[0].GetProperty("id").GetGuid();
}
