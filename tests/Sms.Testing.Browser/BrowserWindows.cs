using System.Collections.Concurrent;
using Microsoft.Playwright;
using Xunit;

namespace Sms.Testing.Browser;

/// <summary>Who looks at a page, and on what.</summary>
/// <param name="Width">Of the window, in CSS pixels.</param>
/// <param name="Height">Of the window, in CSS pixels.</param>
/// <param name="Dark">Prefers dark colours.</param>
/// <param name="Locale">Language and region, BCP 47.</param>
/// <param name="TimeZone">Where the clock stands, an IANA name.</param>
/// <param name="ReducedMotion">Prefers that nothing moves.</param>
/// <param name="Scripts">Lets pages run scripts.</param>
public sealed record Viewer(
    int Width = 1280, int Height = 800, bool Dark = false, string Locale = "en-GB", string TimeZone = "UTC", bool ReducedMotion = false, bool Scripts = true);

/// <summary>
/// The browser windows of one test, each with cookies and storage of its own. Closed at the end of the test, which fails if a
/// page logged an error, threw one that nobody caught, or tried what its Content-Security-Policy forbids.
/// </summary>
/// <param name="browser">The browser of the test run.</param>
public sealed class BrowserWindows(Chromium browser) : IAsyncDisposable
{
    private readonly List<IBrowserContext> _contexts = [];
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly ConcurrentBag<string> _expected = [];

    /// <summary>Opens a page in a window of its own.</summary>
    public async Task<IPage> Open(string url, Viewer? viewer = null)
    {
        var page = await Open(viewer);
        await page.GotoAsync(url);
        return page;
    }

    /// <summary>Opens a window that shows nothing yet.</summary>
    public async Task<IPage> Open(Viewer? viewer = null)
    {
        viewer ??= new Viewer();
        var context = await browser.Open(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = viewer.Width, Height = viewer.Height },
            ColorScheme = viewer.Dark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = viewer.Locale,
            TimezoneId = viewer.TimeZone,
            JavaScriptEnabled = viewer.Scripts,
            ReducedMotion = viewer.ReducedMotion ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
        });
        _contexts.Add(context);
        // Chromium logs violations of the policy as errors too.
        context.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Enqueue($"{message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => _errors.Enqueue($"uncaught: {error.Error}");
        return await context.NewPageAsync();
    }

    /// <summary>Lets errors pass that this is part of: those that the test provokes.</summary>
    public void Expect(string partOfError) => _expected.Add(partOfError);

    /// <summary>What has been logged that no test expects.</summary>
    public IReadOnlyList<string> Errors =>
        [.. _errors.Where(error => !_expected.Any(part => error.Contains(part, StringComparison.OrdinalIgnoreCase)))];

    /// <summary>Closes the windows, with a picture of each when the test has failed.</summary>
    public async ValueTask DisposeAsync()
    {
        var test = TestContext.Current;
        var pages = test.TestState?.Result == TestResult.Failed ? _contexts.SelectMany(context => context.Pages).ToArray() : [];
        for (var page = 0; page < pages.Length; page++)
            await pages[page].Screenshot($"failed/{test.TestMethod?.MethodName}-{page + 1}");
        foreach (var context in _contexts)
            await context.CloseAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(Errors.Count == 0, "The browser reported:\n" + string.Join('\n', Errors));
    }
}
