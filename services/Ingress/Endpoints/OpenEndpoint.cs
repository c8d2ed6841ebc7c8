using System.Collections.Immutable;
using Sms.GatewayProtocol;
using Sms.Ingress.Inbound;
using Sms.PhoneNumbers;

namespace Sms.Ingress.Endpoints;

/// <summary>An endpoint as a delivery meets it: ready to prove and read with.</summary>
public sealed class OpenEndpoint
{
    private readonly ImmutableArray<(SigningKey Key, DateTimeOffset? Until)> _all;
    private readonly DiallingPlan? _plan;
    private Live _live = new([], DateTimeOffset.MinValue);

    private sealed record Live(SigningKey[] Keys, DateTimeOffset Until);

    /// <summary>Made by the directory.</summary>
    /// <param name="slug">Its name.</param>
    /// <param name="profile">Its kind of gateway.</param>
    /// <param name="settings">How its deliveries are treated.</param>
    /// <param name="numbers">Our numbers behind it.</param>
    /// <param name="keys">The keys of its secrets.</param>
    /// <param name="limit">How many deliveries it takes, where that is limited.</param>
    public OpenEndpoint(
        string slug, CompiledProfile profile, EndpointSettings settings, ImmutableArray<OurNumber> numbers,
        ImmutableArray<(SigningKey Key, DateTimeOffset? Until)> keys, RateLimit? limit = null)
    {
        (Slug, Profile, Settings, Numbers, Limit, _all) = (slug, profile, settings, numbers, limit, keys);
        DiallingPlan.TryFind(settings.Region, out _plan);
    }

    /// <summary>Its name.</summary>
    public string Slug { get; }

    /// <summary>Its kind of gateway.</summary>
    public CompiledProfile Profile { get; }

    /// <summary>How its deliveries are treated.</summary>
    public EndpointSettings Settings { get; }

    /// <summary>Our numbers behind it.</summary>
    public ImmutableArray<OurNumber> Numbers { get; }

    /// <summary>How many deliveries it takes, where that is limited.</summary>
    public RateLimit? Limit { get; }

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

    /// <summary>A number as this gateway writes it.</summary>
    public PhoneNumber? NumberOf(string? raw) => PhoneNumber.TryParse(raw, _plan, out var number) ? number : null;

    /// <summary>
    /// Which of our numbers was texted, where the gateway names only phone and SIM: the one that is said to be in that phone and
    /// slot, else the one of that phone, else the only one. Null when that leaves none, or a choice.
    /// </summary>
    public string? OwnNumber(string? deviceId, int? sim)
    {
        OurNumber? best = null;
        var (bestFit, tied) = (-1, false);
        foreach (var ours in Numbers)
        {
            if (ours.DeviceId is not null && ours.DeviceId != deviceId || ours.Sim is not null && ours.Sim != sim)
                continue;
            var fit = (ours.DeviceId is null ? 0 : 2) + (ours.Sim is null ? 0 : 1);
            (best, bestFit, tied) = fit > bestFit ? (ours, fit, false) : (best, bestFit, tied || fit == bestFit);
        }
        return tied ? null : best?.Number;
    }
}
