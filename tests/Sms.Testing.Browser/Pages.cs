using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Sms.Testing.Browser;

/// <summary>Looking at pages.</summary>
public static class Pages
{
    // Colours in the middle of a transition are nobody's choice. What is not shown, as in closed details, stands still.
    private const string Settled = """
        () => Promise.race([new Promise(enough => setTimeout(enough, 7000)), Promise.allSettled(document.getAnimations()
            .filter(animation => Number.isFinite(animation.effect?.getComputedTiming().endTime) && animation.effect.target?.checkVisibility() !== false)
            .map(animation => animation.finished))])
        """;

    private const string Check = """
        () => axe.run(document, { resultTypes: ['violations'], iframes: false,
                runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } })
            .then(result => JSON.stringify(result.violations))
        """;

    private static readonly Lazy<string> Rules = new(() => File.ReadAllText(Chromium.Place("AccessibilityRules")));

    private sealed record Violation(string Id, string Help, Element[] Nodes);

    private sealed record Element(JsonElement Target, string Html, string FailureSummary);

    /// <summary>
    /// Holds a page, and the frames in it, to the rules for levels A and AA of WCAG 2.2 that a program can check. The rules are
    /// evaluated by the debugger, which no Content-Security-Policy stops.
    /// </summary>
    public static async Task ShouldBeAccessible(this IPage page)
    {
        var violations = new List<string>();
        foreach (var frame in page.Frames.Where(frame => !frame.IsDetached))
        {
            await frame.EvaluateAsync(Settled);
            await frame.EvaluateAsync(Rules.Value);
            var found = JsonSerializer.Deserialize<Violation[]>(await frame.EvaluateAsync<string>(Check), JsonSerializerOptions.Web)!;
            violations.AddRange(found.Select(Describe));
        }
        Assert.True(violations.Count == 0, $"{new Uri(page.Url).PathAndQuery} is not accessible:\n" + string.Join('\n', violations));
    }

    /// <summary>
    /// Waits until the page is at an address, and all of it is there. <see cref="IPage.WaitForURLAsync(string, PageWaitForURLOptions)"/>
    /// can miss the event that it waits for (https://github.com/microsoft/playwright-dotnet/issues/3364).
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="address">Its address; <c>*</c> stands for anything but a slash, <c>**</c> for anything.</param>
    public static async Task ShouldComeTo(this IPage page, string address)
    {
        var pattern = Regex.Escape(address).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"^{pattern}$"));
        await Eventually.Sees(() => page.EvaluateAsync<string>("document.readyState"), state => state == "complete");
    }

    /// <summary>Fails if the page is wider than its window.</summary>
    public static async Task ShouldNotScrollSideways(this IPage page)
    {
        var wider = await page.EvaluateAsync<string[]>("""
            () => document.scrollingElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
                .filter(element => element.getBoundingClientRect().right > innerWidth + 0.5).map(element => element.outerHTML.slice(0, 120))
            """);
        Assert.True(wider.Length == 0, "Wider than the window:\n" + string.Join('\n', wider));
    }

    /// <summary>Writes a picture of the window to <c>artifacts/screenshots/{test project}/{name}.png</c>.</summary>
    /// <param name="page">The page.</param>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="whole">All of the page, not only what the window shows.</param>
    public static async Task Screenshot(this IPage page, string name, bool whole = false)
    {
        await page.EvaluateAsync(Settled);
        await page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(Chromium.Place("Screenshots"), Assembly.GetEntryAssembly()!.GetName().Name!, name + ".png"),
            FullPage = whole,
        });
    }

    private static string Describe(Violation violation) =>
        $"{violation.Id}: {violation.Help}\n" + string.Join('\n', violation.Nodes.Select(node =>
            $"  {node.Target} {node.Html}\n    {node.FailureSummary.ReplaceLineEndings("\n    ")}"));
}
