using Sms.EventStore;

namespace Sms.OptOut.Imports;

/// <summary>How far an uploaded list has been worked off.</summary>
/// <param name="List">The list; null before it was received as a whole.</param>
/// <param name="PartsDone">How many of its parts.</param>
public sealed record Import(ImportedList? List, int PartsDone)
{
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
    [StoredAs("optout.list-received.v1")]
    public sealed record ListReceived(ImportedList List) : ImportEvent;

    /// <summary>A part of it has been entered, in the same commit as its facts: so it never is a second time.</summary>
    /// <param name="ImportId">The list.</param>
    /// <param name="Part">The part, from 1.</param>
    /// <param name="Rows">How many rows it has.</param>
    /// <param name="Recorded">How many of them are facts now.</param>
    /// <param name="Unchanged">How many said what an earlier import had said.</param>
    /// <param name="Refused">What was wrong with the others.</param>
    [StoredAs("optout.part-entered.v1")]
    public sealed record PartEntered(Guid ImportId, int Part, int Rows, int Recorded, int Unchanged, IReadOnlyList<RowError> Refused) : ImportEvent;
}
