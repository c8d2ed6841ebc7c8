using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Contacts;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Contacts.Views;

/// <summary>What one contact wrote, to whichever of our numbers, in the order it was sent.</summary>
public sealed class ContactTimeline : IView
{
    /// <summary>One text.</summary>
    /// <param name="Position">Its place in the order of arrival.</param>
    /// <param name="SmsId">The text's identity.</param>
    /// <param name="Endpoint">The webhook endpoint it came in by.</param>
    /// <param name="OurNumber">Our number that was texted.</param>
    /// <param name="Text">What they wrote.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    public sealed record Row(long Position, Guid SmsId, string Endpoint, string OurNumber, string Text, DateTimeOffset SentAt);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["contact_timeline"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
            if (e.Data is ContactEvent.SmsReceived sms)
                write.Add($"""
                    insert into contact_timeline (contact_id, position, sms_id, endpoint, our_number, text, sent_at)
                    values ({Contact.IdOf(e.StreamId)}, {e.Version}, {sms.SmsId}, {sms.Endpoint}, {sms.To}, {sms.Text}, {sms.SentAt})
                    """);
    }

    /// <summary><c>GET /contacts/{id}/timeline</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/contacts/{id:guid}/timeline", List);

    private static async Task<Results<Ok<Page<Row>>, NotFound>> List(
        Guid id, long? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        var size = Paging.Size(limit);
        var rows = await database.Query($"""
            select position, sms_id, endpoint, our_number, text, sent_at from contact_timeline
            where contact_id = {id} and ({after}::bigint is null or (sent_at, position) >
                (select sent_at, position from contact_timeline where contact_id = {id} and position = {after}))
            order by sent_at, position limit {size + 1}
            """,
            r => new Row(
                r.GetInt64(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetFieldValue<DateTimeOffset>(5)), ct);
        // Every contact has written at least once.
        return rows.Count == 0 && after is null
            ? TypedResults.NotFound()
            : TypedResults.Ok(rows.ToPage(size, row => row.Position.ToString(CultureInfo.InvariantCulture)));
    }
}
