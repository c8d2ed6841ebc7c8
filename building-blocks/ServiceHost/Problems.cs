using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Sms.EventStore;
using Sms.ServiceHost.DeadLetters;

namespace Sms.ServiceHost;

/// <summary>Every failure leaves as problem+json (RFC 9457).</summary>
public sealed class Problems(IProblemDetailsService writer, ILogger<Problems> log) : IExceptionHandler
{
    /// <summary>A 400 that names the field and says what is wrong with it.</summary>
    public static ValidationProblem Invalid(string field, string reason) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]> { [field] = [reason] }, detail: $"{field}: {reason}");

    /// <summary>A 400 with everything that is wrong, by field.</summary>
    public static ValidationProblem Invalid(IDictionary<string, string[]> errors) =>
        TypedResults.ValidationProblem(errors, detail: string.Join("; ", errors.Select(e => $"{e.Key}: {string.Join(", ", e.Value)}")));

    /// <inheritdoc/>
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, title, detail) = exception switch
        {
            RefusedException e => (StatusCodes.Status409Conflict, "Refused", e.Message),
            VersionConflictException when httpContext.Request.Headers.IfMatch.Count > 0 =>
                (StatusCodes.Status412PreconditionFailed, "Changed meanwhile", "Somebody else has changed it since you read it: read it again."),
            VersionConflictException => (StatusCodes.Status409Conflict, "Changed meanwhile", "Somebody else changed it at the same moment: try again."),
            BadHttpRequestException e => (e.StatusCode, "Bad request", (e.InnerException ?? e).Message),
            BrokerAwayException e => (StatusCodes.Status503ServiceUnavailable, "Not available", e.Message),
            _ when Bus.IsOutage(exception) => (StatusCodes.Status503ServiceUnavailable, "Not available", "The database cannot be reached; try again."),
            _ => (StatusCodes.Status500InternalServerError, "Our fault", (string?)null),
        };
        // Where it happened, and not what the exception says: that may repeat a number or a text.
        if (status == StatusCodes.Status500InternalServerError)
            log.LogError(
                "{Method} {Route} failed ({Kind}):\n{Where}", httpContext.Request.Method, (httpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText,
                exception.GetType().Name, exception.StackTrace);
        httpContext.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
            httpContext.Response.Headers.RetryAfter = "5";
        return writer.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails { Status = status, Title = title, Detail = detail },
        });
    }
}

/// <summary>Versions over HTTP: the <c>ETag</c> of a thing is its stream's version.</summary>
public static class ETags
{
    /// <summary>The version the caller has read and bases the change on (<c>If-Match</c>), or null when it does not say.</summary>
    /// <exception cref="BadHttpRequestException">It says something that is no version; carrying on would ignore its condition.</exception>
    public static long? IfMatch(this HttpContext http) => http.Request.Headers.IfMatch.ToString().Trim() switch
    {
        "" or "*" => null,
        ['"', .. var version, '"'] when long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new BadHttpRequestException("If-Match must be an ETag as this service gave it: a version in double quotes."),
    };

    /// <summary>Tells the caller which version it is looking at.</summary>
    public static void SetETag(this HttpContext http, long version) =>
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}

/// <summary>Part of a list.</summary>
/// <param name="Items">The part.</param>
/// <param name="Next">What to pass as <c>after</c> for the part that follows, or null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>How many items a page has when the caller does not say.</summary>
    public const int DefaultSize = 50;

    /// <summary>The most items a page has.</summary>
    public const int MaxSize = 200;
}

/// <summary>Cutting lists into pages.</summary>
public static class Paging
{
    /// <summary>The number of items to return for what the caller asked for: 1 to 200, 50 when it does not say.</summary>
    public static int Size(int? limit) => Math.Clamp(limit ?? Page<object>.DefaultSize, 1, Page<object>.MaxSize);

    /// <summary>Makes a page of rows read one beyond its size; the extra row only tells that there is more.</summary>
    public static Page<T> ToPage<T>(this List<T> rows, int size, Func<T, string> cursor) =>
        rows.Count > size ? new(rows[..size], cursor(rows[size - 1])) : new(rows, null);
}
