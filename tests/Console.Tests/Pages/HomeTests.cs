using Microsoft.Playwright;
using Sms.ServiceHost;

namespace Sms.Console.Tests.Pages;

using Sms.Testing.Browser;

public sealed class HomeTests(Desk desk, Chromium browser)
{
    private static readonly string[] Hours = ["HOURS"];

    [BrowserFact(OnRealServers = true)]
    public async Task A_newcomer_texts_from_the_phone_and_sees_the_desk_answer_beside_it()
    {
        await desk.Platform.Rules(new { name = "hours", match = "word", words = Hours, reply = "We are open Monday to Friday, 9:00 to 17:00." });
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/", Roles.Admin, "visitor");
        await Assertions.Expect(page.Locator("#desk-ticket")).ToContainTextAsync("There is no ticket yet");
        await page.ShouldBeAccessible();
        await Say(page, "Hi, where is my parcel?");
        await Done(page, "#desk-text", "where is my parcel");
        await Done(page, "#desk-contact", "new");
        await Done(page, "#desk-ticket", "#");
        await Done(page, "#desk-consent", "May be texted");
        await Say(page, "HOURS");
        await Done(page, "#desk-reply", "We are open");
        await page.Screenshot("first-minute");
        await Say(page, "STOP");
        await Done(page, "#desk-consent", "Opted out");
        await page.Screenshot("first-minute-stop");
        await page.ShouldBeAccessible();

        await page.Locator("#desk-ticket a").ClickAsync();
        await page.ShouldComeTo("**/tickets/*");
    }

    [BrowserFact(OnRealServers = true)]
    public async Task The_first_page_fits_a_phone_and_the_night()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await desk.Open(windows, "/", viewer: new Viewer(360, 740, Dark: true));
        await page.ShouldNotScrollSideways();
        await page.ShouldBeAccessible();
        await page.Screenshot("first-minute-phone-dark");
    }

    private static async Task Say(IPage page, string words)
    {
        var phone = page.FrameLocator("#phone");
        await phone.GetByRole(AriaRole.Textbox).Last.FillAsync(words);
        await phone.GetByRole(AriaRole.Textbox).Last.PressAsync("Enter");
    }

    private static async Task Done(IPage page, string step, string words)
    {
        await Assertions.Expect(page.Locator(step)).ToContainTextAsync(words, new() { Timeout = 30_000 });
        await Assertions.Expect(page.Locator(step)).ToHaveClassAsync("done");
    }
}
