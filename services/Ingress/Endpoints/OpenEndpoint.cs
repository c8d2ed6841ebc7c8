using System.Collections.Immutable;
using Sms.GatewayProtocol;

namespace Sms.Ingress.Endpoints;

/// <summary>An endpoint as a delivery meets it: ready to prove and read with.</summary>
public sealed class OpenEndpoint
{
    private readonly ImmutableArray<(SigningKey Key, DateTimeOffset? Until)> _all;
    private Live _live;

    private sealed record Live(SigningKey[] Keys, DateTimeOffset Until);

    /// <summary>Made by the directory.</summary>
    public OpenEndpoint(string slug, EndpointSettings settings, ImmutableArray<(SigningKey Key, DateTimeOffset? Until)> keys)
    {
        (Slug, Settings, _all) = (slug, settings, keys);
        _live = new Live([], DateTimeOffset.MinValue);
    }

    /// <summary>Its name.</summary>
    public string Slug { get; }

    /// <summary>How its deliveries are treated.</summary>
    public EndpointSettings Settings { get; }

    /// <summary>The keys of the secrets that count at that time. Sorted out anew only when one of them stops to.</summary>
    public SigningKey[] KeysAt(DateTimeOffset now)
    {
        var live = _live;
        if (now >= live.Until)
        {
            var counting = _all.Where(k => k.Until is not { } until || now < until).ToArray();
            _live = live = new Live(Array.ConvertAll(counting, k => k.Key), counting.Min(k => k.Until) ?? DateTimeOffset.MaxValue);
        }
        return live.Keys;
    }
}
