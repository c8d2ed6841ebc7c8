using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sms.GatewayProtocol;

namespace Sms.GatewaySimulator;

/// <summary>Mobile API Connect's own HTTP API, as far as the platform uses it.</summary>
internal static partial class GatewayApi
{
    private const string Bearer = "Bearer ";

    public static void Map(WebApplication app)
    {
        var api = app.MapGroup("/v1").AddEndpointFilter(RequireApiKey);

        api.MapPut("/webhooks", async (HttpRequest request, GatewayState state, WebhookTargets targets, CancellationToken ct) =>
        {
            var body = await ReadObject(request, ct);
            var issues = new Issues();
            if (body is null)
                return issues.Add([], "must be a JSON object").ToResult();

            var url = issues.Text(body, "url");
            if (await targets.Problem(url, ct) is { } problem)
                issues.Add(["url"], problem);
            var enabled = !body.TryGetValue("enabled", out var flag) || flag.ValueKind == JsonValueKind.True;
            if (!enabled && flag.ValueKind != JsonValueKind.False)
                issues.Add(["enabled"], "must be true or false");
            if (issues.Any)
                return issues.ToResult();

            var set = state.SetWebhook(url!, enabled);
            return Json(new WebhookRegistered(set.Url, set.Enabled, set.Secret));
        });

        api.MapGet("/webhooks", (GatewayState state) => state.Webhook is { } set
            ? Json(new WebhookRegistered(set.Url, set.Enabled))
            : Error(StatusCodes.Status404NotFound, GatewayErrors.NoWebhookConfig));

        api.MapPost("/messages", SendMessage);

        api.MapFallback(() => Error(StatusCodes.Status404NotFound, GatewayErrors.NotFound));
    }

    private static async Task<IResult> SendMessage(HttpContext http, Phones phones, Misbehaviour misbehaviour, CancellationToken ct)
    {
        var send = misbehaviour.Now.Send;
        await Task.Delay(send.SlowMs, ct);
        if (send.RateLimited)
        {
            http.Response.Headers.RetryAfter = $"{send.RetryAfterSeconds}";
            return Error(StatusCodes.Status429TooManyRequests, "rate_limited"); // Not documented; the status says it.
        }
        if (misbehaviour.FailsSend())
            return Error(StatusCodes.Status500InternalServerError, "internal_error"); // Nor is this.

        var body = await ReadObject(http.Request, ct);
        var issues = new Issues();
        if (body is null)
            return issues.Add([], "must be a JSON object").ToResult();

        var to = issues.Text(body, "to");
        if (to is not null && !E164().IsMatch(to))
            issues.Add(["to"], "must be a number in E.164, with +");
        var text = issues.Text(body, "text", longest: SendRequest.LongestText);
        var reference = issues.Text(body, "ref", optional: true, longest: SendRequest.LongestRef);
        var callback = issues.Text(body, "callback", optional: true);
        if (callback is not null && !(Uri.TryCreate(callback, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            issues.Add(["callback"], "must be a URL");
        if (issues.Text(body, "channel", optional: true) is not (null or "sms"))
            issues.Add(["channel"], "must be sms");
        if (issues.Any)
            return issues.ToResult();
        if (send.NoDevice)
            return Error(StatusCodes.Status503ServiceUnavailable, GatewayErrors.NoActiveDevice);

        var accepted = phones.Send(to!, text!, reference);
        if (misbehaviour.DropsConnection())
        {
            http.Abort();
            return Results.Empty;
        }
        return Results.Json(
            new SendAccepted(accepted.Id, SendAccepted.Queued, accepted.At), GatewayJson.Default.SendAccepted, statusCode: StatusCodes.Status202Accepted);
    }

    private static async ValueTask<object?> RequireApiKey(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var key = http.RequestServices.GetRequiredService<SimulatorOptions>().ApiKey;
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) || string.IsNullOrWhiteSpace(header[Bearer.Length..]))
            return Error(StatusCodes.Status401Unauthorized, GatewayErrors.Unauthorized);
        var (given, expected) = (Encoding.UTF8.GetBytes(header[Bearer.Length..].Trim()), Encoding.UTF8.GetBytes(key));
        return CryptographicOperations.FixedTimeEquals(given, expected)
            ? await next(context)
            : Error(StatusCodes.Status401Unauthorized, GatewayErrors.InvalidApiKey);
    }

    private static async Task<Dictionary<string, JsonElement>?> ReadObject(HttpRequest request, CancellationToken ct)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<Dictionary<string, JsonElement>>(request.Body, cancellationToken: ct);
        }
        catch (JsonException)
        {
            return null; // Answered like any other body that is not an object.
        }
    }

    private static IResult Error(int status, string error) =>
        Results.Json(new GatewayError(error), GatewayJson.Default.GatewayError, statusCode: status);

    private static IResult Json(WebhookRegistered webhook) => Results.Json(webhook, GatewayJson.Default.WebhookRegistered);

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z")]
    private static partial Regex E164();

    /// <summary>What is wrong with a request. The gateway documents the array, not its elements.</summary>
    private sealed class Issues
    {
        private readonly List<object> _issues = [];

        public bool Any => _issues.Count > 0;

        public Issues Add(string[] path, string message)
        {
            _issues.Add(new { path, message });
            return this;
        }

        public string? Text(Dictionary<string, JsonElement> body, string field, bool optional = false, int longest = 2_048)
        {
            var given = body.TryGetValue(field, out var value) && value.ValueKind != JsonValueKind.Null;
            if (!given && optional)
                return null;
            if (!given)
                Add([field], "is required");
            else if (value.ValueKind != JsonValueKind.String || Unescape(value) is not { } text)
                Add([field], "must be a string");
            else if (text.Length > longest || (text.Length == 0 && !optional))
                Add([field], $"must be {(optional ? 0 : 1)} to {longest} characters");
            else
                return text;
            return null;
        }

        public IResult ToResult() => Results.Json(
            new GatewayError(GatewayErrors.ValidationError, JsonSerializer.SerializeToElement(_issues)),
            GatewayJson.Default.GatewayError, statusCode: StatusCodes.Status400BadRequest);

        private static string? Unescape(JsonElement value)
        {
            try
            {
                return value.GetString();
            }
            catch (InvalidOperationException)
            {
                return null; // Half of a surrogate pair.
            }
        }
    }
}
