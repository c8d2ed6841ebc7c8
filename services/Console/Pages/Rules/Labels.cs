namespace Sms.Console.Pages.Rules;

/// <summary>Whose texts a rule set is for: an endpoint's label, or all that have none of their own.</summary>
public static class Labels
{
    /// <summary>The rule set of texts whose label has none of its own.</summary>
    public const string Default = "default";

    /// <summary>The one that is looked at.</summary>
    public static string Of(Viewer viewer) => viewer.Query("set") ?? Default;

    /// <summary>A page about it.</summary>
    public static string Url(string path, string label) =>
        label == Default ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}set={Uri.EscapeDataString(label)}";

    /// <summary>The page that edits a rule.</summary>
    public static string Edit(string label, string rule) => Url($"/rules/edit?rule={Uri.EscapeDataString(rule)}", label);
}
