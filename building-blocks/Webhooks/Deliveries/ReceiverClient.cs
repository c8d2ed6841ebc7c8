using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Sms.ServiceHost;

namespace Sms.Webhooks.Deliveries;

/// <summary>
/// Calls receivers: only where <see cref="GuardedConnections"/> lets it, waiting only so long, reading only so much of the answer.
/// Trouble on the way is an answer too.
/// </summary>
internal sealed class ReceiverClient : IDisposable
{
    /// <summary>The setting that names networks, in CIDR notation, where receivers may be beside the internet, by plain HTTP too.</summary>
    public const string AllowedNetworks = "Webhooks:AllowedNetworks";

    /// <summary>How long one call is waited for ("somewhere between 15 and 30s", Standard Webhooks).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int MostRead = 64 * 1024;

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public ReceiverClient(IConfiguration configuration, TimeProvider clock)
    {
        _clock = clock;
        Guard = new GuardedConnections(AllowedNetworks, configuration[AllowedNetworks]);
        _http = new HttpClient(Guard.Handler()) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Sms.Platform", null));
    }

    /// <summary>What decides where may be called.</summary>
    public GuardedConnections Guard { get; }

    /// <summary>Makes a call.</summary>
    /// <param name="url">The webhook's address.</param>
    /// <param name="call">What to call there.</param>
    /// <param name="headers">Headers beside the call's own; of a name that is in both, these count.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<ReceiverAnswer> Send(string url, ReceiverCall call, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Path.Length == 0 ? url : url.TrimEnd('/') + call.Path);
        if (call.Body is not null)
            request.Content = new ByteArrayContent(call.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        foreach (var (name, value) in call.Headers.Where(header => !headers.Any(ours => ours.Key.Equals(header.Key, StringComparison.OrdinalIgnoreCase))).Concat(headers))
            request.Headers.TryAddWithoutValidation(name, value);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return new ReceiverAnswer((int)response.StatusCode, null, RetryAfter(response), await Read(response, patience.Token));
        }
        catch (HttpRequestException e)
        {
            return new ReceiverAnswer(null, e.InnerException is ForbiddenAddressException ? "forbidden-address"
                : JsonNamingPolicy.KebabCaseLower.ConvertName(e.HttpRequestError.ToString()), null, default);
        }
        catch (OperationCanceledException)
        {
            return new ReceiverAnswer(null, "timeout", null, default);
        }
    }

    // The status decides; a body that breaks off or has no end takes nothing away from it.
    private static async Task<ReadOnlyMemory<byte>> Read(HttpResponseMessage response, CancellationToken ct)
    {
        var (body, length) = (new byte[MostRead], 0);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(ct);
            length = await stream.ReadAtLeastAsync(body, MostRead, throwOnEndOfStream: false, ct);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Told by its status.
        }
        return body.AsMemory(0, length);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } until } when until > _clock.GetUtcNow() => until - _clock.GetUtcNow(),
        _ => null,
    };

    public void Dispose() => _http.Dispose();
}
