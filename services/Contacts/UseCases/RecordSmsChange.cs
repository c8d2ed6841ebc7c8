using MassTransit;
using Sms.BusMessages;
using Sms.Contacts.Timeline;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>What becomes of a text of ours is put on record of the contact it goes to; somebody unknown who is texted becomes a contact.</summary>
public sealed class RecordSmsChange(IEventStore store, ContactBook book) : IConsumer<SmsChanged>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<SmsChanged> context)
    {
        var (sms, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var (to, changedAt) = (PhoneNumber.Parse(sms.To), sms.ChangedAt.ToUniversalTime());

        var entry = await store.Load(Entry.Outbound, sms.SendId, ct);
        var holder = entry.State.ContactId is null ? await book.HolderOf(to, ct) : null;

        var facts = entry.State.Record(
            new EntryEvent.SmsChanged(
                entry.State.ContactId ?? holder!.ContactId, sms.SendId, sms.Version, sms.InReplyTo == Guid.Empty ? null : sms.InReplyTo, sms.Endpoint,
                sms.From, to.Value, sms.Text, sms.Purpose, sms.RequestedBy, sms.Status, sms.Reason, changedAt),
            sms.Version);

        await store.Commit(
            facts.Length == 0 ? [] : [.. holder?.BecomeKnown(to, changedAt, cause) ?? [], entry.Append(facts, cause)], cause.Handled, ct);
    }
}
