using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Contacts;
using Sms.Contacts.Timeline;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.Views;

/// <summary>Who there is and what is known of each.</summary>
public sealed class ContactList : IView
{
    /// <summary>One contact, with all that has been merged into it.</summary>
    /// <param name="Id">Its identity.</param>
    /// <param name="Version">The version of its stream. Texts do not change it.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Verified">Whether a person or an import has said who it is.</param>
    /// <param name="Numbers">The numbers, short codes and names it writes from.</param>
    /// <param name="Aliases">Under which other numbers networks show those.</param>
    /// <param name="Language">Its language, BCP 47.</param>
    /// <param name="TimeZone">Its time zone, IANA.</param>
    /// <param name="Tags">Its tags.</param>
    /// <param name="Fields">What the business keeps on it.</param>
    /// <param name="ExternalIds">Its ids in other systems, <c>system:id</c>.</param>
    /// <param name="Notes">What people noted, oldest first.</param>
    /// <param name="CreatedAt">Since when it is known: when its first text was sent, or when it was entered.</param>
    /// <param name="MergedInto">The contact it turned out to be; null while it stands for itself.</param>
    /// <param name="Merged">The contacts that turned out to be this one.</param>
    /// <param name="LastTextAt">When the latest of its texts was sent; null where it sent none, and for the past.</param>
    /// <param name="LastText">What that said.</param>
    /// <param name="Texts">How many it has sent; null for the past.</param>
    public sealed record Row(
        Guid Id, long Version, string? Name, bool Verified, IReadOnlyList<string> Numbers, IReadOnlyList<string> Aliases, string? Language, string? TimeZone,
        IReadOnlyList<string> Tags, IReadOnlyDictionary<string, string> Fields, IReadOnlyList<string> ExternalIds, IReadOnlyList<Note> Notes,
        DateTimeOffset CreatedAt, Guid? MergedInto, IReadOnlyList<Guid> Merged, DateTimeOffset? LastTextAt, string? LastText, int? Texts)
    {
        /// <summary>A contact as its facts up to a version have it.</summary>
        public static Row Of(Guid id, long version, Contact contact) => Of(
            id, version, contact.Card, contact.CreatedAt!.Value, contact.MergedInto, [.. contact.Parts.Select(part => part.ContactId)], null, null, null);

        internal static Row Of(
            Guid id, long version, ContactCard card, DateTimeOffset createdAt, Guid? mergedInto, IReadOnlyList<Guid> merged, DateTimeOffset? lastAt, string? lastText, int? texts) => new(
            id, version, card.Name, card.Verified, [.. card.Numbers.Order(StringComparer.Ordinal)],
            [.. card.Numbers.SelectMany(n => PhoneNumber.TryParse(n, out var one) ? one.Variants().Select(v => v.Value) : []).Except(card.Numbers).Order(StringComparer.Ordinal)],
            card.Language, card.TimeZone, [.. card.Tags.Order(StringComparer.OrdinalIgnoreCase)],
            card.Fields.OrderBy(f => f.Name, StringComparer.Ordinal).ToDictionary(f => f.Name, f => f.Value), [.. card.ExternalIds.Order(StringComparer.Ordinal)],
            [.. card.Notes.OrderBy(n => n.At).ThenBy(n => n.NoteId)], createdAt, mergedInto, [.. merged.Order()], lastAt, lastText, texts);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["contacts", "contact_activity"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            if (e.Data is ContactEvent fact)
                Project(Contact.IdOf(e.StreamId), fact, e.Version, write);
            else if (e.Data is EntryEvent.SmsReceived sms)
                Wrote(sms.ContactId, sms.SmsId, sms.Text, sms.SentAt, write);
        }
    }

