using Microsoft.Playwright;
using Sms.Testing.Browser;
using Xunit.Sdk;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Sms.Testing.Browser.Tests;

public sealed class BrowserWindowsTests(Chromium browser)
{
    [BrowserTheory]
    [InlineData("<script>console.error('lost')</script>", "lost")]
    [InlineData("<script>setTimeout(() => { throw new Error('thrown') })</script>", "uncaught: Error: thrown")]
    [InlineData("<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\"><script>1</script>", "Content Security Policy")]
    public async Task What_a_page_complains_of_fails_its_test(string html, string complaint)
    {
        (await Should.ThrowAsync<TrueException>(async () => await Show(html, complaint))).Message.ShouldContain(complaint);

        await using var windows = new BrowserWindows(browser);
        windows.Expect(complaint.ToUpperInvariant());
        await Load(await windows.Open(), html);
    }

    [BrowserFact]
    public async Task What_a_page_says_without_complaining_fails_nothing()
    {
        await using var windows = new BrowserWindows(browser);
        await Load(await windows.Open(), "<script>console.log('one'); console.warn('two')</script>");
    }

    [BrowserFact]
    public async Task A_window_is_its_viewers_and_no_other_ones()
    {
        await using var windows = new BrowserWindows(browser);
        const string seen = """
            () => [innerWidth, innerHeight, matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('(prefers-reduced-motion)').matches,
                navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone].join()
            """;
        (await (await windows.Open()).EvaluateAsync<string>(seen)).ShouldBe("1280,800,false,false,en-GB,UTC");
        var other = await windows.Open(new Viewer(360, 740, Dark: true, "de-DE", "Asia/Kolkata", ReducedMotion: true));
        (await other.EvaluateAsync<string>(seen)).ShouldMatch("^360,740,true,true,de-DE,Asia/(Kolkata|Calcutta)$");
    }

    private async Task Show(string html, string complaint)
    {
        await using var windows = new BrowserWindows(browser);
        await Load(await windows.Open(), html);
        await Eventually.Sees(() => windows.Errors, errors => errors.Any(error => error.Contains(complaint, StringComparison.Ordinal)));
    }

    internal static async Task Load(IPage page, string html)
    {
        await page.RouteAsync("**/*", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html", Body = html }));
        await page.GotoAsync("http://page.test/");
    }
}
