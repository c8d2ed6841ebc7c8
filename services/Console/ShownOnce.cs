using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Sms.Console;

/// <summary>What is shown on the next page and never again, such as a new secret: it travels encrypted in a cookie of that page, for a minute, and is kept nowhere.</summary>
public sealed class ShownOnce(IDataProtectionProvider protection, Viewer viewer)
{
    private const string Cookie = "sms-once";
    private static readonly TimeSpan Holds = TimeSpan.FromMinutes(1);

    private readonly ITimeLimitedDataProtector _box = protection.CreateProtector("shown-once").ToTimeLimitedDataProtector();

    /// <summary>Leaves it for a page.</summary>
    /// <param name="path">The page's path.</param>
    /// <param name="words">What it is to show.</param>
    public void Leave(string path, string words) => viewer.Http.Response.Cookies.Append(
        Cookie, _box.Protect(words, Holds), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = Holds, Path = path });

    /// <summary>Leaves the secret that a service has made, for a page; one that people chose it does not tell.</summary>
    /// <param name="path">The page's path.</param>
    /// <param name="said">What the service said.</param>
    public void LeaveSecretOf(string path, JsonElement said)
    {
        if (said.TryGetProperty("secret", out var secret) && secret.GetString() is { } words)
            Leave(path, words);
    }

    /// <summary>Takes what was left for this page; null when nothing was.</summary>
    public string? Take()
    {
        var http = viewer.Http;
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } left)
            return null;
        http.Response.Cookies.Delete(Cookie, new CookieOptions { Path = http.Request.Path });
        try
        {
            return _box.Unprotect(left);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
