using System.Net;
using Sms.GatewayProtocol;

namespace Sms.Outbound.Gateway;

/// <summary>What a call to the gateway means for the text it was to send.</summary>
public abstract record GatewayAnswer
{
    /// <summary>Why, as a short code; empty when the gateway has it.</summary>
    public string Why => this switch
    {
        TryLater e => e.Reason,
        WaitForDevice e => e.Reason,
        WaitForOperator e => e.Reason,
        GiveUp e => e.Reason,
        Blocked e => e.Reason,
        Unknown e => e.Reason,
        _ => "",
    };

    /// <summary>What has to happen before it is worth another try, one of <see cref="Sends.WaitsFor"/>; null when there is to be none.</summary>
    public string? WaitsFor => this switch
    {
        TryLater => Sends.WaitsFor.Gateway,
        WaitForDevice => Sends.WaitsFor.Device,
        WaitForOperator => Sends.WaitsFor.Operator,
        _ => null,
    };

    /// <summary>The gateway has it.</summary>
    /// <param name="GatewayId">Its id there, where the answer could be read.</param>
    public sealed record Accepted(string? GatewayId) : GatewayAnswer;

    /// <summary>The gateway does not have it, and may take it later.</summary>
    /// <param name="Reason">Why, as a short code.</param>
    /// <param name="After">How long the gateway asks to be left alone, if it says.</param>
    public sealed record TryLater(string Reason, TimeSpan? After = null) : GatewayAnswer;

    /// <summary>The gateway does not have it: the phone that sends for it is not online.</summary>
    /// <param name="Reason">Why, as a short code.</param>
    public sealed record WaitForDevice(string Reason) : GatewayAnswer;

    /// <summary>The gateway does not have it and will not until somebody corrects the configuration or the account.</summary>
    /// <param name="Reason">Why, as a short code.</param>
    public sealed record WaitForOperator(string Reason) : GatewayAnswer;

    /// <summary>The gateway does not have it and never will take it.</summary>
    /// <param name="Reason">Why, as a short code.</param>
    public sealed record GiveUp(string Reason) : GatewayAnswer;

    /// <summary>The gateway does not have it and never will take it: the person is blocked there, for this number of ours.</summary>
    /// <param name="Reason">The gateway's code.</param>
    public sealed record Blocked(string Reason) : GatewayAnswer;

    /// <summary>The gateway may or may not have it.</summary>
    /// <param name="Reason">Why, as a short code.</param>
    public sealed record Unknown(string Reason) : GatewayAnswer;

    /// <summary>
    /// The one table for Mobile API Connect's send API (<c>POST /v1/messages</c>). Its documentation names 202, 400
    /// <c>validation_error</c>, 401 <c>unauthorized</c> and <c>invalid_api_key</c>, 403 <c>tenant_inactive</c>, 404
    /// <c>not_found</c> and 503 <c>no_active_device_for_tenant</c>; the rest follows HTTP. It offers no idempotency key, so
    /// where HTTP leaves open whether the request was acted on (500, 502, 504 and their like) the outcome is unknown.
    /// </summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">The error code in the body, if any.</param>
    /// <param name="gatewayId">The message id in the body, if any.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> header, if any.</param>
    public static GatewayAnswer From(HttpStatusCode status, string? error, string? gatewayId, TimeSpan? retryAfter) =>
        ((int)status, error) switch
        {
            ( >= 200 and < 300, _) => new Accepted(gatewayId),

            (503, GatewayErrors.NoActiveDevice) => new WaitForDevice(Code(status, error)),

            // Not acted on, by what these mean: timed out before it was read, too early, too many, not serving now.
            (408 or 425 or 429 or 503, _) => new TryLater(Code(status, error), retryAfter),

            // A wrong key, a suspended account or a wrong address concern every text, not this one.
            ( >= 300 and < 400 or 401 or 403 or 404 or 405 or 407, _) => new WaitForOperator(Code(status, error)),

            ( >= 400 and < 500, _) => new GiveUp(Code(status, error)),

            _ => new Unknown(Code(status, error)),
        };

    /// <summary>No answer came.</summary>
    /// <param name="written">Whether any part of the request's body was written: without its body a request is not acted on.</param>
    /// <param name="reason">Why, as a short code.</param>
    public static GatewayAnswer None(bool written, string reason) => written ? new Unknown(reason) : new TryLater(reason);

    // Gateways put free text into errors, and free text can hold a number; only what looks like a code is kept.
    private static string Code(HttpStatusCode status, string? error) =>
        error is { Length: > 0 and <= 64 } && error.All(c => char.IsAsciiLetterLower(c) || c == '_')
            ? $"http-{(int)status} {error}"
            : $"http-{(int)status}";
}
