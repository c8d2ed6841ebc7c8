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
    /// What an answer means: what the gateway's own table says (<see cref="SendingRules.Answers"/>), and otherwise what HTTP does.
    /// Where HTTP leaves open whether the request was acted on (500, 502, 504 and their like), the outcome is unknown.
    /// </summary>
    /// <param name="rules">How the gateway is sent through.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">The error code in the body, if any.</param>
    /// <param name="gatewayId">The gateway's id of the text in the body, if any.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> header, if any.</param>
    public static GatewayAnswer From(SendingRules rules, HttpStatusCode status, string? error, string? gatewayId, TimeSpan? retryAfter)
    {
        if (SendingAnswers.Named(rules, (int)status, error) is null)
        {
            if ((int)status is >= 500 and not 503)
                return new Unknown(Code(status, error));
            // A wrong address concerns every text, not this one.
            if ((int)status is (>= 300 and < 400) or 404 or 405 or 407)
                return new WaitForOperator(Code(status, error));
        }
        return SendingAnswers.Of(rules, (int)status, error) switch
        {
            SendingMeaning.Accepted => new Accepted(gatewayId),
            SendingMeaning.Retry => new TryLater(Code(status, error), retryAfter),
            SendingMeaning.WaitForDevice => new WaitForDevice(Code(status, error)),
            SendingMeaning.Unauthorised => new WaitForOperator(Code(status, error)),
            SendingMeaning.BlockedByRecipient => new Blocked(IsCode(error) ? error! : $"http-{(int)status}"),
            SendingMeaning.GiveUp => new GiveUp(Code(status, error)),
            var meaning => throw new NotSupportedException($"Nothing is known of an answer that means {meaning}."),
        };
    }

    /// <summary>No answer came.</summary>
    /// <param name="written">Whether any part of the request's body was written: without its body a request is not acted on.</param>
    /// <param name="reason">Why, as a short code.</param>
    public static GatewayAnswer None(bool written, string reason) => written ? new Unknown(reason) : new TryLater(reason);

    private static string Code(HttpStatusCode status, string? error) => IsCode(error) ? $"http-{(int)status} {error}" : $"http-{(int)status}";

    // Gateways put free text into errors, and free text can hold a number; only what looks like a code is kept.
    private static bool IsCode(string? error) => error is { Length: > 0 and <= 64 }
        && (error.All(c => char.IsAsciiLetterLower(c) || c == '_') || (error.Length <= 6 && error.All(char.IsAsciiDigit)));
}
