using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sms.GatewayProtocol;

/// <summary>The body of <c>POST /v1/messages</c>. The gateway documents no idempotency key: asking twice texts twice.</summary>
/// <param name="To">The recipient in E.164 with <c>+</c>, although the webhooks write numbers without.</param>
/// <param name="Text">What to say, 1 to <see cref="LongestText"/> characters.</param>
/// <param name="Ref">The caller's own reference, up to <see cref="LongestRef"/> characters; echoed in webhooks.</param>
/// <param name="Callback">Where to report this message's delivery. What is posted there is not documented.</param>
/// <param name="Channel">How to send; <c>sms</c> when left out.</param>
public sealed record SendRequest(string To, string Text, string? Ref = null, string? Callback = null, string? Channel = null)
{
    /// <summary>Characters (UTF-16 units) that <see cref="Text"/> may have.</summary>
    public const int LongestText = 1600;

    /// <summary>Characters that <see cref="Ref"/> may have.</summary>
    public const int LongestRef = 64;
}

/// <summary>The 202 answer to <c>POST /v1/messages</c>: the gateway has the message; the phone sends it a second or two later.</summary>
/// <param name="Id">The gateway's id of it (<c>msg_…</c>).</param>
/// <param name="Status">Where it is now: <see cref="Queued"/>.</param>
/// <param name="CreatedAt">When it was accepted, UTC.</param>
public sealed record SendAccepted(
    string Id, string Status, [property: JsonConverter(typeof(GatewayTime))] DateTimeOffset CreatedAt)
{
    /// <summary>The status of a message that was just accepted. Later ones are not documented.</summary>
    public const string Queued = "queued";
}

/// <summary>The body of every 4xx and 5xx answer.</summary>
/// <param name="Error">What is wrong: one of <see cref="GatewayErrors"/>, or one this version does not know.</param>
/// <param name="Issues">With <see cref="GatewayErrors.ValidationError"/>, an array of what is wrong. Its elements are not documented and may quote the request: do not log them.</param>
public sealed record GatewayError(string Error, JsonElement? Issues = null);

/// <summary>The documented values of <see cref="GatewayError.Error"/>.</summary>
public static class GatewayErrors
{
    /// <summary>400: the body is wrong; <see cref="GatewayError.Issues"/> says where.</summary>
    public const string ValidationError = "validation_error";

    /// <summary>401: no API key, or not in the form <c>Bearer sk_live_…</c>.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>401: an unknown or revoked API key.</summary>
    public const string InvalidApiKey = "invalid_api_key";

    /// <summary>403: the account is suspended.</summary>
    public const string TenantInactive = "tenant_inactive";

    /// <summary>404: no such thing.</summary>
    public const string NotFound = "not_found";

    /// <summary>404: no webhook has been registered.</summary>
    public const string NoWebhookConfig = "no_webhook_config";

    /// <summary>503: no paired phone is online; worth trying again.</summary>
    public const string NoActiveDevice = "no_active_device_for_tenant";
}

/// <summary>The body of <c>PUT /v1/webhooks</c>: forward every text to a URL.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Enabled">Whether to forward at all.</param>
public sealed record WebhookRegistration(string Url, bool Enabled = true);

/// <summary>The answer to <c>PUT /v1/webhooks</c>. The field of the secret is not documented; this is what the simulator answers.</summary>
/// <param name="Url">Where texts are forwarded.</param>
/// <param name="Enabled">Whether they are.</param>
/// <param name="Secret">The signing secret (<c>whsec_…</c>); null when it is not shown.</param>
public sealed record WebhookRegistered(string Url, bool Enabled, string? Secret = null);

/// <summary>How the gateway's API writes JSON: camel case, absent rather than null.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SendRequest))]
[JsonSerializable(typeof(SendAccepted))]
[JsonSerializable(typeof(GatewayError))]
[JsonSerializable(typeof(WebhookRegistration))]
[JsonSerializable(typeof(WebhookRegistered))]
public sealed partial class GatewayJson : JsonSerializerContext;

/// <summary>Times as the gateway writes them: UTC in milliseconds with <c>Z</c>. Any ISO 8601 time with a zone is read.</summary>
public sealed class GatewayTime : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().ToUniversalTime();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value));

    internal static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
