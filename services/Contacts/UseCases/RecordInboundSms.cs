using MassTransit;
using Sms.BusMessages;
using Sms.Contacts.Timeline;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>Every text is put on record of the contact it comes from; an unknown sender becomes a contact.</summary>
public sealed class RecordInboundSms(IEventStore store, ContactBook book) : IConsumer<InboundSmsReceived>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<InboundSmsReceived> context)
    {
        var (sms, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var (from, sentAt) = (PhoneNumber.Parse(sms.From), sms.SentAt.ToUniversalTime());

        var entry = await store.Load(Entry.Inbound, sms.SmsId, ct);
        var holder = await book.HolderOf(from, ct);

        var facts = entry.State.Record(new EntryEvent.SmsReceived(
            holder.ContactId, sms.SmsId, from.Value, sms.Endpoint, sms.To, sms.Text, sentAt));

        await store.Commit(
            facts.Length == 0 ? [] : [.. holder.BecomeKnown(from, sentAt, cause), entry.Append(facts, cause)], cause.Handled, ct);
    }
}
