using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Console.Tests;

using Sms.Testing.Browser;

/// <summary>The whole platform with its console, and people who have accounts there.</summary>
public sealed class Desk : IAsyncLifetime
{
    /// <summary>The password of everybody here.</summary>
    public const string Password = "correct horse battery staple";

    private const string SessionCookie = "sms-session";

    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, Cookie> _sessions = [];

    /// <summary>The platform.</summary>
    public RunningPlatform Platform { get; } = new();

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => Platform.InitializeAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    /// <summary>An address of the console.</summary>
    public static string Url(string path) => new Uri(RunningPlatform.AddressOf("console"), path).ToString();

    /// <summary>A one-time link, as an admin of the machine makes one.</summary>
    public async Task<string> Invitation(string role)
    {
        using var client = Platform.Http("console");
        using var answer = await client.PostAsJsonAsync("/invitations", new { role });
        answer.EnsureSuccessStatusCode();
        return Url((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("path").GetString()!);
    }

    /// <summary>Opens a page in a window of somebody with this role, who is signed in; one person for each role and name.</summary>
    public async Task<IPage> Open(BrowserWindows windows, string path, string role = Roles.Admin, string? name = null, Sms.Testing.Browser.Viewer? viewer = null)
    {
        var page = await windows.Open(viewer);
        var person = name ?? role;
        if (_names.TryAdd(person, role))
        {
            await page.GotoAsync(await Invitation(role));
            await page.GetByLabel("Name").FillAsync(person);
            await page.GetByLabel("New password").FillAsync(Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Open the account" }).ClickAsync();
            await page.ShouldComeTo(Url("/"));
            await page.GotoAsync(Url(path));
        }
        else
        {
            // Signing in is limited, so a session that is still good is gone on with.
            if (_sessions.TryGetValue(person, out var session))
                await page.Context.AddCookiesAsync([session]);
            await page.GotoAsync(Url(path));
            if (new Uri(page.Url).AbsolutePath == "/sign-in")
            {
                await SignIn(page, person, Password);
                await page.ShouldComeTo(Url(path));
            }
        }
        if ((await page.Context.CookiesAsync()).FirstOrDefault(cookie => cookie.Name == SessionCookie) is { } signedIn)
            _sessions[person] = new Cookie { Name = signedIn.Name, Value = signedIn.Value, Url = Url("/") };
        return page;
    }

    /// <summary>Fills in the form that a page not signed in leads to.</summary>
    public static async Task SignIn(IPage page, string name, string password)
    {
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>A customer nobody has heard of yet.</summary>
    public static string NewCustomer() => "+9198" + Random.Shared.NextInt64(10_000_000, 100_000_000);
}
