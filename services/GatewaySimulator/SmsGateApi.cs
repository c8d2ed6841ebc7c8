using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sms.GatewaySimulator;

/// <summary>
/// SMSGate's own HTTP API, as far as the platform uses it: the same phone behind another gateway, one that recognises a repeated
/// request by its id and reports what became of a text. <see href="https://docs.sms-gate.app/integration/api/"/>
/// </summary>
internal static class SmsGateApi
{
    private const int LongestId = 36;

    private sealed record MessageRequest(string? Id, string[]? PhoneNumbers, TextContent? TextMessage);

    private sealed record TextContent(string? Text);

    private sealed record HookRequest(string? Id, string? Url, string? Event);

    private sealed record Refusal(string Message);

    public static void Map(WebApplication app)
    {
        var api = app.MapGroup("/3rdparty/v1").AddEndpointFilter(RequirePassword);
        api.MapPost("/messages", Send);
        api.MapGet("/webhooks", (GatewayState state) => state.ReportHooks.Select(hook => new { hook.Id, hook.Url, hook.Event }));
        api.MapPost("/webhooks", Register);
        api.MapDelete("/webhooks/{id}", (string id, GatewayState state) =>
        {
            state.RemoveReportHook(id);
            return TypedResults.NoContent();
        });
    }

    private static async Task<IResult> Send(HttpContext http, Phones phones, GatewayState state, Misbehaviour misbehaviour, CancellationToken ct)
    {
        var send = misbehaviour.Now.Send;
        await Task.Delay(send.SlowMs, ct);
        if (send.RateLimited)
            return Refused(StatusCodes.Status503ServiceUnavailable, "queue limit reached");
        if (misbehaviour.FailsSend())
            return Refused(StatusCodes.Status500InternalServerError, "internal error");
        if (await Read<MessageRequest>(http.Request, ct) is not { PhoneNumbers: [{ Length: > 0 } to], TextMessage.Text: { Length: > 0 } text } asked
            || asked.Id is { Length: 0 or > LongestId })
            return Refused(StatusCodes.Status400BadRequest, "one phone number, a text, and an id of at most 36 characters");
        if (asked.Id is not null && state.Knows(asked.Id))
            return Refused(StatusCodes.Status409Conflict, "duplicate id");

        // Without a phone online it is taken all the same, and waits.
        var accepted = phones.Send(to, text, reference: null, asked.Id ?? Guid.NewGuid().ToString("N"));
        if (misbehaviour.DropsConnection())
        {
            http.Abort();
            return Results.Empty;
        }
        return TypedResults.Accepted($"/3rdparty/v1/messages/{accepted.Id}", new { accepted.Id, DeviceId = Reports.Device, State = "Pending" });
    }

    private static async Task<IResult> Register(HttpRequest request, GatewayState state, WebhookTargets targets, CancellationToken ct)
    {
        if (await Read<HookRequest>(request, ct) is not { Event: { } name, Url: var url } asked || !Reports.Events.Contains(name))
            return Refused(StatusCodes.Status400BadRequest, $"event must be one of {string.Join(", ", Reports.Events)}");
        if (await targets.Problem(url, ct) is { } problem)
            return Refused(StatusCodes.Status400BadRequest, $"url {problem}");
        var hook = state.SetReportHook(asked.Id ?? Guid.NewGuid().ToString("N"), url!, name);
        return TypedResults.Created($"/3rdparty/v1/webhooks/{hook.Id}", new { hook.Id, hook.Url, hook.Event });
    }

    /// <summary>Any user name; the password is the API key.</summary>
    private static async ValueTask<object?> RequirePassword(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var key = http.RequestServices.GetRequiredService<SimulatorOptions>().ApiKey;
        return AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var given) && given is { Scheme: "Basic", Parameter: { } credentials }
            && Password(credentials) is { } password && CryptographicOperations.FixedTimeEquals(password, Encoding.UTF8.GetBytes(key))
                ? await next(context)
                : Refused(StatusCodes.Status401Unauthorized, "unauthorized");
    }

    private static byte[]? Password(string credentials)
    {
        var bytes = new byte[credentials.Length];
        return Convert.TryFromBase64String(credentials, bytes, out var length) && bytes.AsSpan(0, length).IndexOf((byte)':') is >= 0 and var colon
            ? bytes[(colon + 1)..length]
            : null;
    }

    private static async Task<T?> Read<T>(HttpRequest request, CancellationToken ct)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, JsonSerializerOptions.Web, ct);
        }
        catch (JsonException)
        {
            return null; // Answered like any other body that lacks what it needs.
        }
    }

    private static IResult Refused(int status, string message) => Results.Json(new Refusal(message), statusCode: status);
}
