using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sms.ServiceHost;

/// <summary>
/// A place in a list ordered by time: what the caller passes as <c>after</c> to go on from there. It names the place and not
/// the row that was there, so it holds while rows move.
/// </summary>
/// <param name="At">The time of the last row, in PostgreSQL's microseconds.</param>
/// <param name="Id">Tells rows of the same time apart.</param>
public sealed record Cursor(DateTimeOffset At, Guid Id)
{
    /// <summary>Before every row of a list whose latest row comes first.</summary>
    public static readonly Cursor Latest = new(DateTimeOffset.MaxValue, Guid.AllBitsSet);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? written, [NotNullWhen(true)] out Cursor? cursor)
    {
        cursor = written?.Split('_') is [var at, var rest]
            && long.TryParse(at, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds)
            && Math.Abs((double)microseconds) < 1e16
            && Guid.TryParse(rest, out var id)
                ? new(DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds), id)
                : null;
        return cursor is not null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}_{Id:N}");
}
