using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;
using Sms.ServiceHost;

namespace Sms.Ingress;

/// <summary>A gateway's history could not be fetched; says why, without quoting what it answered.</summary>
public sealed class HistoryException(string message) : Exception(message);

/// <summary>
/// Asks gateways for what they have received. Only at the address that an operator has set, which must be on the internet and
/// HTTPS unless its network is in <c>Ingress:PrivateNetworks</c> (as a phone in the same building is); never where an answer
/// points; for no longer and no more bytes than a page takes.
/// </summary>
public sealed class HistoryClient : IDisposable
{
    private const int LargestPage = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;

    /// <summary>With the networks that are configured.</summary>
    public HistoryClient(IConfiguration configuration) =>
        _http = new HttpClient(new GuardedConnections("Ingress:PrivateNetworks", configuration["Ingress:PrivateNetworks"]).Handler())
        {
            Timeout = Patience,
            MaxResponseContentBufferSize = LargestPage,
        };

    /// <summary>Gets a page.</summary>
    /// <param name="access">Where, and with which key.</param>
    /// <param name="authentication">How the key is shown.</param>
    /// <param name="key">It.</param>
    /// <param name="pathAndQuery">What to ask for.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="HistoryException">There is no page to be had.</exception>
    public async Task<byte[]> Get(HistoryAccess access, SendingAuthentication authentication, string key, string pathAndQuery, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, access.BaseUrl + pathAndQuery);
        return await Ask(request, access, authentication, key, status => status is HttpStatusCode.OK, ct);
    }

    /// <summary>Asks for something to be done.</summary>
    /// <inheritdoc cref="Get"/>
    /// <exception cref="HistoryException">The gateway will not do it.</exception>
    public async Task Post(HistoryAccess access, SendingAuthentication authentication, string key, SendingRequest what, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, access.BaseUrl + what.Path) { Content = new ByteArrayContent(what.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(what.ContentType);
        await Ask(request, access, authentication, key, status => (int)status is >= 200 and < 300, ct);
    }

    private async Task<byte[]> Ask(
        HttpRequestMessage request, HistoryAccess access, SendingAuthentication authentication, string key, Predicate<HttpStatusCode> isGood, CancellationToken ct)
    {
        switch (authentication.Scheme)
        {
            case AuthenticationScheme.Bearer:
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                break;
            case AuthenticationScheme.Basic:
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{access.User}:{key}")));
                break;
            default:
                request.Headers.TryAddWithoutValidation(authentication.Header ?? "Authorization", key);
                break;
        }
        try
        {
            using var answer = await _http.SendAsync(request, ct);
            return isGood(answer.StatusCode)
                ? await answer.Content.ReadAsByteArrayAsync(ct)
                : throw new HistoryException($"The gateway answers {(int)answer.StatusCode}.");
        }
        catch (HttpRequestException e)
        {
            throw new HistoryException((e.InnerException as ForbiddenAddressException)?.Message ?? $"The gateway cannot be reached ({e.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HistoryException($"The gateway does not answer within {Patience.TotalSeconds:0} s.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
