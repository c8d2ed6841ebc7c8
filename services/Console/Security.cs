using System.Net.Http.Headers;
using System.Threading.RateLimiting;

namespace Sms.Console;

/// <summary>What keeps other sites, and other people, out of a person's session.</summary>
public static class Security
{
    /// <summary>How often somebody may try to sign in, by address: 20 times a minute.</summary>
    public const string SignInLimit = "sign-in";

    /// <summary>Where people meet the gateway simulator, which may then be shown within a page; null without one.</summary>
    public static Uri? Phone(IConfiguration configuration) => Uri.TryCreate(configuration["Console:Phone"], UriKind.Absolute, out var phone) ? phone : null;

    /// <summary>Limits and the client the services are asked with.</summary>
    public static void AddSecurity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddAntiforgery(options => (options.Cookie.Name, options.Cookie.SameSite) = ("sms-form", SameSiteMode.Strict));
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.AddPolicy(SignInLimit, http => RateLimitPartition.GetFixedWindowLimiter(
                http.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = 20, Window = TimeSpan.FromMinutes(1) }));
        });
        services.AddHttpClient(Platform.Client, client =>
        {
            client.Timeout = TimeSpan.FromSeconds(15);
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration["Console:ApiKey"]);
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            // A container that is gone swallows packets; one that is there answers at once.
            ConnectTimeout = TimeSpan.FromSeconds(2), PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false, AllowAutoRedirect = false,
        });
    }

    /// <summary>Headers by which the browser runs only what comes from here, and shows it nowhere else.</summary>
    public static void UseSecurityHeaders(this WebApplication app)
    {
        var frames = Phone(app.Configuration) is { } phone ? phone.GetLeftPart(UriPartial.Authority) : "'none'";
        var policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
            + $"base-uri 'none'; frame-ancestors 'none'; frame-src {frames}; manifest-src 'self'";
        app.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
            if (http.Request.IsHttps)
                headers.StrictTransportSecurity = "max-age=31536000";
            return next();
        });
    }
}
