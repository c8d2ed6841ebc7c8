using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sms.ServiceHost;

/// <summary>What an API key may do; each role includes the ones before it.</summary>
public static class Roles
{
    /// <summary>May look.</summary>
    public const string Reader = "reader";

    /// <summary>May work with customers: answer, solve, assign.</summary>
    public const string Agent = "agent";

    /// <summary>May change how the platform behaves.</summary>
    public const string Admin = "admin";

    /// <summary>
    /// Acts for others and has no rights of its own: each call names who asks (<c>Sms-Actor</c>) and what that person may do
    /// (<c>Sms-Role</c>, one of the three). For a program that has made sure of both, as the console has of those who are signed in.
    /// </summary>
    public const string OnBehalf = "on-behalf";

    internal static readonly string[] All = [Reader, Agent, Admin];

    /// <summary>A role and those it includes.</summary>
    public static IEnumerable<string> Including(string role) => All.Take(Array.IndexOf(All, role) + 1);
}

/// <summary>
/// API keys, sent as <c>Authorization: Bearer …</c>. Configured as <c>ApiKeys:0</c>, <c>ApiKeys:1</c> … in the form
/// <c>name:role:sha256</c>, the hash in hex: the keys themselves are stored nowhere.
/// </summary>
public sealed class ApiKeys : AuthenticationHandler<ApiKeyOptions>
{
    /// <summary>The name of the authentication scheme.</summary>
    public const string SchemeName = "ApiKey";

    /// <summary>The headers in which a key of the role <see cref="Roles.OnBehalf"/> says for whom it calls.</summary>
    public const string ActorHeader = "Sms-Actor", RoleHeader = "Sms-Role";

    private const int MaxActor = 100;

    /// <summary>Made by the host.</summary>
    public ApiKeys(IOptionsMonitor<ApiKeyOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : base(options, logger, encoder)
    {
    }

    /// <summary>The form a key is configured in.</summary>
    /// <exception cref="FormatException">It is not in that form; says which part.</exception>
    public static (string Name, string Role, byte[] Hash) Parse(string configured)
    {
        if (configured.Split(':') is not [{ Length: > 0 } name, var role, var hash])
            throw new FormatException("An API key is configured as name:role:sha256.");
        if (role != Roles.OnBehalf && !Roles.All.Contains(role))
            throw new FormatException($"The role of API key '{name}' must be one of {string.Join(", ", Roles.All)}, {Roles.OnBehalf}.");
        try
        {
            if (Convert.FromHexString(hash) is { Length: SHA256.HashSizeInBytes } bytes)
                return (name, role, bytes);
        }
        catch (FormatException)
        {
            // Said below, with the key's name.
        }
        throw new FormatException($"The hash of API key '{name}' must be a SHA-256 in 64 hex digits.");
    }

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        const string Bearer = "Bearer ";
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return Task.FromResult(AuthenticateResult.NoResult());

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(header[Bearer.Length..].Trim()));
        (string Name, string Role, byte[] Hash)? match = null;
        foreach (var key in Options.Keys)
            if (CryptographicOperations.FixedTimeEquals(key.Hash, hash))
                match = key;
        if (match is null)
            return Task.FromResult(AuthenticateResult.Fail("unknown API key"));

        var (actor, role) = (match.Value.Name, match.Value.Role);
        if (role == Roles.OnBehalf)
        {
            (actor, role) = (Request.Headers[ActorHeader].ToString(), Request.Headers[RoleHeader].ToString());
            if (actor.Length is 0 or > MaxActor || actor.Any(c => c is <= ' ' or > '~') || !Roles.All.Contains(role))
                return Task.FromResult(AuthenticateResult.Fail("the call does not say for whom it is"));
        }

        var claims = Roles.Including(role)
            .Select(held => new Claim(ClaimTypes.Role, held))
            .Append(new Claim(ClaimTypes.Name, actor));
        var identity = new ClaimsIdentity(claims, SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    internal static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var keys = configuration.GetSection("ApiKeys").GetChildren().Select(k => Parse(k.Value ?? "")).ToList();
        // The core alone: the full registration brings data protection, whose key files no service here has a use for.
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = SchemeName;
            options.AddScheme<ApiKeys>(SchemeName, displayName: null);
        });
        services.AddWebEncoders();
        services.AddTransient<ApiKeys>();
        services.Configure<ApiKeyOptions>(SchemeName, options => options.Keys = keys);
        var policies = services.AddAuthorizationBuilder();
        foreach (var role in Roles.All)
            policies.AddPolicy(role, policy => policy.RequireRole(role));
    }
}

/// <summary>The API keys there are.</summary>
public sealed class ApiKeyOptions : AuthenticationSchemeOptions
{
    internal IReadOnlyList<(string Name, string Role, byte[] Hash)> Keys { get; set; } = [];
}

internal static class ApiKeyServices
{
    public static void AddApiKeys(this IServiceCollection services, IConfiguration configuration) => ApiKeys.Add(services, configuration);
}
