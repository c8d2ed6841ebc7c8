using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Contacts;
using Sms.Contacts.Timeline;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.Views;

/// <summary>Every text in and out, change of a ticket and fact of consent of a contact, in the order they happened.</summary>
public sealed class ContactTimeline : IView
{
    internal const string TextIn = "text-in", TextOut = "text-out", TicketChange = "ticket", ConsentChange = "consent";

    private static readonly string[] Kinds = [TextIn, TextOut, TicketChange, ConsentChange];

    /// <summary>One entry.</summary>
    /// <param name="Kind"><c>text-in</c>, <c>text-out</c>, <c>ticket</c> or <c>consent</c>.</param>
    /// <param name="Id">The text's id, or the entry's own.</param>
    /// <param name="ContactId">Whose it was when it was put on record: this contact, or one that was merged into it.</param>
    /// <param name="At">When it happened: when a text was sent by the gateway's clock, or asked for.</param>
    /// <param name="Revision">Rises with what becomes of a text of ours; 1 for everything else.</param>
    /// <param name="Number">Their number.</param>
    /// <param name="OurNumber">Our number; null where it is about all of them.</param>
    /// <param name="Endpoint">The endpoint a text came in or leaves by.</param>
    /// <param name="Text">What a text says.</param>
    /// <param name="Status">What has become of a text of ours, where a ticket stands, or what holds for consent from then on.</param>
    /// <param name="Reason">Why, in a short code.</param>
    /// <param name="Purpose">What a text of ours is for, or what consent is about.</param>
    /// <param name="Actor">Who asked for a text of ours, or has a ticket.</param>
    /// <param name="About">The text that is answered or that did it, or the ticket.</param>
    /// <param name="TicketNumber">The number people know a ticket by.</param>
    /// <param name="Priority">How urgent a ticket is.</param>
    /// <param name="Team">The team that has a ticket.</param>
    /// <param name="RecordedAt">When it was put on record here.</param>
    public sealed record Row(
        string Kind, Guid Id, Guid ContactId, DateTimeOffset At, long Revision, string? Number, string? OurNumber, string? Endpoint, string? Text,
        string? Status, string? Reason, string? Purpose, string? Actor, Guid? About, long? TicketNumber, string? Priority, string? Team, DateTimeOffset RecordedAt)
    {
        /// <summary>What a fact puts into the timeline; null for one that puts nothing there.</summary>
        public static Row? Of(StoredEvent e) => e.Data switch
        {
            EntryEvent.SmsReceived t => new(
                TextIn, t.SmsId, t.ContactId, t.SentAt, 1, t.From, t.To, t.Endpoint, t.Text, null, null, null, null, null, null, null, null, e.At),
            EntryEvent.SmsChanged t => new(
                TextOut, t.SendId, t.ContactId, t.ChangedAt, t.Revision, t.To, t.From, t.Endpoint, t.Text, t.Status, t.Reason, t.Purpose, t.RequestedBy, t.InReplyTo, null, null, null, e.At),
            EntryEvent.TicketChanged t => new(
                TicketChange, Entry.OfTicket(t.TicketId, t.Version), t.ContactId, t.ChangedAt, 1, t.Customer, t.OurNumber, null, null, t.Status, null, null, t.Assignee,
                t.TicketId, t.Number, t.Priority, t.Team, e.At),
            EntryEvent.ConsentChanged t => new(
                ConsentChange, t.EntryId, t.ContactId, t.EffectiveAt, 1, t.Person, t.OurNumber, null, null, t.Change, null, t.Purpose, null, t.SmsId, null, null, null, e.At),
            ContactEvent.SmsReceived t => new(
                TextIn, t.SmsId, Contact.IdOf(e.StreamId), t.SentAt, 1, null, t.To, t.Endpoint, t.Text, null, null, null, null, null, null, null, null, e.At),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["timeline"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var row in happened.Select(Row.Of).OfType<Row>())
            write.Add($"""
                insert into timeline (kind, entry_id, contact_id, at, revision, number, our_number, endpoint, text, status, reason, purpose, actor, about, ticket_number, priority, team, recorded_at)
                values ({row.Kind}, {row.Id}, {row.ContactId}, {row.At}, {row.Revision}, {row.Number}, {row.OurNumber}, {row.Endpoint}, {row.Text}, {row.Status}, {row.Reason},
                        {row.Purpose}, {row.Actor}, {row.About}, {row.TicketNumber}, {row.Priority}, {row.Team}, {row.RecordedAt})
                on conflict (entry_id, kind) do update set revision = excluded.revision, status = excluded.status, reason = excluded.reason
                """);
    }

    /// <summary>What of a timeline is asked for.</summary>
    /// <param name="Kind">Kinds of entries, separated by commas; all where it is left out.</param>
    /// <param name="From">From when on.</param>
    /// <param name="Until">Before when.</param>
    /// <param name="OurNumber">What is about this number of ours.</param>
    /// <param name="Order"><c>oldest</c> first, as where it is left out, or <c>latest</c>.</param>
    public sealed record Filter(string? Kind, DateTimeOffset? From, DateTimeOffset? Until, string? OurNumber, string? Order);

    /// <summary><c>GET /contacts/{id}/timeline</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/contacts/{id:guid}/timeline", List).WithName("GetTimeline")
        .WithSummary("Texts in and out, ticket changes and consent of a contact and all merged into it, page by page; as it was at a version or time with asOf.");

    private static async Task<Results<Ok<Page<Row>>, NotFound, ValidationProblem>> List(
        Guid id, [AsParameters] Filter filter, AsOf? asOf, Cursor? after, int? limit, NpgsqlDataSource database, EventLog log, EventTypes types, CancellationToken ct)
    {
        var kinds = filter.Kind?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? Kinds;
        if (kinds.Except(Kinds).Any())
            return Problems.Invalid("kind", $"must be of {string.Join(", ", Kinds)}");
        if (filter.Order is not (null or "oldest" or "latest"))
            return Problems.Invalid("order", "must be oldest or latest");
        string? ourNumber = null;
        if (filter.OurNumber is not null)
        {
            if (!PhoneNumber.TryParse(filter.OurNumber, out var number))
                return Problems.Invalid("ourNumber", "is not a phone number, short code or sender name");
            ourNumber = number.Value;
        }

        var moment = asOf is null ? DateTimeOffset.MaxValue : await MomentOf(asOf, id, log, ct);
        if (await Sources(id, asOf is null ? null : moment, database, log, ct) is not { } sources)
            return TypedResults.NotFound();
        var (from, until) = (filter.From?.ToUniversalTime() ?? DateTimeOffset.MinValue, filter.Until?.ToUniversalTime() ?? DateTimeOffset.MaxValue);
        var size = Paging.Size(limit);
        var rows = filter.Order == "latest"
            ? await Backwards(database, sources, kinds, ourNumber, from, until, moment, after ?? Cursor.Latest, size + 1, ct)
            : await Forwards(database, sources, kinds, ourNumber, from, until, moment, after ?? Earliest, size + 1, ct);
        var page = rows.ToPage(size, row => new Cursor(row.At, row.Id).ToString());
        return TypedResults.Ok(asOf is null ? page : page with { Items = await AsTheyWere(page.Items, moment, database, types, ct) });
    }

    private static readonly Cursor Earliest = new(DateTimeOffset.MinValue, Guid.Empty);

    // Each source is read in its order up to a page; what is merged here is never more than a few pages.
    private static Task<List<Row>> Forwards(
        NpgsqlDataSource database, Guid[] sources, string[] kinds, string? ourNumber, DateTimeOffset from, DateTimeOffset until, DateTimeOffset moment, Cursor after, int limit,
        CancellationToken ct) =>
        database.Query($"""
            select t.* from unnest({sources}::uuid[]) s (id) cross join lateral (
                select * from timeline where contact_id = s.id and (at, entry_id) > ({after.At}, {after.Id}) and at >= {from} and at < {until} and recorded_at <= {moment}
                    and kind = any ({kinds}) and ({ourNumber}::text is null or our_number = {ourNumber})
                order by at, entry_id limit {limit}) t
            order by t.at, t.entry_id limit {limit}
            """, Read, ct);

    private static Task<List<Row>> Backwards(
        NpgsqlDataSource database, Guid[] sources, string[] kinds, string? ourNumber, DateTimeOffset from, DateTimeOffset until, DateTimeOffset moment, Cursor after, int limit,
        CancellationToken ct) =>
        database.Query($"""
            select t.* from unnest({sources}::uuid[]) s (id) cross join lateral (
                select * from timeline where contact_id = s.id and (at, entry_id) < ({after.At}, {after.Id}) and at >= {from} and at < {until} and recorded_at <= {moment}
                    and kind = any ({kinds}) and ({ourNumber}::text is null or our_number = {ourNumber})
                order by at desc, entry_id desc limit {limit}) t
            order by t.at desc, t.entry_id desc limit {limit}
            """, Read, ct);

    /// <summary>
    /// Whose entries make up a contact's timeline: its own and those of all that have been merged into it; and what was put on record of
    /// its numbers while they were nobody's. Null where there is no such contact.
    /// </summary>
    internal static async Task<Guid[]?> Sources(Guid id, DateTimeOffset? moment, NpgsqlDataSource database, EventLog log, CancellationToken ct)
    {
        IReadOnlyList<Guid> family;
        IReadOnlyList<string> numbers;
        if (moment is { } then)
        {
            var stream = Contact.Stream.StreamId(id.ToString());
            if (await log.StateAt(stream, Contact.Stream.Name, await log.VersionAt(stream, then, ct), ct) is not Contact { Known: true } contact)
                return null;
            (family, numbers) = (contact.Family(id), contact.Card.Numbers);
        }
        else
        {
            var rows = await database.Query(
                $"select id, numbers from contacts where root = {id} or id = {id}", r => (Id: r.GetGuid(0), Numbers: r.GetFieldValue<string[]>(1)), ct);
            if (rows.FirstOrDefault(row => row.Id == id) is not { Numbers: { } own })
                return null;
            (family, numbers) = ([.. rows.Select(row => row.Id)], own);
        }
        var nobodys = numbers.Where(number => PhoneNumber.TryParse(number, out _)).Select(number => Contact.IdFor(PhoneNumber.Parse(number).Canonical().Value)).ToArray();
        var contacts = await database.Query($"select id from contacts where id = any ({nobodys})", r => r.GetGuid(0), ct);
        return [.. family.Union(nobodys.Except(contacts))];
    }

    private static async Task<DateTimeOffset> MomentOf(AsOf asOf, Guid id, EventLog log, CancellationToken ct)
    {
        if (asOf.Time is { } time)
            return time;
        var stream = Contact.Stream.StreamId(id.ToString());
        var version = await asOf.On(log, stream, ct);
        return (await log.Events(stream, version - 1, 1, ct)).FirstOrDefault()?.At ?? DateTimeOffset.MinValue;
    }

    /// <summary>Texts of ours with what had become of them by then.</summary>
    private static async Task<IReadOnlyList<Row>> AsTheyWere(
        IReadOnlyList<Row> rows, DateTimeOffset moment, NpgsqlDataSource database, EventTypes types, CancellationToken ct)
    {
        var streams = rows.Where(row => row.Kind == TextOut).Select(row => Entry.Outbound.StreamId(row.Id.ToString())).ToArray();
        var then = (await database.Query($"""
            select distinct on (stream_id) type, data::text from mt_events where stream_id = any ({streams}) and timestamp <= {moment} order by stream_id, version desc
            """, r => (EntryEvent.SmsChanged)types.Read(r.GetString(0), r.GetString(1)), ct)).ToDictionary(fact => fact.SendId);
        return [.. rows.Select(row => row.Kind == TextOut && then.TryGetValue(row.Id, out var fact)
            ? row with { Revision = fact.Revision, Status = fact.Status, Reason = fact.Reason }
            : row)];
    }

    internal static Row Read(NpgsqlDataReader r)
    {
        return new(
            r.GetString(0), r.GetGuid(1), r.GetGuid(2), r.GetFieldValue<DateTimeOffset>(3), r.GetInt64(4), Text(5), Text(6), Text(7), Text(8), Text(9), Text(10), Text(11), Text(12),
            r.IsDBNull(13) ? null : r.GetGuid(13), r.IsDBNull(14) ? null : r.GetInt64(14), Text(15), Text(16), r.GetFieldValue<DateTimeOffset>(17));

        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
    }
}
