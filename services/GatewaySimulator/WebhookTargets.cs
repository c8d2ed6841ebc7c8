using System.Net;
using System.Net.Sockets;

namespace Sms.GatewaySimulator;

/// <summary>
/// Where webhooks may go: to loopback and private addresses only, unless told otherwise. Checked when a webhook is
/// registered, to say so at once, and again on every connection, because a name may resolve to another address by then.
/// </summary>
internal sealed class WebhookTargets(SimulatorOptions options)
{
    /// <summary>The client for deliveries: no redirects, no proxy, and connections only where they may go.</summary>
    public HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = Connect,
    })
    {
        Timeout = TimeSpan.FromMilliseconds(options.TimeoutMs),
    };

    /// <summary>What is wrong with a URL as a webhook's target, or null.</summary>
    public async Task<string?> Problem(string? url, CancellationToken ct)
    {
        if (url is null || url.Length > 2_048 || !Uri.TryCreate(url, UriKind.Absolute, out var target)
            || (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps) || target.UserInfo.Length > 0)
            return "must be an http or https URL";
        try
        {
            return (await Resolve(target.DnsSafeHost, ct)).Length == 0
                ? "must lead to a loopback or private address (Simulator:AllowAnyTarget lifts this)"
                : null;
        }
        catch (SocketException)
        {
            return null; // The receiver may not be up yet; every connection checks again.
        }
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await Resolve(context.DnsEndPoint.Host, ct);
        if (addresses.Length == 0)
            throw new HttpRequestException(HttpRequestError.ConnectionError, "Not a loopback or private address.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> Resolve(string host, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct);
        return options.AllowAnyTarget ? addresses : Array.FindAll(addresses, IsPrivate);
    }

    /// <summary>Loopback, RFC 1918 and RFC 4193. Not link-local: that is where clouds keep their machines' credentials.</summary>
    internal static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.IsIPv6UniqueLocal)
            return true;
        return address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is var bytes
            && (bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168));
    }
}
