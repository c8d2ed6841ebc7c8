using System.Globalization;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Helpdesk.Views;

/// <summary>The facts of a stream, with who and when.</summary>
internal static class Audit
{
    /// <summary>A part of them, in order.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="asOf">What had been by then; null for all.</param>
    /// <param name="after">The version to go on after.</param>
    /// <param name="limit">How many.</param>
    /// <param name="log">The service's streams.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<Page<EventLog.EventRow>> Of(string streamId, AsOf? asOf, long? after, int? limit, EventLog log, CancellationToken ct)
    {
        var (size, last) = (Paging.Size(limit), asOf is null ? long.MaxValue : await asOf.On(log, streamId, ct));
        return (await log.Events(streamId, after ?? 0, size + 1, ct)).FindAll(e => e.Version <= last).ToPage(size, row => row.Version.ToString(CultureInfo.InvariantCulture));
    }
}
