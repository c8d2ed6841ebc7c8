using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Recipients;
using Sms.Outbound.Sends;

namespace Sms.Outbound.Views;

/// <summary>
/// One person and one of our numbers, under an id that shows neither, so that a conversation can be named in an address; and
/// when something last left for it, so that every conversation gets its turn (<see cref="DueSends.At"/>).
/// </summary>
public sealed class Conversations : IView
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["conversations"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            switch (e.Data)
            {
                case SendEvent.SmsRequested asked:
                    write.Add($"""
                        insert into conversations (id, our_number, customer)
                        values ({Recipient.IdFor(asked.From, asked.To)}, {asked.From}, {asked.To}) on conflict do nothing
                        """);
                    break;
                case SendEvent.DispatchStarted started:
                    write.Add($"""
                        update conversations c set last_leaving_at = {started.At}
                        from messages m where m.send_id = {started.SendId} and c.our_number = m.our_number and c.customer = m.customer
                        """);
                    break;
            }
        }
    }

    /// <summary>Where a conversation was last had, or null when there is none with this id.</summary>
    public static async Task<(string Endpoint, string OurNumber, string Customer)?> Find(NpgsqlDataSource database, Guid id, CancellationToken ct) =>
        await database.Query($"""
            select m.endpoint, m.our_number, m.customer
            from conversations c join messages m on m.our_number = c.our_number and m.customer = c.customer
            where c.id = {id} order by m.requested_at desc limit 1
            """,
            r => (r.GetString(0), r.GetString(1), r.GetString(2)), ct) is [var found] ? found : null;
}
