using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Tickets;

namespace Sms.Helpdesk.UseCases;

/// <summary>A ticket as it was loaded, with its id.</summary>
public sealed record LoadedTicket(Guid Id, EventStream<Ticket, TicketEvent> Stream)
{
    /// <summary>How it stands.</summary>
    public Ticket State => Stream.State;

    /// <summary>Whether anybody ever opened it.</summary>
    public bool Exists => State.Status is not null;
}

/// <summary>Loading what decisions about tickets stand on, and what goes with them into a commit.</summary>
public sealed class TicketWork(IEventStore store, NpgsqlDataSource database)
{
    private const int MostTries = 20;

    /// <summary>How the desk works now.</summary>
    public async Task<DeskState> Desk(CancellationToken ct) => (await store.Load(DeskState.Stream, DeskState.Id, ct)).State;

    /// <summary>A ticket, there or not.</summary>
    public async Task<LoadedTicket> Load(Guid id, CancellationToken ct) => new(id, await store.Load(Ticket.Stream, id, ct));

    /// <summary>The ticket in which this one goes on: itself, unless it was merged.</summary>
    public async Task<LoadedTicket> Resolve(Guid id, CancellationToken ct)
    {
        var ticket = await Load(id, ct);
        while (ticket.State.MergedInto is { } merge)
            ticket = await Load(merge.Ticket, ct);
        return ticket;
    }

    /// <summary>A conversation.</summary>
    public Task<EventStream<Conversation, ConversationEvent>> Conversation(string customer, string ourNumber, CancellationToken ct) =>
        store.Load(Tickets.Conversation.Stream, Tickets.Conversation.IdFor(customer, ourNumber), ct);

    /// <summary>The ticket a conversation goes on in, or ended with; null before the first.</summary>
    public async Task<LoadedTicket?> Current(Conversation conversation, string customer, string ourNumber, CancellationToken ct)
    {
        // From before there were conversations: a customer's one ticket with one of our numbers.
        var ticket = await Resolve(conversation.Current ?? Ticket.IdFor(customer, ourNumber), ct);
        return ticket.Exists ? ticket : null;
    }

    /// <summary>The first id of a conversation's tickets that no ticket has.</summary>
    public async Task<LoadedTicket> Next(Conversation conversation, string customer, string ourNumber, CancellationToken ct)
    {
        for (var before = conversation.Opened; ; before++)
            if (await Load(Ticket.IdFor(customer, ourNumber, before), ct) is { Stream.Version: 0 } free)
                return free;
    }

    /// <summary>The number of another open ticket for which this one cannot be reopened; null when it can.</summary>
    /// <returns>And its conversation, to be turned to it in the same commit.</returns>
    public async Task<(EventStream<Conversation, ConversationEvent> Home, long? Blocking)> Reopening(LoadedTicket ticket, CancellationToken ct)
    {
        var (customer, ourNumber) = (ticket.State.Customer, ticket.State.OurNumber);
        var home = await Conversation(customer, ourNumber, ct);
        var current = await Current(home.State, customer, ourNumber, ct);
        return (home, current is not null && current.Id != ticket.Id && !current.State.IsOver ? current.State.Number : null);
    }

    /// <summary>A number for a new ticket. One that is not used after all is left out.</summary>
    public async Task<long> NextNumber(CancellationToken ct) =>
        (await database.Query($"select nextval('ticket_numbers')", r => r.GetInt64(0), ct)).Single();

    /// <summary>The ticket with a number, or null.</summary>
    public async Task<Guid?> WithNumber(long number, CancellationToken ct) =>
        (await database.Query($"select id from tickets where number = {number}", r => (Guid?)r.GetGuid(0), ct)).SingleOrDefault();

    /// <summary>Whether both numbers are one customer's, as far as Contacts knows.</summary>
    public async Task<bool> IsSameCustomer(string one, string other, CancellationToken ct) => one == other
        || (await database.Query(
            $"select 1 from customers a join customers b on b.contact_id = a.contact_id where a.number = {one} and b.number = {other}", _ => 1, ct)).Count > 0;

    /// <summary>Who gets a new ticket by the policy; nobody where it says so, or nobody is there.</summary>
    public async Task<string?> Owner(DeskState desk, Policy policy, CancellationToken ct)
    {
        if (policy.Assignment == Policy.Manual || policy.Team is not { } team || desk.Present(team) is not { Count: > 0 } present)
            return null;
        var turn = (await database.Query($"""
            insert into assignment_turns (team, turn) values ({team}, 0) on conflict (team) do update set turn = assignment_turns.turn + 1 returning turn
            """, r => r.GetInt64(0), ct)).Single();
        if (policy.Assignment == Policy.RoundRobin)
            return present[(int)(turn % present.Count)];
        var open = (await database.Query($"""
            select assignee, count(*) from tickets where assignee = any({present.ToArray()}) and status not in ('solved', 'closed') group by assignee
            """, r => (Agent: r.GetString(0), Count: r.GetInt64(1)), ct)).ToDictionary(row => row.Agent, row => row.Count);
        // Among those as busy it goes round.
        return Enumerable.Range(0, present.Count).Select(no => present[(int)((turn + no) % present.Count)]).MinBy(agent => open.GetValueOrDefault(agent));
    }

    /// <summary>For a person who waits for the answer: tries again as long as somebody else was faster, within reason.</summary>
    public static async Task<T> Retried<T>(Func<Task<T>> commit, bool onlyOnce = false)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await commit();
            }
            catch (VersionConflictException) when (tried < MostTries && !onlyOnce)
            {
                // Decided again on what is there now.
            }
        }
    }
}
