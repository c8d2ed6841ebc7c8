namespace Sms.Contacts.Contacts;

/// <summary>What is known of a contact.</summary>
public sealed record ContactCard
{
    /// <summary>Nothing known.</summary>
    public static readonly ContactCard Blank = new();

    /// <summary>The numbers, short codes and names it writes from, full numbers as E.164.</summary>
    public IReadOnlyList<string> Numbers { get; init; } = [];

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Its language as a BCP 47 tag: <c>pt-BR</c>.</summary>
    public string? Language { get; init; }

    /// <summary>Its time zone by its IANA name: <c>Europe/Berlin</c>.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Its tags, as first written; two that differ in case only are one.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What the business keeps on it under names of its own.</summary>
    public IReadOnlyList<NamedValue> Fields { get; init; } = [];

    /// <summary>Its ids in other systems, as <c>system:id</c>: <c>crm:0035g</c>.</summary>
    public IReadOnlyList<string> ExternalIds { get; init; } = [];

    /// <summary>What people noted on it, oldest first.</summary>
    public IReadOnlyList<Note> Notes { get; init; } = [];

    /// <summary>Whether a person or an import has said who it is.</summary>
    public bool Verified { get; init; }

    /// <summary>The value kept under a name, or null.</summary>
    public static string? ValueOf(IReadOnlyList<NamedValue> values, string name) => values.FirstOrDefault(v => v.Name == name)?.Value;

    /// <summary>This card with what another one knows beyond it: what is said on both is as it is said here.</summary>
    public ContactCard With(ContactCard other) => this with
    {
        Numbers = [.. Numbers.Union(other.Numbers)],
        Name = Name ?? other.Name,
        Language = Language ?? other.Language,
        TimeZone = TimeZone ?? other.TimeZone,
        Tags = [.. Tags.Union(other.Tags, StringComparer.OrdinalIgnoreCase)],
        Fields = [.. Fields.UnionBy(other.Fields, v => v.Name)],
        ExternalIds = [.. ExternalIds.Union(other.ExternalIds)],
        Notes = [.. Notes.UnionBy(other.Notes, n => n.NoteId).OrderBy(n => n.At).ThenBy(n => n.NoteId)],
        Verified = Verified || other.Verified,
    };

    /// <summary>Whether it has the tag, however it is written.</summary>
    public bool HasTag(string tag) => Tags.Contains(tag, StringComparer.OrdinalIgnoreCase);
}

/// <summary>A value under a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
public sealed record NamedValue(string Name, string Value);

/// <summary>What somebody noted on a contact.</summary>
/// <param name="NoteId">Its identity.</param>
/// <param name="Text">What it says.</param>
/// <param name="Author">Who wrote it, as an actor.</param>
/// <param name="At">When.</param>
public sealed record Note(Guid NoteId, string Text, string Author, DateTimeOffset At);
