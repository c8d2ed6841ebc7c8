using System.Reflection;
using Microsoft.Playwright;
using Xunit;

namespace Sms.Testing.Browser;

/// <summary>
/// The one headless browser of a test run: <c>[assembly: AssemblyFixture(typeof(Chromium))]</c> in the test project, and a
/// parameter of the test class's constructor. It starts with the first window a test opens.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

    private readonly Lazy<Task<IBrowser>> _browser = new(Start);
    private static IPlaywright? _playwright;

    /// <summary>The browser's program: <c>SMS_TEST_BROWSER</c>, or what is found on PATH; null when there is none.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("SMS_TEST_BROWSER") ??
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in Names
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();

    /// <summary>A browser that does not answer any more fails its test after so many milliseconds, and holds up no other.</summary>
    internal const int LongestTest = 240_000;

    /// <summary>What the tests of pages need and this machine lacks, with the way to get it; null when nothing is missing.</summary>
    public static string? Missing { get; } =
        Program is null ? "needs chromium on PATH (Debian's package chromium), or its path in SMS_TEST_BROWSER: ./sms test installs it"
        : !File.Exists(Place("AccessibilityRules")) ? "needs axe-core: ./sms test installs it, or npm ci in tests/Sms.Testing.Browser"
        : null;

    /// <summary>The reason to skip them, or null. On CI there is none: a test that cannot run there has failed.</summary>
    public static string? SkipReason => Environment.GetEnvironmentVariable("CI") == "true" ? null : Missing;

    internal async Task<IBrowserContext> Open(BrowserNewContextOptions options) => await (await _browser.Value).NewContextAsync(options);

    internal static string Place(string name) => typeof(Chromium).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == name).Value!;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated && _browser.Value.IsCompletedSuccessfully)
            await (await _browser.Value).DisposeAsync();
        _playwright?.Dispose();
    }

    private static async Task<IBrowser> Start()
    {
        if (Missing is { } reason)
            throw new InvalidOperationException($"A test of a page {reason}.");
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", Place("PlaywrightDriver"));
        _playwright = await Playwright.CreateAsync();
        // Playwright's five seconds are too few where a database and a broker share the cores.
        Assertions.SetDefaultExpectTimeout(20_000);
        return await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program });
    }
}

/// <summary>A test of a page; skipped where there is no browser, except on CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Skips where the browser is missing.</summary>
    public BrowserFactAttribute(
        [System.Runtime.CompilerServices.CallerFilePath] string? file = null,
        [System.Runtime.CompilerServices.CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, Timeout) = (Chromium.SkipReason, Chromium.LongestTest);

    /// <summary>Whether it needs PostgreSQL and RabbitMQ too.</summary>
    public bool OnRealServers
    {
        get;
        init => Skip = (field = value) ? Skip ?? TestServers.SkipReason : Skip;
    }
}

/// <summary>The same for a test with several sets of data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips where the browser is missing.</summary>
    public BrowserTheoryAttribute(
        [System.Runtime.CompilerServices.CallerFilePath] string? file = null,
        [System.Runtime.CompilerServices.CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, Timeout) = (Chromium.SkipReason, Chromium.LongestTest);

    /// <summary>Whether it needs PostgreSQL and RabbitMQ too.</summary>
    public bool OnRealServers
    {
        get;
        init => Skip = (field = value) ? Skip ?? TestServers.SkipReason : Skip;
    }
}
