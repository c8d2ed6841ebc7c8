using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Imports;
using Sms.Contacts.Views;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>
/// An admin has seen what a dry run found, and says to enter just those rows: <c>POST /imports/{id}/enter</c>. They become an import of
/// their own, so that both stay to be looked at; said again, it is the same one.
/// </summary>
public static class EnterLookedAt
{
    /// <summary>Maps it.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/imports/{id:guid}/enter", Enter).RequireAuthorization(Roles.Admin).WithName("EnterLookedAt")
        .WithSummary("Enters the rows that a dry run has looked at, within a day. Asked again, the same import is the answer.")
        .ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<Results<Accepted<ImportProgress.Row>, NotFound>> Enter(
        Guid id, HttpContext http, IEventStore store, NpgsqlDataSource database, ImportSignal signal, TimeProvider clock, CancellationToken ct)
    {
        var looked = (await store.Load(Import.Stream, id, ct)).State;
        if (looked.List is not { } list)
            return TypedResults.NotFound();
        if (!list.DryRun)
            throw new RefusedException("This was no dry run: its rows are entered.");
        if (looked.NextPart is not null)
            throw new RefusedException("Its rows have not all been looked at yet: wait until it is done.");

        var entered = NamedId.Of(id, "entered");
        var import = await store.Load(Import.Stream, entered, ct);
        if (import.State.List is null)
        {
            if ((await database.Query($"select count(*)::int from import_parts where import_id = {id}", r => r.GetInt32(0), ct))[0] < list.Parts)
                throw new RefusedException("Its rows are kept for a day and are gone: upload the list again.");
            var cause = http.Cause();
            await store.Commit(
                [import.Append([new ImportEvent.ListReceived(list with { ImportId = entered, DryRun = false, Actor = cause.Actor, ReceivedAt = clock.GetUtcNow() })], cause)],
                null, $"update import_parts set import_id = {entered} where import_id = {id}", ct);
            signal.Set();
        }
        return TypedResults.Accepted($"/imports/{entered}", await ImportProgress.Find(database, entered, ct));
    }
}
