using Microsoft.AspNetCore.HttpOverrides;

namespace Sms.Ingress;

/// <summary>What strangers may ask of the door before anything of theirs is read.</summary>
internal static class Door
{
    private const int LongestHead = 16 * 1024;
    private static readonly TimeSpan HeadTime = TimeSpan.FromSeconds(10);

    /// <summary>Bounds the head of a request, and the time it has to come in. The body is bounded where it is read.</summary>
    public static void ConfigureDoor(this WebApplicationBuilder builder) => builder.WebHost
        // Nothing here blocks a thread, so a request goes on where its bytes were read: handing it from thread to thread cost more than reading it.
        .UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true)
        .ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            (kestrel.Limits.MaxRequestHeadersTotalSize, kestrel.Limits.RequestHeadersTimeout) = (LongestHead, HeadTime);
        });

    /// <summary>
    /// Believes <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c> of the proxies in <c>Ingress:TrustedProxies</c> (addresses or
    /// networks, separated by commas) and of nobody else: some gateways sign the address they posted to.
    /// </summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var networks = (app.Configuration["Ingress:TrustedProxies"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (networks.Length == 0)
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(
                network.Contains('/', StringComparison.Ordinal) ? network : network + (network.Contains(':', StringComparison.Ordinal) ? "/128" : "/32")));
        app.UseForwardedHeaders(options);
    }
}
