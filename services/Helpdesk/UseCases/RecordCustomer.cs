using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Helpdesk.Customers;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>Contacts knows a customer better now: their name, and which numbers are one person's.</summary>
public sealed class RecordCustomer(IEventStore store) : IConsumer<ContactChanged>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ContactChanged> context)
    {
        var (contact, ct) = (context.Message, context.CancellationToken);
        var customer = await store.Load(Customer.Stream, contact.ContactId, ct);
        CustomerEvent[] facts = contact.Version > customer.State.Version
            ? [new CustomerEvent.CustomerKnown(contact.Version, contact.Numbers.Split('\n', StringSplitOptions.RemoveEmptyEntries), contact.Name, contact.MergedInto)]
            : [];
        await store.Commit(customer, facts, context.Cause(), ct);
    }
}
