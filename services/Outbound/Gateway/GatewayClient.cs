using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sms.GatewayProtocol;
using Sms.Outbound.Sends;

namespace Sms.Outbound.Gateway;

/// <summary>
/// Calls the gateway behind an endpoint: <c>Gateways:{endpoint}:BaseUrl</c> (without <c>/v1</c>) and
/// <c>Gateways:{endpoint}:ApiKey</c>, read at every call so that a corrected key needs no restart.
/// </summary>
public sealed class GatewayClient(IHttpClientFactory http, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>How long a gateway is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int LongestAnswer = 64 * 1024;

    /// <summary>Registers the client and its connections.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<GatewayClient>();
        services.AddHttpClient(nameof(GatewayClient), client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(5),
                AllowAutoRedirect = false,
                // A kept connection that the other side closes just as a text is written to it leaves that text's outcome
                // unknown, and a person has to look. A new connection for each text is cheaper.
                PooledConnectionLifetime = TimeSpan.Zero,
            });
    }

    /// <summary>Whether there is a gateway behind the endpoint.</summary>
    public bool Has(string endpoint) => configuration.GetSection("Gateways").GetSection(endpoint)["BaseUrl"] is { Length: > 0 };

    /// <summary>The gateway behind the endpoint, where it takes the same id twice for the same text; null where that would be a second text.</summary>
    public string? RepeatableAt(string endpoint) => null;

    /// <summary>Hands a text to the gateway, once, and says what came of it. Trouble on the way is an answer too.</summary>
    public async Task<GatewayAnswer> Send(SendEvent.SmsRequested request)
    {
        var account = configuration.GetSection("Gateways").GetSection(request.Endpoint);
        if (account["BaseUrl"] is not { Length: > 0 } address || account["ApiKey"] is not { Length: > 0 } key)
            return new GatewayAnswer.GiveUp("no-gateway-for-this-endpoint");
        if (!Uri.TryCreate(address.TrimEnd('/') + "/v1/messages", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return new GatewayAnswer.WaitForOperator("base-url-is-no-address");

        using var body = new WatchedBody(JsonSerializer.SerializeToUtf8Bytes(
            new SendRequest(request.To, request.Text, Ref: request.SendId.ToString("N")), GatewayJson.Default.SendRequest));
        using var message = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Content = body,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key.Trim()) },
        };
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var client = http.CreateClient(nameof(GatewayClient));
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var (gatewayId, error) = await Read(response, patience.Token);
            return GatewayAnswer.From(response.StatusCode, error, gatewayId, RetryAfter(response));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return GatewayAnswer.None(body.Begun, (e as HttpRequestException)?.HttpRequestError.ToString() ?? "Timeout");
        }
    }

    // The status decides; a body that cannot be read takes nothing away from it.
    private static async Task<(string? GatewayId, string? Error)> Read(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(LongestAnswer, ct);
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (Text(json.RootElement, "id"), Text(json.RootElement, "error"))
                : (null, null);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or OperationCanceledException)
        {
            return (null, null);
        }

        static string? Text(JsonElement json, string name) =>
            json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } until } when until > clock.GetUtcNow() => until - clock.GetUtcNow(),
        _ => null,
    };

    /// <summary>A body that knows whether the writing of it was begun: before that the gateway cannot have acted on it.</summary>
    private sealed class WatchedBody : HttpContent
    {
        private readonly byte[] _json;

        public WatchedBody(byte[] json)
        {
            _json = json;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        public bool Begun { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Begun = true;
            return stream.WriteAsync(_json).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _json.Length;
            return true;
        }
    }
}
