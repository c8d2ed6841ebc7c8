using MassTransit;
using Sms.BusMessages;
using Sms.Contacts.Contacts;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>Every text is put on record of the contact it comes from; an unknown sender becomes a contact.</summary>
public sealed class RecordInboundSms(IEventStore store) : IConsumer<InboundSmsReceived>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<InboundSmsReceived> context)
    {
        var (sms, ct) = (context.Message, context.CancellationToken);

        var contact = await store.Load(Contact.Stream, Contact.IdFor(sms.From), ct);

        var events = ContactDecider.Decide(contact.State, new ContactCommand.RecordSms(
            sms.SmsId, sms.Endpoint, sms.From, sms.To, sms.Text, sms.SentAt.ToUniversalTime()));

        await store.Commit(contact, events, context.Cause(), ct);
    }
}
