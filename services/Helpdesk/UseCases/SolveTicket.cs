using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>An agent declares a ticket settled: <c>POST /tickets/{id}/solve</c>.</summary>
public static class SolveTicket
{
    /// <summary>
    /// With <c>If-Match</c> the ticket is solved only as the agent has read it; when the customer has written since, the
    /// answer is 412. Solving a solved ticket changes nothing.
    /// </summary>
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/tickets/{id:guid}/solve", Solve).RequireAuthorization(Roles.Agent);

    private static async Task<Results<NoContent, NotFound>> Solve(
        Guid id, HttpContext http, IEventStore store, CancellationToken ct)
    {
        var ticket = await store.Load(Ticket.Stream, id, ct);
        if (ticket.Version == 0)
            return TypedResults.NotFound();
        if (http.IfMatch() is { } read && read != ticket.Version)
            throw new VersionConflictException(ticket.StreamId);

        var events = TicketDecider.Decide(ticket.State, new TicketCommand.Solve());

        await store.Commit(ticket, events, http.Cause(), ct);
        http.SetETag(ticket.Version + events.Length);
        return TypedResults.NoContent();
    }
}
