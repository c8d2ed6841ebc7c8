using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Contacts;
using Sms.Contacts.UseCases;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.Views;

/// <summary>
/// <c>GET /contacts</c>: whoever texted last first, all of them or those that are searched for. What many match is found among those who
/// texted last, without sorting the many; what few match is found by an index and sorted. Which it is shows a glance at the latest.
/// </summary>
public static class ContactSearch
{
    private const int Glance = 500, ManyInAGlance = 4, Few = 4_000, Furthest = 20_000;

    /// <summary>What is searched for; what is left out is not asked for.</summary>
    /// <param name="Search">Words of the name, or a fragment of a number.</param>
    /// <param name="Number">The whole number, however it is written.</param>
    /// <param name="ExternalId">An id in another system, <c>system:id</c>.</param>
    /// <param name="Tag">A tag.</param>
    /// <param name="Field">A field of the business's own and its value, <c>plan:gold</c>.</param>
    /// <param name="Verified">Whether a person or an import has said who it is.</param>
    public sealed record Filter(string? Search, string? Number, string? ExternalId, string? Tag, string? Field, bool? Verified);

    /// <summary>Maps the search.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/contacts", List).WithName("SearchContacts")
        .WithSummary("Contacts, whoever texted last first: all, or by name or number fragment, whole number, external id, tag, field or verification.");

    private static async Task<Results<Ok<Page<ContactList.Row>>, ValidationProblem>> List(
        [AsParameters] Filter filter, Cursor? after, int? limit, ContactBook book, NpgsqlDataSource database, CancellationToken ct)
    {
        if (filter.Number is not null)
            return PhoneNumber.TryParse(filter.Number, out var number)
                ? await Exactly((await book.HolderOf(number, ct)).ContactId)
                : Problems.Invalid("number", "is not a phone number, short code or sender name");
        if (filter.ExternalId is not null)
            return await Exactly(await book.HolderOf(filter.ExternalId, ct));
        string[]? patterns = filter.Search is null ? null : SearchWords.Patterns(filter.Search);
        if (patterns is [])
            return Problems.Invalid("search", "must have a letter or digit");
        string? field = null;
        if (filter.Field is not null)
        {
            if (ContactDraft.Line(filter.Field)?.Split(':', 2) is not [{ Length: > 0 } name, { Length: > 0 } value])
                return Problems.Invalid("field", "must be written name:value");
            field = JsonSerializer.Serialize(new Dictionary<string, string> { [name] = value });
        }

        var (size, tags) = (Paging.Size(limit), filter.Tag is null ? null : new[] { ContactList.TagKey(ContactDraft.Line(filter.Tag) ?? "") });
        var place = after ?? Cursor.Latest;
        var any = patterns is not null || tags is not null || field is not null || filter.Verified is not null;
        var found = await AmongLatest(database, patterns, tags, field, filter.Verified, place, any ? Glance : Furthest, size + 1, ct);
        var many = found.Count >= ManyInAGlance;
        if (any && many && found.Count <= size)
            found = await AmongLatest(database, patterns, tags, field, filter.Verified, place, Furthest, size + 1, ct);
        if (any && found.Count <= size)
        {
            var few = await ByIndex(database, patterns, tags, field, filter.Verified, place, Few, size + 1, ct);
            if (few is null && !many)
                found = await AmongLatest(database, patterns, tags, field, filter.Verified, place, Furthest, size + 1, ct);
            if (few is not null || found.Count <= size)
                found = few ?? (await ByIndex(database, patterns, tags, field, filter.Verified, place, int.MaxValue, size + 1, ct))!;
        }
        var page = found.ToPage(size, row => new Cursor(row.At, row.ActivityOf).ToString());
        return TypedResults.Ok(new Page<ContactList.Row>(await ContactList.Find(database, [.. page.Items.Select(row => row.Id)], ct), page.Next));

        async Task<Results<Ok<Page<ContactList.Row>>, ValidationProblem>> Exactly(Guid? holder)
        {
            List<ContactList.Row> rows = holder is { } one ? await ContactList.Find(database, [Contact.IdOf((await book.StandingFor(one, ct)).StreamId)], ct) : [];
            return TypedResults.Ok(new Page<ContactList.Row>(rows, null));
        }
    }

