using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.ServiceHost;

namespace Sms.Helpdesk.Views;

/// <summary>One ticket: how it stands or stood, what was said and done, and who did it. All of it adds up from its stream.</summary>
public static class TicketDetails
{
    /// <summary>A ticket.</summary>
    /// <param name="Id">Its identity.</param>
    /// <param name="Number">The number people know it by.</param>
    /// <param name="Customer">The number, short code or name the customer writes from.</param>
    /// <param name="OurNumber">Our number they write to.</param>
    /// <param name="Endpoint">The endpoint whose policy it follows.</param>
    /// <param name="Status">One of <see cref="Tickets.Status"/>.</param>
    /// <param name="Priority">One of <see cref="Priorities"/>.</param>
    /// <param name="Assignee">The agent it is with, as an actor.</param>
    /// <param name="Team">The team it is with.</param>
    /// <param name="Tags">Its tags.</param>
    /// <param name="Follows">The ticket of the same conversation that ended before it.</param>
    /// <param name="FollowsNumber">That ticket's number.</param>
    /// <param name="MergedInto">The ticket in which it goes on.</param>
    /// <param name="MergeId">The merge, to take it back by.</param>
    /// <param name="Absorbed">The tickets that go on in this one.</param>
    /// <param name="Moves">Texts that went from here to other tickets, by move, to take it back by.</param>
    /// <param name="EndedAt">When it ended.</param>
    /// <param name="WakesAt">When it becomes open by itself.</param>
    /// <param name="ClosesAt">When it is closed if nothing happens.</param>
    /// <param name="Texts">How many texts of the customer are on it.</param>
    /// <param name="Replies">How many times agents have answered.</param>
    /// <param name="Waiting">Whether the customer waits for us.</param>
    /// <param name="Clocks">What is promised about it.</param>
    /// <param name="Version">The version of its stream: its ETag.</param>
    public sealed record Detail(
        Guid Id, long Number, string Customer, string OurNumber, string Endpoint, string Status, string Priority, string? Assignee, string? Team,
        IReadOnlyList<string> Tags, Guid? Follows, long? FollowsNumber, Guid? MergedInto, Guid? MergeId, IReadOnlyList<Ticket.Merge> Absorbed,
        IReadOnlyDictionary<Guid, Ticket.Move> Moves, DateTimeOffset? EndedAt, DateTimeOffset? WakesAt, DateTimeOffset? ClosesAt, int Texts, int Replies,
        bool Waiting, IReadOnlyList<Clock> Clocks, long Version);

    /// <summary>A ticket as it stands, or stood, with what is not its own.</summary>
    /// <param name="Ticket">The ticket.</param>
    /// <param name="CustomerName">What Contacts knows the customer as now; null where the past is asked for.</param>
    /// <param name="Writing">The agents who are writing on it just now; nobody in the past.</param>
    public sealed record Shown(Detail Ticket, string? CustomerName, IReadOnlyList<string> Writing);

    /// <summary>How a ticket is shown whose facts add up to this.</summary>
    public static Detail Of(Guid id, Ticket ticket, long version) => new(
        id, ticket.Number, ticket.Customer, ticket.OurNumber, ticket.Endpoint, ticket.Status!, ticket.Priority, ticket.Assignee, ticket.Team, [.. ticket.Tags],
        ticket.Follows, ticket.FollowsNumber, ticket.MergedInto?.Ticket, ticket.MergedInto?.MergeId, ticket.Absorbed, ticket.Moves, ticket.EndedAt, ticket.WakesAt,
        ticket.ClosesAt, ticket.Texts, ticket.Replies, ticket.Waiting, [.. ticket.Clocks.Values], version);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tickets/{id:guid}", One).WithName("GetTicket").WithSummary("A ticket; asOf a version or a time, as it stood then");
        api.MapGet("/tickets/number/{number:long}", ByNumber).WithName("GetTicketByNumber").WithSummary("The ticket people know by this number; asOf a version or a time, as it stood then");
        api.MapGet("/tickets/{id:guid}/audit", Facts).WithName("AuditTicket").WithSummary("Every fact of a ticket, with who and when; asOf a version or a time, what had been by then");
    }

    private static async Task<Results<Ok<Shown>, NotFound>> One(
        Guid id, AsOf? asOf, HttpContext http, IEventStore store, EventLog log, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        if (asOf is not null)
        {
            var at = await asOf.On(log, Ticket.Stream.StreamId(id.ToString()), ct);
            return at > 0 && await log.StateAt(Ticket.Stream.StreamId(id.ToString()), Ticket.Stream.Name, at, ct) is Ticket then
                ? TypedResults.Ok(new Shown(Of(id, then, at), null, []))
                : TypedResults.NotFound();
        }
        var ticket = await store.Load(Ticket.Stream, id, ct);
        if (ticket.Version == 0)
            return TypedResults.NotFound();
        http.SetETag(ticket.Version);
        return TypedResults.Ok(new Shown(
            Of(id, ticket.State, ticket.Version), await Known.NameOf(database, ticket.State.Customer, ct), await UseCases.Writing.Now(database, id, clock.GetUtcNow(), ct)));
    }

    private static async Task<Results<Ok<Shown>, NotFound>> ByNumber(
        long number, AsOf? asOf, HttpContext http, IEventStore store, UseCases.TicketWork work, EventLog log, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct) =>
        await work.WithNumber(number, ct) is { } id ? await One(id, asOf, http, store, log, database, clock, ct) : TypedResults.NotFound();

    private static async Task<Results<Ok<Page<EventLog.EventRow>>, NotFound>> Facts(Guid id, AsOf? asOf, long? after, int? limit, EventLog log, CancellationToken ct)
    {
        var facts = await Audit.Of(Ticket.Stream.StreamId(id.ToString()), asOf, after, limit, log, ct);
        return facts.Items.Count == 0 && after is null ? TypedResults.NotFound() : TypedResults.Ok(facts);
    }
}
