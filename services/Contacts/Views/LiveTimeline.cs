using System.Globalization;
using System.Net.ServerSentEvents;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Timeline;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Contacts.Views;

/// <summary>
/// <c>GET /contacts/{id}/timeline/live</c>: a contact's timeline as it grows, as server-sent events. It follows the log itself, by the
/// relay's rule for gaps, so any instance shows what any other has stored, and a client that comes back with its
/// <c>Last-Event-ID</c>, to whichever instance, goes on where it was: nothing is missed and nothing comes twice.
/// </summary>
public static class LiveTimeline
{
    private const int MostAtOnce = 500;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(15);

    private static readonly string[] StoredNames = [.. typeof(EntryEvent).GetNestedTypes().Select(fact => fact.GetCustomAttribute<StoredAsAttribute>()!.Name)];

    /// <summary>The event that says that everything before it is in the pages of the timeline.</summary>
    internal const string Ready = "ready";

    /// <summary>Maps it.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/contacts/{id:guid}/timeline/live", Follow).WithName("FollowTimeline")
        .WithSummary("The timeline as it grows, as server-sent events: 'ready' when all before is in the pages, then 'entry' with each new or changed entry.");

    private static async Task<Results<ServerSentEventsResult<ContactTimeline.Row?>, NotFound, ValidationProblem>> Follow(
        Guid id, HttpContext http, NpgsqlDataSource database, EventLog log, EventTypes types, CancellationToken ct)
    {
        long? from = null;
        if (http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last)
        {
            if (!long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
                return Problems.Invalid("Last-Event-ID", "must be the id of an event of this stream");
            from = position;
        }
        if (await ContactTimeline.Sources(id, null, database, log, ct) is null)
            return TypedResults.NotFound();
        return TypedResults.ServerSentEvents(Entries(id, from, database, log, types, ct));
    }

    private static async IAsyncEnumerable<SseItem<ContactTimeline.Row?>> Entries(
        Guid id, long? from, NpgsqlDataSource database, EventLog log, EventTypes types, [EnumeratorCancellation] CancellationToken ct)
    {
        var position = from ?? await Settled(database, ct);
        yield return Item(Ready, null, position);

        var (barrier, quiet) = ((GapRule.Barrier?)null, TimeSpan.Zero);
        while (true)
        {
            var sources = await ContactTimeline.Sources(id, null, database, log, ct) ?? [];
            var page = await database.Query($"""
                with running as materialized (select sms_oldest_running()::text as oldest)
                select e.seq_id, oldest, e.type = any ({StoredNames}) and (e.data ->> 'ContactId')::uuid = any ({sources}::uuid[]), e.type,
                       case when e.type = any ({StoredNames}) then e.data::text end
                from running, mt_events e where e.seq_id > {position} order by e.seq_id limit {MostAtOnce}
                """,
                r => (Seq: r.GetInt64(0), Oldest: ulong.Parse(r.GetString(1), CultureInfo.InvariantCulture), IsOurs: r.GetBoolean(2), Type: r.GetString(3), Data: r.IsDBNull(4) ? null : r.GetString(4)), ct);
            var decision = GapRule.Decide(position, [.. page.Select(e => e.Seq)], page.Count == 0 ? 0 : page[0].Oldest, barrier);
            barrier = decision.GapAhead ? decision.Barrier ?? await Barrier(page[^1].Seq, database, ct) : null;
            foreach (var e in page.Take(decision.Release))
            {
                position = e.Seq;
                if (!e.IsOurs)
                    continue;
                quiet = TimeSpan.Zero;
                var fact = (EntryEvent)types.Read(e.Type, e.Data!);
                yield return Item("entry", await Entry(fact, database, ct), position);
            }
            if (decision.Release == MostAtOnce)
                continue;
            if ((quiet += BetweenLooks) >= BetweenSigns)
            {
                // So that whatever lies between does not take the connection for dead, and the client's place moves on.
                quiet = TimeSpan.Zero;
                yield return Item(Ready, null, position);
            }
            await Task.Delay(BetweenLooks, ct);
        }
    }

    /// <summary>The end of the log, once nothing before it can still appear.</summary>
    private static async Task<long> Settled(NpgsqlDataSource database, CancellationToken ct)
    {
        var end = (await database.Query($"select coalesce(max(seq_id), 0) from mt_events", r => r.GetInt64(0), ct))[0];
        var barrier = await Barrier(end, database, ct);
        while ((await database.Query($"select sms_oldest_running()::text", r => ulong.Parse(r.GetString(0), CultureInfo.InvariantCulture), ct))[0] <= barrier.TransactionId)
            await Task.Delay(10, ct);
        return end;
    }

    private static async Task<GapRule.Barrier> Barrier(long seq, NpgsqlDataSource database, CancellationToken ct) =>
        new(seq, (await database.Query($"select pg_current_xact_id()::text", r => ulong.Parse(r.GetString(0), CultureInfo.InvariantCulture), ct))[0]);

    // As it is by now: what comes after tells the rest.
    private static async Task<ContactTimeline.Row> Entry(EntryEvent fact, NpgsqlDataSource database, CancellationToken ct)
    {
        var (kind, id) = fact switch
        {
            EntryEvent.SmsReceived e => (ContactTimeline.TextIn, e.SmsId),
            EntryEvent.SmsChanged e => (ContactTimeline.TextOut, e.SendId),
            EntryEvent.TicketChanged e => (ContactTimeline.TicketChange, Timeline.Entry.OfTicket(e.TicketId, e.Version)),
            EntryEvent.ConsentChanged e => (ContactTimeline.ConsentChange, e.EntryId),
            _ => throw new ArgumentException($"{fact.GetType().Name} is not in timelines.", nameof(fact)),
        };
        return (await database.Query($"select * from timeline where kind = {kind} and entry_id = {id}", ContactTimeline.Read, ct))[0];
    }

    private static SseItem<ContactTimeline.Row?> Item(string name, ContactTimeline.Row? entry, long position) =>
        new(entry, name) { EventId = position.ToString(CultureInfo.InvariantCulture) };
}
