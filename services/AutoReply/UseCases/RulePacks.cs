using Microsoft.AspNetCore.Http.HttpResults;

namespace Sms.AutoReply.UseCases;

/// <summary>Rule sets that come with the service, to begin with.</summary>
public static class RulePacks
{
    private const string Folder = "Sms.AutoReply.Packs.";

    /// <summary>The packs' names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(RulePacks).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => name[Folder.Length..^".yaml".Length]).Order()];

    /// <summary><c>GET /rule-packs</c>, <c>GET /rule-packs/{name}</c>: a YAML file to change and put in force.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/rule-packs", () => TypedResults.Ok(Names)).WithName("ListRulePacks").WithSummary("Rule sets to begin with");
        api.MapGet("/rule-packs/{name}", Results<ContentHttpResult, NotFound> (string name) => Text(name) is { } text ? TypedResults.Text(text, "application/yaml") : TypedResults.NotFound())
            .WithName("ShowRulePack").WithSummary("A rule set to begin with, in YAML");
    }

    /// <summary>A pack, or null.</summary>
    public static string? Text(string name)
    {
        using var file = Names.Contains(name) ? typeof(RulePacks).Assembly.GetManifestResourceStream($"{Folder}{name}.yaml") : null;
        if (file is null)
            return null;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
