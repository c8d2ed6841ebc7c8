using System.Globalization;
using Sms.Console.Accounts;
using Sms.EventStore;

namespace Sms.Console;

/// <summary>
/// Has a service change something in the name of who is signed in, writes down that they asked for it, and answers their form: with
/// the page that shows it now, or with the reason why not, so that what they typed stays where it is.
/// </summary>
public sealed class OnBehalf(Platform platform, IEventStore store, Viewer viewer)
{
    /// <summary>The hidden fields that <c>Once</c> adds to a form: the same form sent twice does its work once, and on the version that was shown.</summary>
    public const string OnceField = "_once", VersionField = "_version";

    /// <summary>Asks for it.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="service">The service.</param>
    /// <param name="path">What of it.</param>
    /// <param name="body">What is sent as JSON, or content as it is; null for nothing.</param>
    /// <param name="what">What that is, for the log of actions: <c>ticket.reply</c>.</param>
    /// <param name="subject">What it is about, by an id of ours; never a number.</param>
    /// <param name="then">The page to go to.</param>
    /// <param name="said">What to tell the person there; null for nothing.</param>
    public Task<IResult> Ask(HttpMethod method, string service, ApiPath path, object? body, string what, object? subject, string then, string? said = null) =>
        Ask(method, service, path, body, what, subject, _ => (then, said));

    /// <summary>The same where the page to go to depends on what the service said.</summary>
    public async Task<IResult> Ask(
        HttpMethod method, string service, ApiPath path, object? body, string what, object? subject,
        Func<Answer<System.Text.Json.JsonElement>, (string Then, string? Said)> then)
    {
        var answer = await Change(method, service, path, body, what, subject);
        if (!answer.IsThere)
            return Refuse(answer.Problem);
        var (page, said) = then(answer);
        return Go(page, said);
    }

    /// <summary>Only asks and writes down, for who answers the form otherwise.</summary>
    public async Task<Answer<System.Text.Json.JsonElement>> Change(HttpMethod method, string service, ApiPath path, object? body, string what, object? subject)
    {
        var form = viewer.Http.Request.HasFormContentType ? await viewer.Http.Request.ReadFormAsync(viewer.Http.RequestAborted) : null;
        var content = body as HttpContent ?? (body is null ? null : Platform.Body(body));
        var answer = await platform.Change(method, service, path, content, headers =>
        {
            if (form?[OnceField].ToString() is { Length: > 0 } once)
                headers.Add("Idempotency-Key", once);
            if (form?[VersionField].ToString() is { Length: > 0 } version && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                headers.TryAddWithoutValidation("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{number}\""));
        });
        await Record(service, what, subject, answer.Problem?.Status ?? StatusCodes.Status200OK);
        return answer;
    }

    /// <summary>Writes down what somebody did.</summary>
    public Task Record(string service, string what, object? subject, int status) => store.Commit(
        [ActionTaken.Stream.Start(
            Guid.CreateVersion7().ToString(), [new ActionTaken(service, what, Convert.ToString(subject, CultureInfo.InvariantCulture), status)],
            new Cause(null, null, viewer.Actor))], null);

    /// <summary>Goes to a page, and tells something there.</summary>
    public IResult Go(string page, string? said = null)
    {
        Flash.Say(viewer.Http, said);
        return new SeeOther(page);
    }

    /// <summary>Says why not: to the script beside the form, else on the page they came from.</summary>
    public IResult Refuse(Problem problem)
    {
        if (viewer.Http.Request.Headers.ContainsKey(Live.Header))
            return Results.Problem(
                problem.IsAway ? $"{problem.Service}: {problem.Detail}" : problem.Detail, statusCode: problem.Status < 400 ? StatusCodes.Status503ServiceUnavailable : problem.Status,
                extensions: problem.Errors is null ? null : new Dictionary<string, object?> { ["errors"] = problem.Errors });
        Flash.Say(viewer.Http, problem.Detail, wentWrong: true);
        return Back();
    }

    /// <summary>Goes to where they came from.</summary>
    public IResult Back() => new SeeOther(
        Uri.TryCreate(viewer.Http.Request.Headers.Referer, UriKind.Absolute, out var referer) && referer.Authority == viewer.Http.Request.Host.Value
            ? referer.PathAndQuery : "/");

    /// <summary>Says what is wrong with one field.</summary>
    public IResult Refuse(string field, string reason) =>
        Refuse(new Problem("console", StatusCodes.Status400BadRequest, reason, new Dictionary<string, string[]> { [field] = [reason] }));

    // 303: whatever the method was, the page is fetched with GET (RFC 9110, 15.4.4). The script is only told where to go, so that
    // what is to be said there is not used up by its own fetch.
    private sealed class SeeOther(string page) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var isScript = httpContext.Request.Headers.ContainsKey(Live.Header);
            httpContext.Response.StatusCode = isScript ? StatusCodes.Status204NoContent : StatusCodes.Status303SeeOther;
            httpContext.Response.Headers[isScript ? "Sms-Go" : "Location"] = page;
            return Task.CompletedTask;
        }
    }
}

/// <summary>What the next page says first: that something was done, or why not.</summary>
public static class Flash
{
    private const string SaidCookie = "sms-said", WrongCookie = "sms-wrong";

    /// <summary>Leaves it for the next page.</summary>
    public static void Say(HttpContext http, string? words, bool wentWrong = false)
    {
        if (words is { Length: > 0 })
            http.Response.Cookies.Append(wentWrong ? WrongCookie : SaidCookie, words, new CookieOptions
            {
                HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = TimeSpan.FromMinutes(1), Path = "/",
            });
    }

    /// <summary>Takes what was left.</summary>
    public static (string? Said, string? Wrong) Take(HttpContext http)
    {
        return (One(SaidCookie), One(WrongCookie));

        string? One(string name)
        {
            if (http.Request.Cookies[name] is not { Length: > 0 } words)
                return null;
            if (!http.Response.HasStarted)
                http.Response.Cookies.Delete(name);
            return words;
        }
    }
}
