using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.Contacts.Imports;

/// <summary>How far an uploaded list has been worked off.</summary>
/// <param name="List">The list; null before it was received as a whole.</param>
/// <param name="PartsDone">How many of its parts.</param>
public sealed record Import(ImportedList? List, int PartsDone)
{
    /// <summary>An import's facts.</summary>
    public static readonly StreamOf<Import, ImportEvent> Stream = new("import", new Import(null, 0), (import, happened) => happened switch
    {
        ImportEvent.ListReceived e => import with { List = e.List },
        ImportEvent.PartEntered e => import with { PartsDone = e.Part },
        _ => import,
    });

    /// <summary>The part to work off next, from 1; null when there is none.</summary>
    public int? NextPart => List is { } list && PartsDone < list.Parts ? PartsDone + 1 : null;
}

/// <summary>A fact about an import.</summary>
public abstract record ImportEvent
{
    /// <summary>A list is here as a whole; from now on it is worked off, whatever restarts.</summary>
    [StoredAs("contacts.list-received.v1")]
    public sealed record ListReceived(ImportedList List) : ImportEvent;

    /// <summary>A part of it has been entered, in the same commit as its contacts: so it never is a second time.</summary>
    /// <param name="ImportId">The list.</param>
    /// <param name="Part">The part, from 1.</param>
    /// <param name="Rows">How many rows it has.</param>
    /// <param name="Created">How many of them are contacts that there were not; in a dry run, would be.</param>
    /// <param name="Completed">How many said something new of a contact.</param>
    /// <param name="Unchanged">How many said what is known.</param>
    /// <param name="Refused">What was wrong with the others.</param>
    [StoredAs("contacts.part-entered.v1")]
    public sealed record PartEntered(
        Guid ImportId, int Part, int Rows, int Created, int Completed, int Unchanged, IReadOnlyList<RowError> Refused) : ImportEvent;
}

/// <summary>A list that was uploaded.</summary>
/// <param name="ImportId">Its identity.</param>
/// <param name="Format"><c>csv</c> or <c>vcard</c>.</param>
/// <param name="Region">The country of its numbers that are written without country code; null where that was not said.</param>
/// <param name="DryRun">Whether nothing is to be entered, only looked at.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Parts">In how many parts it is worked off.</param>
/// <param name="Actor">Who uploaded it.</param>
/// <param name="ReceivedAt">When.</param>
/// <param name="Columns">What its columns are read as; null for vCards, which have none, and for lists from before this was kept.</param>
public sealed record ImportedList(
    Guid ImportId, string Format, string? Region, bool DryRun, int Rows, int Parts, string Actor, DateTimeOffset ReceivedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ReadColumn>? Columns = null);

/// <summary>What is wrong with a row.</summary>
/// <param name="Row">Its number, from 1, the header not counted.</param>
/// <param name="Field">The column.</param>
/// <param name="Reason">Why it was not entered.</param>
public sealed record RowError(int Row, string Field, string Reason);
