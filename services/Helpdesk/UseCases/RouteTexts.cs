using Sms.EventStore;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Texts;
using Sms.Helpdesk.Tickets;

namespace Sms.Helpdesk.UseCases;

/// <summary>
/// Brings texts to their tickets, whenever something about a text becomes known. All that a decision stands on is in its commit with the
/// version it was read at: the text, the ticket, and the conversation where a ticket is opened or reopened. Two that are decided at
/// once cannot both open one.
/// </summary>
public sealed class RouteTexts(IEventStore store, TicketWork work, TimeProvider clock)
{
    /// <summary>Records what has become known about a text, and decides it if that can be done now.</summary>
    /// <param name="smsId">The text.</param>
    /// <param name="heard">What has become known, as facts.</param>
    /// <param name="also">What else is to be done on the ticket it comes to.</param>
    /// <param name="cause">Why.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The ticket; null for none.</returns>
    public async Task<Guid?> Hear(Guid smsId, Func<Text, DeskState, IEnumerable<TextEvent>> heard, Func<Ticket, IEnumerable<TicketCommand>>? also, Cause cause, CancellationToken ct)
    {
        var (text, desk) = (await store.Load(Text.Stream, smsId, ct), await work.Desk(ct));
        List<TextEvent> facts = [.. heard(text.State, desk)];
        var state = facts.Aggregate(text.State, Text.Stream.Evolve);
        var toTicket = also is not null && facts.Count > 0;
        if (state.Received is not { } received || state.TicketId is not null || (state.Decided is not null && !toTicket))
        {
            var known = toTicket && state.TicketId is { } on ? await OnTicket(on, also!, desk, cause, ct) : null;
            await Commit(text, facts, known is null ? [] : [known], cause, ct);
            return state.TicketId;
        }

        var now = clock.GetUtcNow();
        var policy = desk.PolicyOf(received.Endpoint);
        var (conversation, current) = await Place(received.Customer, received.OurNumber, ct);
        var (named, home, blocking) = await Named(received, ct);
        var route = Router.Decide(state, policy.Policy, current?.State, named?.State, blocking, now);
        if (route.Kind is RouteKind.Wait)
        {
            await Commit(text, facts, [], cause, ct);
            return null;
        }

        var (ticket, turned) = route.Kind switch
        {
            RouteKind.Log => (null, null),
            RouteKind.Open => (await work.Next(conversation.State, received.Customer, received.OurNumber, ct), conversation),
            RouteKind.Reopen when route.ToNamed => (named, home),
            RouteKind.Reopen => (current, (await work.Reopening(current!, ct)) is { Blocking: null } free ? free.Home : null),
            _ => (route.ToNamed ? named : current, null),
        };
        // The conversation went on in a ticket of another one, and that other one has an open ticket by now.
        if (route.Kind is RouteKind.Reopen && turned is null)
            (route, ticket, turned) = (
                new Texts.Route(RouteKind.Open, RouteRule.NewTicket, $"#{current!.State.Number} cannot be reopened beside another open ticket."),
                await work.Next(conversation.State, received.Customer, received.OurNumber, ct), conversation);

        var commands = new List<TicketCommand>();
        if (route.Kind is RouteKind.Open)
            commands.Add(await Opening(received.Endpoint, received.Customer, received.OurNumber, current, desk, ct));
        var appends = new List<Append>();
        long? number = null;
        if (ticket is not null)
        {
            commands.Add(new TicketCommand.RecordText(smsId, received.Endpoint, received.Customer, received.OurNumber, received.Text, received.SentAt));
            foreach (var answer in state.Answers)
            {
                commands.Add(new TicketCommand.RecordTextSent(answer.SendId, answer.RequestedBy, answer.Purpose, answer.Text, answer.At));
                appends.Add((await store.Load(Outgoing.Stream, answer.SendId, ct)).Append([new OutgoingEvent.OutgoingPlaced(ticket.Id, IsReply: false)], cause));
            }
            var done = Decide(ticket.State, commands, also, desk, received.Endpoint, now);
            number = done.Aggregate(ticket.State, Ticket.Stream.Evolve).Number;
            appends.Add(ticket.Stream.Append(done, cause));
        }
        if (turned is not null)
            appends.Add(turned.Append([new ConversationEvent.TurnedTo(ticket!.Id, route.Kind is RouteKind.Open ? Conversation.WasOpened : Conversation.WasReopened)], cause));
        facts.Add(new TextEvent.TextDecided(ticket?.Id, number, route.Rule, route.Reason, policy.Endpoint, policy.Version));
        await Commit(text, facts, appends, cause, ct);
        return ticket?.Id;
    }

