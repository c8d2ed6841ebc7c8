using System.Text.Json.Serialization;

namespace Sms.EventStore;

/// <summary>What views are made anew for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ViewPurpose>))]
public enum ViewPurpose
{
    /// <summary>To take the place of the live ones.</summary>
    [JsonStringEnumMemberName("rebuild")]
    Rebuild,

    /// <summary>To be compared with the live ones, which stay.</summary>
    [JsonStringEnumMemberName("verify")]
    Verify,
}

/// <summary>How it stands with making the views anew.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ViewRunState>))]
public enum ViewRunState
{
    /// <summary>Under way; or interrupted, and continued as soon as an instance of the service finds it.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>The views made anew are the live ones, or have been compared with them.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>Somebody called it off; the live views are as they were.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>It could not be done; the live views are as they were.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>All views of a service being made anew from the log, or how that went.</summary>
/// <param name="Id">Which run it is.</param>
/// <param name="Purpose">What for.</param>
/// <param name="State">How it stands.</param>
/// <param name="Phase"><c>reading</c> the log, <c>swapping</c> the tables or <c>comparing</c> them; at the end, where it ended.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="StartedAt">When.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Done">How many events have been read.</param>
/// <param name="Total">How many there are; it grows while the service works on.</param>
/// <param name="CancelledBy">Who called it off.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Compared">Verifying: what was compared.</param>
/// <param name="Differences">Verifying: the rows that differ, at most <see cref="MostDifferences"/>; of the latest run only.</param>
public sealed record ViewRun(
    Guid Id, ViewPurpose Purpose, ViewRunState State, string Phase, string Actor, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, long Done,
    long Total, string? CancelledBy, string? Reason, IReadOnlyList<ComparedTable>? Compared, IReadOnlyList<RowDifference>? Differences)
{
    /// <summary>How many differing rows are named.</summary>
    public const int MostDifferences = 100;

    /// <summary>Whether it was compared and nothing differs.</summary>
    public bool? Equal => Compared?.All(table => table.Different == 0);
}

/// <summary>A table that was compared with itself made anew.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Different">How many rows differ, are missing or are too many.</param>
public sealed record ComparedTable(string Table, long Rows, long Different);

/// <summary>A row of a live table that is not what the log says.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The row's primary key, as JSON; without one, the row.</param>
/// <param name="Kind"><c>changed</c>, <c>missing</c> in the live table, or <c>extra</c> there.</param>
/// <param name="Columns">Of a changed row: which columns differ.</param>
public sealed record RowDifference(string Table, string Key, string Kind, IReadOnlyList<string> Columns);
