using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Helpdesk.Texts;
using Sms.Helpdesk.Tickets;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>
/// Something has become of a text of ours. A reply that will not arrive brings its ticket back to the agents; what rules and consent
/// answer is shown in the conversation it belongs to.
/// </summary>
public sealed class RecordDelivery(IEventStore store, TicketWork work, TimeProvider clock) : IConsumer<SmsChanged>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<SmsChanged> context)
    {
        var (sms, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var outgoing = await store.Load(Outgoing.Stream, sms.SendId, ct);
        List<OutgoingEvent> facts = [];
        List<TicketCommand> commands = [];
        List<Append> appends = [];

        var ticketId = outgoing.State.TicketId;
        if (ticketId is null && sms.InReplyTo != Guid.Empty)
        {
            var answered = await store.Load(Text.Stream, sms.InReplyTo, ct);
            var answer = new TextEvent.AnswerHeard(sms.SendId, sms.RequestedBy, sms.Purpose, sms.Text, sms.ChangedAt.ToUniversalTime());
            if (answered.State.TicketId is { } its)
            {
                ticketId = its;
                facts.Add(new OutgoingEvent.OutgoingPlaced(its, IsReply: false));
                commands.Add(new TicketCommand.RecordTextSent(answer.SendId, answer.RequestedBy, answer.Purpose, answer.Text, answer.At));
            }
            else if (!answered.State.Answers.Exists(heard => heard.SendId == sms.SendId))
                appends.Add(answered.Append([answer], cause));
        }
        if (sms.Version > outgoing.State.Version)
        {
            facts.Add(new OutgoingEvent.DeliveryChanged(sms.Version, sms.Status, sms.Reason, sms.ChangedAt.ToUniversalTime()));
            if (outgoing.State.IsReply && Outgoing.HasFailed(sms.Status) && !Outgoing.HasFailed(outgoing.State.Status))
                commands.Add(new TicketCommand.RecordReplyFailed(sms.SendId, sms.Status, sms.Reason));
        }

        if (facts.Count > 0)
            appends.Add(outgoing.Append(facts, cause));
        if (ticketId is { } id && commands.Count > 0)
        {
            var ticket = await work.Load(id, ct);
            var terms = (await work.Desk(ct)).TermsOf(ticket.State.Endpoint);
            appends.Add(ticket.Stream.Append(TicketDecider.Decide(ticket.State, terms, clock.GetUtcNow(), [.. commands]), cause));
        }
        await store.Commit(appends, cause.Handled, ct);
    }
}