    /// <summary>A ticket for a conversation without a text: the open one, or a new one.</summary>
    public async Task<(List<Append> Appends, Guid TicketId)> OpenOrFind(
        string endpoint, string customer, string ourNumber, Func<Ticket, IEnumerable<TicketCommand>> also, Cause cause, CancellationToken ct)
    {
        var (desk, now) = (await work.Desk(ct), clock.GetUtcNow());
        var (conversation, current) = await Place(customer, ourNumber, ct);
        if (current is { State.IsOver: false })
            return (Decide(current.State, [], also, desk, endpoint, now) is { Length: > 0 } done ? [current.Stream.Append(done, cause)] : [], current.Id);
        var ticket = await work.Next(conversation.State, customer, ourNumber, ct);
        var opened = Decide(ticket.State, [await Opening(endpoint, customer, ourNumber, current, desk, ct)], also, desk, endpoint, now);
        return ([ticket.Stream.Append(opened, cause), conversation.Append([new ConversationEvent.TurnedTo(ticket.Id, Conversation.WasOpened)], cause)], ticket.Id);
    }

    private async Task<Append?> OnTicket(Guid id, Func<Ticket, IEnumerable<TicketCommand>> also, DeskState desk, Cause cause, CancellationToken ct)
    {
        var ticket = await work.Resolve(id, ct);
        // What ended meanwhile was ended by somebody who had the text before their eyes.
        return ticket.State.Status == Status.Closed ? null
            : Decide(ticket.State, [], also, desk, ticket.State.Endpoint, clock.GetUtcNow()) is { Length: > 0 } done ? ticket.Stream.Append(done, cause) : null;
    }

    private static TicketEvent[] Decide(
        Ticket ticket, IReadOnlyList<TicketCommand> commands, Func<Ticket, IEnumerable<TicketCommand>>? also, DeskState desk, string endpoint, DateTimeOffset now)
    {
        var terms = desk.TermsOf(ticket.Endpoint is { Length: > 0 } own ? own : endpoint);
        var facts = TicketDecider.Decide(ticket, terms, now, [.. commands]);
        var then = facts.Aggregate(ticket, Ticket.Stream.Evolve);
        return also is null ? facts : [.. facts, .. TicketDecider.Decide(then, terms, now, [.. also(then)])];
    }

    private async Task<TicketCommand.Open> Opening(string endpoint, string customer, string ourNumber, LoadedTicket? before, DeskState desk, CancellationToken ct)
    {
        var policy = desk.PolicyOf(endpoint).Policy;
        return new(
            customer, ourNumber, endpoint, await work.NextNumber(ct), before?.Id, before?.State.Number, policy.Team,
            await work.Owner(desk, policy, ct), policy.Assignment);
    }

    private async Task<(EventStream<Conversation, ConversationEvent> Conversation, LoadedTicket? Current)> Place(string customer, string ourNumber, CancellationToken ct)
    {
        var conversation = await work.Conversation(customer, ourNumber, ct);
        return (conversation, await work.Current(conversation.State, customer, ourNumber, ct));
    }

    /// <summary>The first ticket the text names that is the same customer's.</summary>
    private async Task<(LoadedTicket? Ticket, EventStream<Conversation, ConversationEvent>? Home, long? Blocking)> Named(TextEvent.TextReceived received, CancellationToken ct)
    {
        foreach (var number in Router.Names(received.Text))
        {
            if (await work.WithNumber(number, ct) is not { } id)
                continue;
            var ticket = await work.Resolve(id, ct);
            if (!await work.IsSameCustomer(ticket.State.Customer, received.Customer, ct))
                continue;
            if (!ticket.State.IsOver)
                return (ticket, null, null);
            var (home, blocking) = await work.Reopening(ticket, ct);
            return (ticket, home, blocking);
        }
        return (null, null, null);
    }

    private Task<Committed> Commit(EventStream<Text, TextEvent> text, List<TextEvent> facts, List<Append> appends, Cause cause, CancellationToken ct)
    {
        if (facts.Count > 0)
            appends.Add(text.Append(facts, cause));
        return store.Commit(appends, cause.Handled, ct);
    }
}
