using System.Collections.Concurrent;
using Sms.GatewayProtocol;

namespace Sms.Outbound.Gateway;

/// <summary>The account at a gateway that an endpoint's texts leave through.</summary>
/// <param name="Profile">What kind of gateway it is.</param>
/// <param name="Rules">How it is sent through.</param>
/// <param name="BaseUrl">Where its API is.</param>
/// <param name="ApiKey">The key or password.</param>
/// <param name="Name">The user name or account id.</param>
/// <param name="Device">The phone that is to send, where the account has several.</param>
/// <param name="Sim">Which SIM of it.</param>
/// <param name="Callback">Where deliveries are to be reported.</param>
public sealed record GatewayAccount(
    string Profile, SendingRules Rules, Uri BaseUrl, string ApiKey, string? Name, string? Device, string? Sim, string? Callback)
{
    /// <summary>The gateway, where it takes the same id twice for the same text; null where that would be a second text.</summary>
    public string? RepeatableAt => Rules.Handle.Kind is HandleKind.Idempotent ? $"{Profile}@{BaseUrl.Authority}" : null;
}

/// <summary>
/// Reads the accounts from <c>Gateways:{endpoint}</c>, at every call, so that a corrected key needs no restart: <c>Profile</c> (a
/// built-in one, <c>mobile-api-connect</c> where it is not set) or <c>ProfileFile</c> (one of your own), <c>BaseUrl</c> (where the
/// profile's is not the right one), <c>ApiKey</c>, and what the profile asks for of <c>Account</c>, <c>Device</c>, <c>Sim</c>,
/// <c>Callback</c>. Texts go to no address but these.
/// </summary>
public sealed class GatewayAccounts(IConfiguration configuration)
{
    /// <summary>The fault of an endpoint that no gateway was named for: nothing will ever leave through it.</summary>
    public const string NoGateway = "no-gateway-for-this-endpoint";

    private const string UsualProfile = "mobile-api-connect";
    private readonly ConcurrentDictionary<string, GatewayProfile?> _files = new();

    /// <summary>Whether there is a gateway behind the endpoint.</summary>
    public bool Has(string endpoint) => Section(endpoint)["ApiKey"] is { Length: > 0 };

    /// <summary>The account, or what keeps its texts from leaving until somebody has corrected it.</summary>
    public (GatewayAccount? Account, string? Fault) Of(string endpoint)
    {
        var section = Section(endpoint);
        if (section["ApiKey"] is not { Length: > 0 } key)
            return (null, NoGateway);
        if (Profile(section) is not { Sending: { } rules } profile)
            return (null, "profile-cannot-send");
        if (!Uri.TryCreate(section["BaseUrl"] is { Length: > 0 } set ? set.TrimEnd('/') : rules.BaseUrl, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https"))
            return (null, "base-url-is-no-address");
        return Needs("account") && section["Account"] is not { Length: > 0 } ? (null, "account-is-missing")
            : rules.Path.Contains("{device}", StringComparison.Ordinal) && section["Device"] is not { Length: > 0 } ? (null, "device-is-missing")
            : (new GatewayAccount(
                profile.Name, rules, address, key.Trim(), section["Account"], section["Device"], section["Sim"], section["Callback"]), null);

        bool Needs(string name) => rules.Authentication.Scheme is AuthenticationScheme.Basic
            || rules.Path.Contains($"{{{name}}}", StringComparison.Ordinal);
    }

    private IConfigurationSection Section(string endpoint) => configuration.GetSection("Gateways").GetSection(endpoint);

    private GatewayProfile? Profile(IConfigurationSection section) => section["ProfileFile"] is { Length: > 0 } file
        ? _files.GetOrAdd(file, path => File.Exists(path) ? GatewayProfiles.Parse(File.ReadAllText(path)).Profile : null)
        : GatewayProfiles.BuiltIn.GetValueOrDefault(section["Profile"] is { Length: > 0 } name ? name : UsualProfile);
}
