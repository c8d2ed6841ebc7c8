namespace Sms.Console.Pages;

/// <summary>What people write into the fields of forms.</summary>
public static class Fields
{
    /// <summary>What was written, without blanks around it; null when that is nothing.</summary>
    public static string? Said(string? field) => string.IsNullOrWhiteSpace(field) ? null : field.Trim();

    /// <summary>The lines of it that are not empty.</summary>
    public static string[] Lines(string? field) => Several(field, '\n');

    /// <summary>What it lists between commas.</summary>
    public static string[] Listed(string? field) => Several(field, ',');

    /// <summary>A moment as they wrote it, by their clock; null when it is none.</summary>
    public static DateTimeOffset? When(string? field, Viewer viewer) =>
        DateTime.TryParse(field, System.Globalization.CultureInfo.InvariantCulture, out var written) ? new DateTimeOffset(written, viewer.Zone.GetUtcOffset(written)) : null;

    private static string[] Several(string? field, char between) =>
        (field ?? "").Split(between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
