using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Customers;
using Sms.Helpdesk.Tickets;

namespace Sms.Helpdesk.Views;

/// <summary>What other services have told: who a customer is, and what became of texts of ours.</summary>
public sealed class Known : IView
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Tables { get; } = ["customers", "deliveries"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            switch (e.Data)
            {
                case CustomerEvent.CustomerKnown known:
                    var id = Customer.IdOf(e.StreamId);
                    write.Add($"delete from customers where contact_id = {id}");
                    // One that goes on in another contact leaves its numbers to that one.
                    if (known.MergedInto is null)
                        write.Add($"""
                            insert into customers (number, contact_id, name, version)
                            select number, {id}, {known.Name}::text, {known.Version} from unnest({known.Numbers.ToArray()}) as number order by number
                            on conflict (number) do update set contact_id = excluded.contact_id, name = excluded.name, version = excluded.version
                            """);
                    break;
                case OutgoingEvent.DeliveryChanged changed:
                    write.Add($"""
                        insert into deliveries (send_id, version, status, reason, at)
                        values ({Outgoing.IdOf(e.StreamId)}, {changed.Version}, {changed.Status}, {changed.Reason}::text, {changed.At})
                        """);
                    break;
            }
        }
    }

    /// <summary>A customer's name, or null.</summary>
    public static async Task<string?> NameOf(NpgsqlDataSource database, string number, CancellationToken ct) =>
        (await database.Query($"select name from customers where number = {number}", r => r.IsDBNull(0) ? null : r.GetString(0), ct)).SingleOrDefault();
}
