using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using Sms.Console.Views;
using Sms.ServiceHost;

namespace Sms.Console;

/// <summary>
/// Who is signed in: a signed cookie that names the account. What the person may do is read from the account with every request,
/// so that a role taken away or an account closed takes effect at once, on every instance.
/// </summary>
public static class Sessions
{
    private const string Either = "Either", Account = "account", Count = "sessions";

    /// <summary>How long a session lasts after the last time it was used.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    /// <summary>API keys for programs, cookies for people.</summary>
    public static void AddSessions(this IServiceCollection services, IConfiguration configuration)
    {
        // It warns that it does not encrypt the keys: SessionKeys does.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error));
        services.AddSingleton(new SecretBox("Console:MasterKey", configuration["Console:MasterKey"]));
        services.AddSingleton<SessionKeys>();
        services.AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>()
            .Configure<SessionKeys>((options, keys) => options.XmlRepository = keys);
        services.AddDataProtection().SetApplicationName("sms-console");
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = http =>
                http.Request.Headers.Authorization.Count > 0 ? ApiKeys.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(options =>
            {
                (options.LoginPath, options.ReturnUrlParameter) = ("/sign-in", "to");
                (options.ExpireTimeSpan, options.SlidingExpiration) = (Lasts, true);
                (options.Cookie.Name, options.Cookie.HttpOnly, options.Cookie.SameSite) = ("sms-session", true, SameSiteMode.Lax);
                options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                options.Events.OnValidatePrincipal = LookAgain;
                options.Events.OnRedirectToLogin = ToSignIn;
                options.Events.OnRedirectToAccessDenied = context =>
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                };
            });
    }

    /// <summary>Begins a session.</summary>
    public static Task Begin(HttpContext http, Guid id, int sessions)
    {
        var identity = new ClaimsIdentity(
            [new Claim(Account, id.ToString()), new Claim(Count, sessions.ToString(CultureInfo.InvariantCulture))], CookieAuthenticationDefaults.AuthenticationScheme);
        return http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
    }

    /// <summary>Ends this session.</summary>
    public static Task End(HttpContext http) => http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);

    private static async Task LookAgain(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        var database = http.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        if (!Guid.TryParse(context.Principal?.FindFirstValue(Account), out var id)
            || await AccountList.Find(database, id, now, http.RequestAborted) is not { IsClosed: false } account
            || context.Principal.FindFirstValue(Count) != account.Sessions.ToString(CultureInfo.InvariantCulture))
        {
            context.RejectPrincipal();
            await End(http);
            return;
        }
        // Not kept in the cookie: only for this request.
        var held = Roles.Including(account.Role).Select(role => new Claim(ClaimTypes.Role, role)).Append(new Claim(ClaimTypes.Name, account.Name));
        context.Principal.AddIdentity(new ClaimsIdentity(held, CookieAuthenticationDefaults.AuthenticationScheme));
        context.ShouldRenew = false;
    }

    // A page goes to the sign-in; what the script asks for is answered plainly, and it goes there itself.
    private static Task ToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.Request.Headers.ContainsKey(Live.Header) || context.Request.Path.StartsWithSegments("/live", StringComparison.Ordinal))
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else
            context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
