using MassTransit;
using Sms.AutoReply.People;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>Helpdesk tells how a ticket stands. A solved one gives its conversation back to the rules.</summary>
public sealed class RecordTicketChange(IEventStore store) : IConsumer<TicketChanged>
{
    public async Task Consume(ConsumeContext<TicketChanged> context)
    {
        var (ticket, ct) = (context.Message, context.CancellationToken);

        var person = await store.Load(Person.Stream, Person.IdOf(PhoneNumber.Parse(ticket.Customer)), ct);

        var facts = PersonDecider.Saw(
            person.State,
            new PersonEvent.TicketSeen(
                ticket.TicketId, ticket.Version, ticket.Number, PhoneNumber.Parse(ticket.OurNumber).Value, ticket.Status, ticket.Priority, ticket.Assignee, ticket.Team),
            ticket.ChangedAt.ToUniversalTime());

        await store.Commit(person, facts, context.Cause(), ct);
    }
}
