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

    internal static readonly string[] All = [Reader, Agent, Admin];
}

/// <summary>
/// API keys, sent as <c>Authorization: Bearer …</c>. Configured as <c>ApiKeys:0</c>, <c>ApiKeys:1</c> … in the form
/// <c>name:role:sha256</c>, the hash in hex: the keys themselves are stored nowhere.
/// </summary>
public sealed class ApiKeys : AuthenticationHandler<ApiKeyOptions>
{
    private const string SchemeName = "ApiKey";

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
        if (!Roles.All.Contains(role))
            throw new FormatException($"The role of API key '{name}' must be one of {string.Join(", ", Roles.All)}.");
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

        var claims = Roles.All.Take(Array.IndexOf(Roles.All, match.Value.Role) + 1)
            .Select(role => new Claim(ClaimTypes.Role, role))
            .Append(new Claim(ClaimTypes.Name, match.Value.Name));
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
