using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.FileProviders;

namespace Sms.Console;

/// <summary>Styles and scripts: their addresses change with their content, so that browsers may keep them for ever.</summary>
public static class WebFiles
{
    private static readonly ConcurrentDictionary<string, string> Versions = new();
    private static IFileProvider _files = new NullFileProvider();

    /// <summary>Serves <c>wwwroot</c>.</summary>
    public static void UseAssets(this WebApplication app)
    {
        _files = app.Environment.WebRootFileProvider;
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl =
                context.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "no-cache",
        });
    }

    /// <summary>Where a file of <c>wwwroot</c> is found.</summary>
    public static string Url(string path) => $"/{path}?v={Versions.GetOrAdd(path, Hash)}";

    private static string Hash(string path)
    {
        using var file = _files.GetFileInfo(path).CreateReadStream();
        return Convert.ToHexStringLower(SHA256.HashData(file)[..6]);
    }
}
