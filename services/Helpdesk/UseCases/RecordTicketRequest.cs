using MassTransit;
using Sms.EventStore;
using Sms.Helpdesk.Texts;
using Sms.Helpdesk.Tickets;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>A rule asks for a ticket: the conversation's open one, else a new one, with what it says set on it. The rule's text comes on it whenever it comes in.</summary>
public sealed class RecordTicketRequest(RouteTexts route, IEventStore store) : IConsumer<Sms.BusMessages.TicketAsked>
{
    private const int LongestNote = 1_000;

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Sms.BusMessages.TicketAsked> context)
    {
        var (asked, ct) = (context.Message, context.CancellationToken);
        var cause = context.Cause() with { Actor = asked.RequestedBy };
        if (asked.Priority is { } wrong && !Priorities.All.Contains(wrong))
            throw new RefusedException($"Request {asked.RequestId} wants a priority that is none of {string.Join(", ", Priorities.All)}.");

        var text = await store.Load(Text.Stream, asked.SmsId, ct);
        if (text.State.Received is not null || text.State.Asked.Contains(asked.RequestId))
        {
            await route.Hear(
                asked.SmsId, (known, _) => known.Asked.Contains(asked.RequestId) ? [] : [new TextEvent.TicketAsked(asked.RequestId)], ticket => Wishes(ticket, asked), cause, ct);
            return;
        }
        var (appends, _) = await route.OpenOrFind(asked.Endpoint, asked.Customer, asked.OurNumber, ticket => Wishes(ticket, asked), cause, ct);
        await store.Commit([.. appends, text.Append([new TextEvent.TicketAsked(asked.RequestId)], cause)], cause.Handled, ct);
    }

    private static IEnumerable<TicketCommand> Wishes(Ticket ticket, Sms.BusMessages.TicketAsked asked)
    {
        if (asked.Priority is { } priority)
            yield return new TicketCommand.SetPriority(priority);
        if (asked.Assignee is not null || asked.Team is not null)
            yield return new TicketCommand.Assign(asked.Assignee ?? ticket.Assignee, asked.Team ?? ticket.Team);
        if (asked.Note is { Length: > 0 } note)
            yield return new TicketCommand.AddNote(asked.RequestId, note.Length > LongestNote ? note[..LongestNote] : note);
    }
}
