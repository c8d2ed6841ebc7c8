using Sms.EventStore;
using Sms.Webhooks.Subscriptions;

namespace Sms.Webhooks.Views;

/// <summary>
/// Puts down, with every fact that is an event, which webhooks are to be told of it: in the transaction of the fact, so that none is
/// lost. Not a view that is rebuilt, which would tell everything again.
/// </summary>
internal sealed class DueDeliveries(WebhookEvents events) : IView
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => [];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
            if (e.Data is SubscriptionEvent.Deleted)
                write.Add($"update webhook_deliveries set state = 'dropped', finished_at = {e.At} where webhook_id = {Subscription.IdOf(e.StreamId)} and state = 'waiting'");
            else if (events.Of(e) is { } told)
                write.Add($"""
                    insert into webhook_deliveries (webhook_id, message_id, type, subject, stream_id, version, created_at, due_at)
                    select w.id, {e.Id}, {told.Type}, {told.Subject}, {e.StreamId}, {e.Version}, {e.At}, {e.At}
                    from webhooks w
                    where {told.Type} = any (w.event_types) and ({told.Only}::uuid is null or w.id = {told.Only}::uuid)
                    """);
    }
}