    private sealed record Found(Guid Id, DateTimeOffset At, Guid ActivityOf);

    /// <summary>A page of all that match; null where those are more than what is worth sorting.</summary>
    private static async Task<List<Found>?> ByIndex(
        NpgsqlDataSource database, string[]? patterns, string[]? tags, string? field, bool? verified, Cursor after, long most, int limit, CancellationToken ct)
    {
        // The index can look for single patterns, not for all of a list; the longest are first and tell most.
        var (longest, second, third) = (patterns?[0], patterns?.ElementAtOrDefault(1), patterns?.ElementAtOrDefault(2));
        // A contact with others merged into it stands where the latest text of any of them is.
        var rows = await database.Query($"""
            with matching as materialized (
                select c.id, c.merged <> array[]::uuid[] as has_parts from contacts c
                where c.root = c.id and ({longest}::text is null or c.search_text like {longest}::text)
                  and ({second}::text is null or c.search_text like {second}::text) and ({third}::text is null or c.search_text like {third}::text)
                  and ({patterns}::text[] is null or c.search_text like all ({patterns}::text[]))
                  and ({tags}::text[] is null or c.tag_keys @> {tags}::text[])
                  and ({field}::text is null or c.fields @> {field}::jsonb)
                  and ({verified}::boolean is null or c.verified = {verified})
                limit {most + 1}),
            few as (select count(*) <= {most} as are from matching)
            select few.are, page.* from few left join lateral (
                select m.id, a.last_at, a.contact_id
                from matching m cross join lateral (
                    select l.last_at, l.contact_id from contact_activity l where l.contact_id = m.id
                    union all
                    select l.last_at, l.contact_id from contacts f join contact_activity l on l.contact_id = f.id where m.has_parts and f.root = m.id and f.id <> m.id
                    order by last_at desc, contact_id desc limit 1) a
                where few.are and (a.last_at, a.contact_id) < ({after.At}, {after.Id})
                order by a.last_at desc, a.contact_id desc limit {limit}) page on true
            order by page.last_at desc, page.contact_id desc
            """, r => (AreFew: r.GetBoolean(0), Found: r.IsDBNull(1) ? null : new Found(r.GetGuid(1), r.GetFieldValue<DateTimeOffset>(2), r.GetGuid(3))), ct);
        return rows[0].AreFew ? [.. rows.Select(row => row.Found).OfType<Found>()] : null;
    }

    private static Task<List<Found>> AmongLatest(
        NpgsqlDataSource database, string[]? patterns, string[]? tags, string? field, bool? verified, Cursor after, int latest, int limit, CancellationToken ct) =>
        database.Query($"""
            select c.id, a.last_at, a.contact_id
            from (select contact_id, last_at from contact_activity where (last_at, contact_id) < ({after.At}, {after.Id}) order by last_at desc, contact_id desc limit {latest}) a
            join contacts o on o.id = a.contact_id
            cross join lateral (
                select o.id, o.merged, o.search_text, o.tag_keys, o.fields, o.verified where o.root = o.id
                union all
                select r.id, r.merged, r.search_text, r.tag_keys, r.fields, r.verified from contacts r where o.root <> o.id and r.id = o.root) c
            where ({patterns}::text[] is null or c.search_text like all ({patterns}::text[]))
              and ({tags}::text[] is null or c.tag_keys @> {tags}::text[])
              and ({field}::text is null or c.fields @> {field}::jsonb)
              and ({verified}::boolean is null or c.verified = {verified})
              and (c.merged = array[]::uuid[] or not exists (
                  select from contacts f join contact_activity l on l.contact_id = f.id
                  where f.root = c.id and (l.last_at, l.contact_id) > (a.last_at, a.contact_id)))
            order by a.last_at desc, a.contact_id desc limit {limit}
            """, r => new Found(r.GetGuid(0), r.GetFieldValue<DateTimeOffset>(1), r.GetGuid(2)), ct);
}
