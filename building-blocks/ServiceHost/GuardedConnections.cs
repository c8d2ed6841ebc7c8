using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Sms.ServiceHost;

/// <summary>
/// Calls to addresses that somebody typed in: only to the internet, by HTTPS, so that nobody makes the platform reach into the
/// network it stands in; elsewhere only where an operator has said so in a setting. No redirect is followed.
/// </summary>
/// <param name="setting">The name of the setting, for whoever has to change it.</param>
/// <param name="allowed">Its value: networks in CIDR notation, separated by commas, where any address may be called and plain HTTP may be used.</param>
/// <exception cref="FormatException">One of them is no network.</exception>
public sealed class GuardedConnections(string setting, string? allowed)
{
    private readonly IPNetwork[] _allowed =
        [.. (allowed ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(IPNetwork.Parse)];

    /// <summary>Makes connections; one for as long as its client lives.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
        // Our traces are ours.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        ConnectCallback = Connect,
    };

    /// <summary>Whether an address may be called by this scheme.</summary>
    public bool Allows(IPAddress address, string scheme)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(_allowed, network => network.Contains(plain)) || PublicAddress.Is(plain) && scheme == Uri.UriSchemeHttps;
    }

    /// <summary>What is wrong with an address that can be told without asking for it, or null.</summary>
    public string? Fault(string? url) =>
        !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.Host.Length == 0
            ? "must be an https address"
        : address.UserInfo.Length > 0 ? "must have no user name in it: put credentials into a header"
        : address.Fragment.Length > 0 ? "must have no fragment"
        : IPAddress.TryParse(address.Host.Trim('[', ']'), out var literal) && !Allows(literal, address.Scheme) ? Reason
        : address.Scheme == Uri.UriSchemeHttp && _allowed.Length == 0 ? $"must be https, unless its network is in {setting}"
        : null;

    private string Reason => $"must be on the internet and https, or in one of the networks of {setting}";

    /// <summary>Resolves the name once and connects to what it was found to be, so that it cannot turn into another between the look and the leap.</summary>
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, ct);
        var good = Array.FindAll(addresses, address => Allows(address, context.InitialRequestMessage.RequestUri!.Scheme));
        if (good.Length == 0)
            throw new ForbiddenAddressException(Reason);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(good, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>An address may not be called; inside the <see cref="HttpRequestException"/> of a call to it.</summary>
public sealed class ForbiddenAddressException(string reason) : Exception($"The address {reason}.");
