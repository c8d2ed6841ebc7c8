using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>Who is writing on a ticket just now, on any instance, so that two agents do not answer at once. Said again every few seconds, forgotten otherwise; no fact.</summary>
public static class Writing
{
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(15);

    /// <summary>Who else is writing.</summary>
    public sealed record Others(IReadOnlyList<string> Writing);

    /// <summary><c>PUT</c> and <c>DELETE /tickets/{id}/writing</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPut("/tickets/{id:guid}/writing", Begin).RequireAuthorization(Roles.Agent)
            .WithName("BeginWriting").WithSummary("I am writing on this ticket for the next 15 seconds; tells who else is");
        api.MapDelete("/tickets/{id:guid}/writing", End).RequireAuthorization(Roles.Agent).WithName("EndWriting").WithSummary("I am not writing any more");
    }

    /// <summary>The agents who are writing on a ticket.</summary>
    public static Task<List<string>> Now(NpgsqlDataSource database, Guid ticketId, DateTimeOffset now, CancellationToken ct) => database.Query(
        $"select agent from ticket_writers where ticket_id = {ticketId} and until > {now} order by agent", r => r.GetString(0), ct);

    private static async Task<Results<Ok<Others>, NotFound>> Begin(Guid id, HttpContext http, TicketWork work, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        if (!(await work.Load(id, ct)).Exists)
            return TypedResults.NotFound();
        var (me, now) = (http.Cause().Actor, clock.GetUtcNow());
        await database.Query($"""
            with gone as (delete from ticket_writers where until < {now - Lasts} and (ticket_id, agent) <> ({id}, {me}))
            insert into ticket_writers (ticket_id, agent, until) values ({id}, {me}, {now + Lasts})
            on conflict (ticket_id, agent) do update set until = excluded.until
            """, _ => 0, ct);
        return TypedResults.Ok(new Others([.. (await Now(database, id, now, ct)).Where(agent => agent != me)]));
    }

    private static async Task<NoContent> End(Guid id, HttpContext http, NpgsqlDataSource database, CancellationToken ct)
    {
        await database.Query($"delete from ticket_writers where ticket_id = {id} and agent = {http.Cause().Actor}", _ => 0, ct);
        return TypedResults.NoContent();
    }
}
