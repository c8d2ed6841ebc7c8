using Xunit.Sdk;

namespace Sms.Testing.Browser.Tests;

public sealed class PagesTests(Chromium browser)
{
    private const string Sound = "<!doctype html><html lang=en><title>Sound</title><main><h1>Sound</h1></main>";

    [BrowserFact]
    public async Task An_accessible_page_is_accessible_under_the_strictest_policy()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await windows.Open();
        await BrowserWindowsTests.Load(page, "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">" + Sound);
        await page.ShouldBeAccessible();
    }

    [BrowserTheory]
    [InlineData("<img src='data:,'>", "image-alt", "img")]
    [InlineData("<p style='color:#bbb'>pale</p>", "color-contrast", "p")]
    [InlineData("<iframe title=framed srcdoc='<html lang=en><title>framed</title><input>'></iframe>", "label", "input")]
    public async Task What_is_not_is_named_with_the_rule_and_the_element(string html, string rule, string selector)
    {
        await using var windows = new BrowserWindows(browser);
        windows.Expect("net::ERR_INVALID_URL");
        var page = await windows.Open();
        await BrowserWindowsTests.Load(page, Sound + html);
        (await Should.ThrowAsync<TrueException>(page.ShouldBeAccessible)).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain($"\n{rule}: "), message => message.ShouldContain($"[\"{selector}\"]"));
    }

    [BrowserFact]
    public async Task A_page_that_is_wider_than_its_window_is_told_from_one_that_is_not()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await windows.Open(new Viewer(Width: 360));
        await BrowserWindowsTests.Load(page, Sound);
        await page.ShouldNotScrollSideways();
        await page.EvaluateAsync("() => document.querySelector('h1').style.width = '400px'");
        (await Should.ThrowAsync<TrueException>(page.ShouldNotScrollSideways)).Message.ShouldContain("<h1 style=");
    }

    [BrowserFact]
    public async Task A_screenshot_is_a_file_of_the_test_project()
    {
        await using var windows = new BrowserWindows(browser);
        var page = await windows.Open();
        await BrowserWindowsTests.Load(page, Sound);
        var file = Path.Combine(AppContext.BaseDirectory, "../../../screenshots/Sms.Testing.Browser.Tests/sound.png");
        var before = DateTime.UtcNow;
        await page.Screenshot("sound");
        File.GetLastWriteTimeUtc(file).ShouldBeGreaterThan(before);
    }
}
