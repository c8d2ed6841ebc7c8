using System.Globalization;

namespace Sms.Console.Pages.Contacts;

/// <summary>A contact, as Contacts tells of it.</summary>
public sealed record Contact(
    Guid Id, long Version, string? Name, bool Verified, IReadOnlyList<string> Numbers, IReadOnlyList<string> Aliases, string? Language, string? TimeZone,
    IReadOnlyList<string> Tags, IReadOnlyDictionary<string, string> Fields, IReadOnlyList<string> ExternalIds, IReadOnlyList<Note> Notes,
    DateTimeOffset CreatedAt, Guid? MergedInto, IReadOnlyList<Guid> Merged, DateTimeOffset? LastTextAt, string? LastText, int? Texts)
{
    /// <summary>What to call it: its name, else a number of its.</summary>
    public string? Title => Name ?? (Numbers is [var number, ..] ? number : ExternalIds is [var id, ..] ? id : null);

    /// <summary>What stands for it in little.</summary>
    public string Initial => Name is null ? "#" : StringInfo.GetNextTextElement(Name).ToUpperInvariant();
}

/// <summary>What somebody noted on a contact.</summary>
public sealed record Note(Guid NoteId, string Text, string Author, DateTimeOffset At);

/// <summary>An entry of a contact's timeline.</summary>
public sealed record Entry(
    string Kind, Guid Id, Guid ContactId, DateTimeOffset At, string? Number, string? OurNumber, string? Text, string? Status, string? Reason, string? Purpose,
    string? Actor, Guid? About, long? TicketNumber, string? Priority, string? Team)
{
    /// <summary>The page that tells more: the ticket, or what became of the text.</summary>
    public string? More => Kind switch
    {
        "ticket" => $"/tickets/{About}",
        "text-in" => $"/stories/{Id}",
        _ => About is { } text && text != Guid.Empty ? $"/stories/{text}" : null,
    };
}

/// <summary>A list that was uploaded, and how far it is.</summary>
public sealed record Import(
    Guid ImportId, string Format, bool DryRun, string Actor, string State, DateTimeOffset StartedAt, int Rows, int Done, int Created, int Completed, int Unchanged, int Refused,
    IReadOnlyList<Import.Column>? Columns)
{
    /// <summary>A column of a list, and what it is read as, if anything.</summary>
    public sealed record Column(string Heading, string? As);

    /// <summary>Whether rows are still to be looked at.</summary>
    public bool IsRunning => State == "running";
}
