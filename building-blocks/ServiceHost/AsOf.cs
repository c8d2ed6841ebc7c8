using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sms.EventStore;

namespace Sms.ServiceHost;

/// <summary>
/// A moment of the past that a caller asks about, as <c>?asOf=</c>: a version (<c>17</c>), or a time in ISO 8601
/// (<c>2026-06-12T14:32:00Z</c>; without a zone, UTC).
/// </summary>
/// <param name="Version">The version, or null where a time was given.</param>
/// <param name="Time">The time, or null where a version was given.</param>
public sealed record AsOf(long? Version, DateTimeOffset? Time)
{
    /// <summary>Reads what the caller wrote.</summary>
    public static bool TryParse(string? written, [NotNullWhen(true)] out AsOf? asOf)
    {
        asOf = long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? new AsOf(version, null)
            : DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? new AsOf(null, time.ToUniversalTime())
            : null;
        return asOf is not null;
    }

    /// <summary>The version of a stream at that moment; 0 when it had not begun. A version that is not there yet is the last one there is.</summary>
    public async Task<long> On(EventLog log, string streamId, CancellationToken ct) =>
        Time is { } time ? await log.VersionAt(streamId, time, ct)
        : Math.Min(Version!.Value, (await log.Stream(streamId, ct))?.Version ?? 0);
}
