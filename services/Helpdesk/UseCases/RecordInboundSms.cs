using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>A text joins the ticket of that customer with that number of ours, opening or reopening it where needed.</summary>
public sealed class RecordInboundSms(IEventStore store) : IConsumer<InboundSmsReceived>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<InboundSmsReceived> context)
    {
        var (sms, ct) = (context.Message, context.CancellationToken);

        var ticket = await store.Load(Ticket.Stream, Ticket.IdFor(sms.From, sms.To), ct);

        var events = TicketDecider.Decide(ticket.State, new TicketCommand.RecordCustomerSms(
            sms.SmsId, sms.Endpoint, sms.From, sms.To, sms.Text, sms.SentAt.ToUniversalTime()));

        await store.Commit(ticket, events, context.Cause(), ct);
    }
}
