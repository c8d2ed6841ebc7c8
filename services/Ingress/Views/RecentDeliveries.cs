using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Ingress.Views;

/// <summary>What became of the latest deliveries to an endpoint, newest first, and of how many; secrets, words and full numbers are in none of it.</summary>
public static class RecentDeliveries
{
    /// <summary>One delivery.</summary>
    /// <param name="At">When it came.</param>
    /// <param name="Accepted">Whether it was answered 2xx.</param>
    /// <param name="Outcome"><c>accepted</c>, <c>duplicate</c>, <c>quarantined</c> …, or why it was rejected.</param>
    /// <param name="Id">The text, report or delivery in quarantine it became.</param>
    /// <param name="Sender">Who texted, masked.</param>
    public sealed record Delivery(DateTimeOffset At, bool Accepted, string Outcome, Guid? Id, string? Sender);

    /// <summary>How many deliveries had an outcome in the last 24 hours.</summary>
    public sealed record Count(string Outcome, long Deliveries);

    /// <summary>The list, and the counts beside it.</summary>
    public sealed record Response(IReadOnlyList<Delivery> Items, string? Next, IReadOnlyList<Count> LastDay);

    /// <summary>Maps <c>GET /endpoints/{slug}/deliveries</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/endpoints/{slug}/deliveries", Read)
        .WithName("ListDeliveries").WithSummary("What became of the latest deliveries to an endpoint, newest first, and of how many in a day");

    private static async Task<Results<Ok<Response>, NotFound>> Read(
        string slug, bool? accepted, long? after, int? limit, NpgsqlDataSource database, DeliveryLog log, TimeProvider clock, CancellationToken ct)
    {
        if ((await database.Query($"select 1 from endpoints where slug = {slug}", r => r.GetInt32(0), ct)).Count == 0)
            return TypedResults.NotFound();
        await log.Write(ct);
        var size = Paging.Size(limit);
        var rows = await database.Query(
            $"""
            select no, at, accepted, outcome, id, sender from recent_deliveries
            where slug = {slug} and ({accepted}::boolean is null or accepted = {accepted}) and no < {after ?? long.MaxValue}
            order by no desc limit {size + 1}
            """,
            r => (No: r.GetInt64(0), Delivery: new Delivery(
                r.GetFieldValue<DateTimeOffset>(1), r.GetBoolean(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetGuid(4), r.IsDBNull(5) ? null : r.GetString(5))), ct);
        var counts = await database.Query(
            $"""
            select outcome, sum(count)::bigint from delivery_counts where slug = {slug} and hour > {clock.GetUtcNow().AddHours(-24)}
            group by outcome order by outcome
            """,
            r => new Count(r.GetString(0), r.GetInt64(1)), ct);
        var page = rows.ToPage(size, row => row.No.ToString(CultureInfo.InvariantCulture));
        return TypedResults.Ok(new Response([.. page.Items.Select(i => i.Delivery)], page.Next, counts));
    }
}