    private static void Project(Guid id, ContactEvent happened, long version, ViewWrites write)
    {
        switch (happened)
        {
            case ContactEvent.ContactCreated e:
                write.Add($"""
                    insert into contacts (id, root, version, created_at, numbers, spellings)
                    values ({id}, {id}, {version}, {e.At}, array[{e.Number}], {SearchWords.OfNumber(e.Number)})
                    """);
                write.Add($"insert into contact_activity (contact_id, last_at, last_id, last_text, texts) values ({id}, {e.At}, {Guid.Empty}, null, 0)");
                break;
            case ContactEvent.ContactEntered e:
                write.Add($"insert into contacts (id, root, version, created_at, verified) values ({id}, {id}, {version}, {e.At}, true)");
                write.Add($"insert into contact_activity (contact_id, last_at, last_id, last_text, texts) values ({id}, {e.At}, {Guid.Empty}, null, 0)");
                break;
            case ContactEvent.SmsReceived e:
                Wrote(id, e.SmsId, e.Text, e.SentAt, write);
                write.Add($"update contacts set version = {version} where id = {id}");
                break;
            case ContactEvent.NumberAdded e:
                write.Add($"""
                    update contacts set version = {version}, numbers = array_append(numbers, {e.Number}), spellings = spellings || {SearchWords.OfNumber(e.Number)} where id = {id}
                    """);
                break;
            case ContactEvent.NumberRemoved e:
                write.Add($"""
                    update contacts set version = {version}, numbers = array_remove(numbers, {e.Number}), spellings = replace(spellings, {SearchWords.OfNumber(e.Number)}, '') where id = {id}
                    """);
                break;
            case ContactEvent.NameSet e:
                write.Add($"update contacts set version = {version}, name = {e.Name}, name_words = {SearchWords.OfName(e.Name)} where id = {id}");
                break;
            case ContactEvent.LanguageSet e:
                write.Add($"update contacts set version = {version}, language = {e.Language} where id = {id}");
                break;
            case ContactEvent.TimeZoneSet e:
                write.Add($"update contacts set version = {version}, time_zone = {e.TimeZone} where id = {id}");
                break;
            case ContactEvent.Tagged e:
                write.Add($"""
                    update contacts set version = {version}, tags = array_append(tags, {e.Tag}), tag_keys = array_append(tag_keys, {TagKey(e.Tag)}) where id = {id}
                    """);
                break;
            case ContactEvent.Untagged e:
                write.Add($"""
                    update contacts set version = {version}, tags = coalesce((select array_agg(t order by no) from unnest(tags, tag_keys) with ordinality x (t, k, no) where k <> {TagKey(e.Tag)}), array[]::text[]),
                        tag_keys = array_remove(tag_keys, {TagKey(e.Tag)}) where id = {id}
                    """);
                break;
            case ContactEvent.FieldSet { Value: { } value } e:
                write.Add($"update contacts set version = {version}, fields = fields || jsonb_build_object({e.Name}::text, {value}::text) where id = {id}");
                break;
            case ContactEvent.FieldSet e:
                write.Add($"update contacts set version = {version}, fields = fields - {e.Name}::text where id = {id}");
                break;
            case ContactEvent.ExternalIdAdded e:
                write.Add($"update contacts set version = {version}, external_ids = array_append(external_ids, {e.ExternalId}) where id = {id}");
                break;
            case ContactEvent.ExternalIdRemoved e:
                write.Add($"update contacts set version = {version}, external_ids = array_remove(external_ids, {e.ExternalId}) where id = {id}");
                break;
            case ContactEvent.VerificationSet e:
                write.Add($"update contacts set version = {version}, verified = {e.Verified} where id = {id}");
                break;
            case ContactEvent.NoteAdded e:
                write.Add($"update contacts set version = {version}, notes = notes || {JsonSerializer.Serialize(e.Note)}::jsonb where id = {id}");
                break;
            case ContactEvent.NoteRemoved e:
                write.Add($"""
                    update contacts set version = {version}, notes = coalesce((
                        select jsonb_agg(n order by no) from jsonb_array_elements(notes) with ordinality x (n, no) where n ->> 'NoteId' <> {e.NoteId.ToString()}), '[]')
                    where id = {id}
                    """);
                break;
            case ContactEvent.Absorbed e:
                Know(id, version, e.After, write);
                write.Add($"update contacts set merged = array_append(merged, {e.ContactId}) where id = {id}");
                break;
            case ContactEvent.Released e:
                Know(id, version, e.After, write);
                write.Add($"update contacts set merged = array_remove(merged, {e.ContactId}) where id = {id}");
                break;
            case ContactEvent.Merged e:
                write.Add($"update contacts set root = {e.Into} where id = any ({e.Family.ToArray()})");
                write.Add($"update contacts set version = {version}, merged_into = {e.Into} where id = {id}");
                break;
            case ContactEvent.Unmerged e:
                write.Add($"update contacts set root = {id} where id = any ({e.Family.ToArray()})");
                write.Add($"update contacts set version = {version}, merged_into = null where id = {id}");
                break;
        }
    }

    private static void Know(Guid id, long version, ContactCard card, ViewWrites write) => write.Add($"""
        update contacts set version = {version}, verified = {card.Verified}, name = {card.Name}, name_words = {SearchWords.OfName(card.Name)}, language = {card.Language},
            time_zone = {card.TimeZone}, numbers = {card.Numbers.ToArray()}, spellings = {string.Concat(card.Numbers.Select(SearchWords.OfNumber))},
            tags = {card.Tags.ToArray()}, tag_keys = {card.Tags.Select(TagKey).ToArray()},
            fields = {JsonSerializer.Serialize(card.Fields.ToDictionary(f => f.Name, f => f.Value))}::jsonb,
            external_ids = {card.ExternalIds.ToArray()}, notes = {JsonSerializer.Serialize(card.Notes)}::jsonb
        where id = {id}
        """);

