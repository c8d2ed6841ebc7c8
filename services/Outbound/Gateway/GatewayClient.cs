using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sms.GatewayProtocol;
using Sms.Outbound.Sends;

namespace Sms.Outbound.Gateway;

/// <summary>Calls the gateway behind an endpoint, as its profile says.</summary>
public sealed class GatewayClient(IHttpClientFactory http, GatewayAccounts accounts, TimeProvider clock)
{
    /// <summary>How long a gateway is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int LongestAnswer = 64 * 1024;

    /// <summary>Registers the client and its connections.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<GatewayAccounts>();
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

    /// <summary>Hands a text to the gateway, once, and says what came of it. Trouble on the way is an answer too.</summary>
    public async Task<GatewayAnswer> Send(SendEvent.SmsRequested request)
    {
        var (account, fault) = accounts.Of(request.Endpoint);
        if (account is null)
            return fault == GatewayAccounts.NoGateway ? new GatewayAnswer.GiveUp(fault) : new GatewayAnswer.WaitForOperator(fault!);

        var written = SendingRequest.For(account.Rules, new OutgoingText(
            request.To, request.From, request.Text, request.SendId.ToString("N"), account.Device, account.Sim, account.Name, account.Callback));
        using var body = new WatchedBody(written);
        using var message = new HttpRequestMessage(HttpMethod.Post, account.BaseUrl.AbsoluteUri.TrimEnd('/') + written.Path) { Content = body };
        Authenticate(message, account);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var client = http.CreateClient(nameof(GatewayClient));
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var (gatewayId, error) = await Read(response, account.Rules, patience.Token);
            return GatewayAnswer.From(account.Rules, response.StatusCode, error, gatewayId, RetryAfter(response));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return GatewayAnswer.None(body.Begun, (e as HttpRequestException)?.HttpRequestError.ToString() ?? "Timeout");
        }
    }

    private static void Authenticate(HttpRequestMessage message, GatewayAccount account)
    {
        switch (account.Rules.Authentication)
        {
            case { Scheme: AuthenticationScheme.Header, Header: { } header }:
                message.Headers.TryAddWithoutValidation(header, account.ApiKey);
                break;
            case { Scheme: AuthenticationScheme.Basic }:
                message.Headers.Authorization =
                    new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.Name}:{account.ApiKey}")));
                break;
            default:
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.ApiKey);
                break;
        }
    }

    // The status decides; a body that cannot be read takes nothing away from it.
    private static async Task<(string? GatewayId, string? Error)> Read(HttpResponseMessage response, SendingRules rules, CancellationToken ct)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(LongestAnswer, ct);
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
            return (
                SendingRequest.At(json.RootElement, rules.IdAt),
                rules.ErrorAt.Select(pointer => SendingRequest.At(json.RootElement, pointer)).FirstOrDefault(error => error is not null));
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or OperationCanceledException)
        {
            return (null, null);
        }
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
        private readonly byte[] _bytes;

        public WatchedBody(SendingRequest written)
        {
            _bytes = written.Body;
            Headers.ContentType = new MediaTypeHeaderValue(written.ContentType);
        }

        public bool Begun { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Begun = true;
            return stream.WriteAsync(_bytes).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return true;
        }
    }
}
