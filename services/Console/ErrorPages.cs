using System.Net;
using Sms.ServiceHost;

namespace Sms.Console;

/// <summary>What goes wrong is said to a person's browser as a page, and to everybody else as problem+json.</summary>
public sealed class ErrorPages : IProblemDetailsWriter
{
    /// <inheritdoc/>
    public bool CanWrite(ProblemDetailsContext context) =>
        !context.HttpContext.Request.Headers.ContainsKey(Live.Header)
        && context.HttpContext.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var (title, text) = problem.Status switch
        {
            404 => ("There is nothing here", "The address is wrong, or what was here is gone."),
            401 => ("You are not signed in", "Sign in to see this page."),
            403 => ("This is not for you", "Your account may not do this. Ask an admin."),
            429 => ("Too many attempts", "Wait a minute, then try again."),
            503 => ("Not available just now", problem.Detail ?? "Something this page needs does not answer. Try again."),
            400 => ("That did not work", problem.Detail ?? "What was sent cannot be understood. Go back and try again."),
            _ => ("Something went wrong here", "It is our fault, and it is in the log. Try again."),
        };
        context.HttpContext.Response.ContentType = "text/html; charset=utf-8";
        await context.HttpContext.Response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{WebUtility.HtmlEncode(title)}</title><link rel="icon" href="{WebFiles.Url("icon.svg")}"><link rel="stylesheet" href="{WebFiles.Url("console.css")}"></head>
            <body class="alone"><main class="alone-card"><p class="alone-code">{problem.Status}</p><h1>{WebUtility.HtmlEncode(title)}</h1>
            <p>{WebUtility.HtmlEncode(text)}</p><p><a class="button" href="/">Go to the first page</a></p></main></body></html>
            """);
    }
}

/// <summary>Registers what the pages need when something goes wrong.</summary>
internal static class ErrorPageServices
{
    // First of all writers: the one that everything has would take what a browser accepts for JSON.
    public static void AddErrorPages(this IServiceCollection services) => services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, ErrorPages>());

    /// <summary>The routes every service has are for programs: a session's cookie opens none of them.</summary>
    public static RouteGroupBuilder WithApiKeysOnly(this RouteGroupBuilder api) =>
        api.RequireAuthorization(policy => policy.AddAuthenticationSchemes(ApiKeys.SchemeName).RequireAuthenticatedUser());
}
