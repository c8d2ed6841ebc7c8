using System.Security.Claims;
using Sms.ServiceHost;

namespace Sms.Console;

/// <summary>Who looks at a page, and how they like it.</summary>
public sealed class Viewer(IHttpContextAccessor accessor, TimeProvider clock)
{
    /// <summary>The cookies in which the browser says its time zone and the chosen colours.</summary>
    public const string ZoneCookie = "sms-zone", ThemeCookie = "sms-theme";

    private readonly HttpContext _http = accessor.HttpContext ?? throw new InvalidOperationException("Nobody looks: there is no request.");
    private TimeZoneInfo? _zone;

    /// <summary>The request.</summary>
    public HttpContext Http => _http;

    /// <summary>The name they sign in with; empty when they are not signed in.</summary>
    public string Name => _http.User.Identity?.IsAuthenticated == true ? _http.User.FindFirstValue(ClaimTypes.Name) ?? "" : "";

    /// <summary>As an actor of the streams: <c>operator:dana</c>.</summary>
    public string Actor => $"operator:{Name}";

    /// <summary>The most they may do: reader, agent or admin.</summary>
    public string Role => IsAdmin ? Roles.Admin : IsAgent ? Roles.Agent : Roles.Reader;

    /// <summary>Whether they may work with customers.</summary>
    public bool IsAgent => _http.User.IsInRole(Roles.Agent);

    /// <summary>Whether they may change how the platform behaves.</summary>
    public bool IsAdmin => _http.User.IsInRole(Roles.Admin);

    /// <summary><c>light</c>, <c>dark</c>, or <c>auto</c> for what the device says.</summary>
    public string Theme => _http.Request.Cookies[ThemeCookie] is "light" or "dark" ? _http.Request.Cookies[ThemeCookie]! : "auto";

    /// <summary>Where they are; UTC until the browser has said so.</summary>
    public TimeZoneInfo Zone => _zone ??=
        TimeZoneInfo.TryFindSystemTimeZoneById(Uri.UnescapeDataString(_http.Request.Cookies[ZoneCookie] ?? "UTC"), out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>Now.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>A moment, by their clock.</summary>
    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    /// <summary>A part of the query, or null when it is missing or empty.</summary>
    public string? Query(string name) => _http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;
}
