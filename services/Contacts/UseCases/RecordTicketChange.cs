using MassTransit;
using Sms.BusMessages;
using Sms.Contacts.Timeline;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>Every change of a ticket is put on record of the contact it is about.</summary>
public sealed class RecordTicketChange(IEventStore store, ContactBook book) : IConsumer<TicketChanged>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<TicketChanged> context)
    {
        var (ticket, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var customer = PhoneNumber.Parse(ticket.Customer);

        var entry = await store.Load(Entry.Ticket, Entry.OfTicket(ticket.TicketId, ticket.Version), ct);
        var holder = await book.HolderOf(customer, ct);

        var facts = entry.State.Record(new EntryEvent.TicketChanged(
            holder.ContactId, ticket.TicketId, ticket.Version, ticket.Number, customer.Value, ticket.OurNumber, ticket.Status, ticket.Priority,
            ticket.Assignee, ticket.Team, ticket.ChangedAt.ToUniversalTime()));

        await store.Commit(entry, facts, cause, ct);
    }
}
