using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Sms.ServiceHost;

/// <summary>
/// Where a service's secrets come from, and which it refuses. Every setting may also be a file in <c>/run/secrets</c> (or
/// wherever <c>SecretsDirectory</c> says) that is named like the environment variable, and the file wins. The passwords of
/// the two connections may stand apart from the connection strings, as <c>Passwords:Store</c> and <c>Passwords:Bus</c>.
/// </summary>
internal static class Secrets
{
    /// <summary>What every secret that is published with the source has in it.</summary>
    public const string Marker = "development-only";

    // Where a key must be base64, the marker is inside; fifteen bytes are twenty characters, whatever follows them.
    private static readonly string EncodedMarker = Convert.ToBase64String(Encoding.ASCII.GetBytes(Marker[..15]));

    public static void AddSecretFiles(this WebApplicationBuilder builder) =>
        builder.Configuration.AddKeyPerFile(Path.GetFullPath(builder.Configuration["SecretsDirectory"] ?? "/run/secrets"), optional: true);

    /// <exception cref="InvalidOperationException">A setting holds a published secret outside development; says which one.</exception>
    public static void RefuseDevelopmentSecrets(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
            return;
        foreach (var (key, value) in builder.Configuration.AsEnumerable())
            if (value is not null && (value.Contains(Marker, StringComparison.Ordinal) || value.Contains(EncodedMarker, StringComparison.Ordinal)))
                throw new InvalidOperationException(
                    $"The setting '{key}' is a secret that everybody knows, for development only, and this is {builder.Environment.EnvironmentName}: set one of your own.");
    }

    /// <summary>The connection string of the service's database, the password included.</summary>
    public static string StoreConnection(this IConfiguration configuration)
    {
        var connection = new NpgsqlConnectionStringBuilder(configuration.Required("ConnectionStrings:Store"));
        if (configuration["Passwords:Store"] is { Length: > 0 } password)
            connection.Password = password;
        return connection.ConnectionString;
    }

    /// <summary>The address of the broker, the password included.</summary>
    public static Uri BusConnection(this IConfiguration configuration)
    {
        var connection = new UriBuilder(configuration.Required("ConnectionStrings:Bus"));
        if (configuration["Passwords:Bus"] is { Length: > 0 } password)
            connection.Password = Uri.EscapeDataString(password);
        return connection.Uri;
    }
}
