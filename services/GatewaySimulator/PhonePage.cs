using Microsoft.Extensions.FileProviders;

namespace Sms.GatewaySimulator;

/// <summary>The phone on the screen: static files, and what keeps other web pages away from it and from <c>/sim</c>.</summary>
internal static class PhonePage
{
    public static void Use(WebApplication app, SimulatorOptions options)
    {
        var policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; "
            + $"base-uri 'none'; frame-ancestors {(options.Origins is { Length: > 0 } origins ? string.Join(' ', origins) : "'none'")}";
        app.Use(async (http, next) =>
        {
            http.Response.Headers.ContentSecurityPolicy = policy;
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            if (http.Request.Path.StartsWithSegments("/sim") && IsFromElsewhere(http.Request))
                await TypedResults.Problem("Other web pages may not text for you.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(http);
            else
                await next(http);
        });

        // Beside the program, wherever it is started from.
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
        });
    }

    /// <summary>
    /// Whether a browser says that another site's page is asking: no page can set these headers. Sec-Fetch-Site is sent to
    /// trustworthy addresses only (W3C Fetch Metadata Request Headers), Origin with whatever may change something (Fetch standard, 3.2).
    /// </summary>
    private static bool IsFromElsewhere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none");
        return request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value);
    }
}