    private static void Wrote(Guid id, Guid smsId, string text, DateTimeOffset sentAt, ViewWrites write) => write.Add($"""
        update contact_activity set texts = texts + 1,
            last_text = case when ({sentAt}, {smsId}) > (last_at, last_id) then {text} else last_text end,
            last_id = case when ({sentAt}, {smsId}) > (last_at, last_id) then {smsId} else last_id end,
            last_at = greatest(last_at, {sentAt})
        where contact_id = {id}
        """);

    internal static string TagKey(string tag) => tag.ToUpperInvariant();

    /// <summary><c>GET /contacts/{id}</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/contacts/{id:guid}", One).WithName("GetContact")
        .WithSummary("One contact: as it is, or as it was at a version or time (asOf).");

    private static async Task<Results<Ok<Row>, NotFound>> One(
        Guid id, AsOf? asOf, HttpContext http, NpgsqlDataSource database, EventLog log, CancellationToken ct)
    {
        Row? row;
        if (asOf is null)
        {
            row = await Find(database, id, ct);
        }
        else
        {
            var streamId = Contact.Stream.StreamId(id.ToString());
            var version = await asOf.On(log, streamId, ct);
            row = await log.StateAt(streamId, Contact.Stream.Name, version, ct) is Contact { Known: true } then ? Row.Of(id, version, then) : null;
        }
        if (row is null)
            return TypedResults.NotFound();
        http.SetETag(row.Version);
        return TypedResults.Ok(row);
    }

    /// <summary>One contact, or null.</summary>
    public static async Task<Row?> Find(NpgsqlDataSource database, Guid id, CancellationToken ct) => (await Find(database, [id], ct)).SingleOrDefault();

    /// <summary>These contacts, in this order.</summary>
    public static async Task<List<Row>> Find(NpgsqlDataSource database, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        var rows = await database.Query($"""
            select c.id, c.version, c.name, c.verified, c.numbers, c.language, c.time_zone, c.tags, c.fields::text, c.external_ids, c.notes::text, c.created_at,
                   c.merged_into, c.merged, a.last_at, a.last_text, a.texts
            from contacts c cross join lateral (
                select max(a.last_at) filter (where a.texts > 0) as last_at, sum(a.texts)::int as texts,
                       (array_agg(a.last_text order by a.last_at desc, a.last_id desc) filter (where a.texts > 0))[1] as last_text
                from contacts f join contact_activity a on a.contact_id = f.id where f.root = c.root and (c.merged_into is null or f.id = c.id)) a
            where c.id = any ({ids.ToArray()})
            """, Read, ct);
        var byId = rows.ToDictionary(row => row.Id);
        return [.. ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    /// <summary>What is known of everybody who stands for themselves, as it is read.</summary>
    public static async IAsyncEnumerable<(Guid Id, ContactCard Card)> Cards(NpgsqlDataSource database, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select id, version, name, verified, numbers, language, time_zone, tags, fields::text, external_ids, notes::text from contacts where merged_into is null order by id");
        // However long it takes: the usual limit is meant for what people wait for.
        command.CommandTimeout = 0;
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            yield return (rows.GetGuid(0), Card(rows));
    }

    private static Row Read(NpgsqlDataReader r) => Row.Of(
        r.GetGuid(0), r.GetInt64(1), Card(r), r.GetFieldValue<DateTimeOffset>(11), r.IsDBNull(12) ? null : r.GetGuid(12), r.GetFieldValue<Guid[]>(13),
        r.IsDBNull(14) ? null : r.GetFieldValue<DateTimeOffset>(14), r.IsDBNull(15) ? null : r.GetString(15), r.GetInt32(16));

    private static ContactCard Card(NpgsqlDataReader r)
    {
        return new ContactCard
        {
            Name = Text(2),
            Verified = r.GetBoolean(3),
            Numbers = r.GetFieldValue<string[]>(4),
            Language = Text(5),
            TimeZone = Text(6),
            Tags = r.GetFieldValue<string[]>(7),
            Fields = [.. JsonSerializer.Deserialize<Dictionary<string, string>>(r.GetString(8))!.Select(f => new NamedValue(f.Key, f.Value))],
            ExternalIds = r.GetFieldValue<string[]>(9),
            Notes = JsonSerializer.Deserialize<Note[]>(r.GetString(10))!,
        };

        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
    }
}
