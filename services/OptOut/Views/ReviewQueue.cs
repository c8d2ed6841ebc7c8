using Npgsql;
using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.ServiceHost;

namespace Sms.OptOut.Views;

/// <summary>Texts that may have meant an opt-out, the one that has to be decided first at the top.</summary>
public sealed class ReviewQueue : IView
{
    /// <summary>One review.</summary>
    /// <param name="ReviewId">Its identity.</param>
    /// <param name="Person">Who wrote.</param>
    /// <param name="OurNumber">Our number that was texted.</param>
    /// <param name="Endpoint">Its endpoint.</param>
    /// <param name="SmsId">The text.</param>
    /// <param name="Wrote">What it said.</param>
    /// <param name="Word">The word that made one wonder.</param>
    /// <param name="OpenedAt">When the person wrote it.</param>
    /// <param name="Deadline">By when it has to be decided and honoured.</param>
    /// <param name="Overdue">Whether that is past.</param>
    /// <param name="Outcome"><c>opted-out</c> or <c>no-opt-out</c>, once decided.</param>
    /// <param name="DecidedBy">By whom.</param>
    /// <param name="DecidedAt">When.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Row(
        Guid ReviewId, string Person, string OurNumber, string Endpoint, Guid SmsId, string Wrote, string? Word, DateTimeOffset OpenedAt,
        DateTimeOffset Deadline, bool Overdue, string? Outcome, string? DecidedBy, DateTimeOffset? DecidedAt, string? Reason);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["reviews"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened.Select(e => e.Data).OfType<ConsentFact>())
        {
            if (fact.Kind is FactKind.ReviewOpened)
                write.Add($"""
                    insert into reviews (review_id, person, our_number, endpoint, sms_id, wrote, word, opened_at, deadline)
                    values ({fact.FactId}, {fact.Person}, {fact.OurNumber}, {fact.Endpoint}, {fact.SmsId}, {fact.Wrote}, {fact.Word}, {fact.EffectiveAt}, {fact.Deadline})
                    """);
            if (fact.Kind is FactKind.ReviewDecided)
                write.Add($"""
                    update reviews set decided_at = {fact.RecordedAt}, decided_by = {fact.Actor}, outcome = {fact.Word}, reason = {fact.Reason}
                    where review_id = {fact.Reference}
                    """);
        }
    }

    /// <summary><c>GET /reviews</c>: those to be decided; <c>?decided=true</c>: those that were.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/reviews", List);

    private static async Task<Page<Row>> List(
        bool? decided, Cursor? after, int? limit, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        var (size, now) = (Paging.Size(limit), clock.GetUtcNow());
        var (at, id) = after ?? new Cursor(DateTimeOffset.MinValue, Guid.Empty);
        var rows = await database.Query($"""
            select review_id, person, our_number, endpoint, sms_id, wrote, word, opened_at, deadline, decided_at is null and deadline < {now},
                   outcome, decided_by, decided_at, reason
            from reviews
            where (decided_at is not null) = {decided ?? false} and (deadline, review_id) > ({at}, {id})
            order by deadline, review_id limit {size + 1}
            """,
            r => new Row(
                r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetGuid(4), r.GetString(5), r.IsDBNull(6) ? null : r.GetString(6),
                r.GetFieldValue<DateTimeOffset>(7), r.GetFieldValue<DateTimeOffset>(8), r.GetBoolean(9), r.IsDBNull(10) ? null : r.GetString(10),
                r.IsDBNull(11) ? null : r.GetString(11), r.IsDBNull(12) ? null : r.GetFieldValue<DateTimeOffset>(12), r.IsDBNull(13) ? null : r.GetString(13)),
            ct);
        return rows.ToPage(size, row => new Cursor(row.Deadline, row.ReviewId).ToString());
    }
}
