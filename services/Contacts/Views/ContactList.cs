using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.Contacts.Contacts;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.Views;

/// <summary>Who has texted us, the one who texted last first.</summary>
public sealed class ContactList : IView
{
    /// <summary>One contact.</summary>
    /// <param name="Id">The contact's identity.</param>
    /// <param name="Number">The number, short code or name they write from.</param>
    /// <param name="CreatedAt">When the first text to come in from them was sent.</param>
    /// <param name="LastTextAt">When the latest of their texts was sent.</param>
    /// <param name="LastText">What it said.</param>
    /// <param name="Texts">How many they have sent.</param>
    /// <param name="Version">The version of the contact's stream.</param>
    public sealed record Row(
        Guid Id, string Number, DateTimeOffset CreatedAt, DateTimeOffset LastTextAt, string LastText, int Texts, long Version);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["contacts"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            switch (e.Data)
            {
                case ContactEvent.ContactCreated created:
                    write.Add($"""
                        insert into contacts (id, number, created_at, last_text_at, last_text, texts, version)
                        values ({Contact.IdOf(e.StreamId)}, {created.Number}, {created.At}, {created.At}, '', 0, {e.Version})
                        """);
                    break;
                case ContactEvent.SmsReceived sms:
                    write.Add($"""
                        update contacts
                        set last_text = case when {sms.SentAt} >= last_text_at then {sms.Text} else last_text end,
                            last_text_at = greatest(last_text_at, {sms.SentAt}), texts = texts + 1, version = {e.Version}
                        where id = {Contact.IdOf(e.StreamId)}
                        """);
                    break;
            }
        }
    }

    /// <summary><c>GET /contacts</c> and <c>GET /contacts/{id}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/contacts", List);
        api.MapGet("/contacts/{id:guid}", One);
    }

    private static async Task<Results<Ok<Page<Row>>, ValidationProblem>> List(
        string? number, Cursor? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        if (number is not null)
            return PhoneNumber.TryParse(number, out var exactly)
                ? TypedResults.Ok(new Page<Row>(
                    await database.Query($"select * from contacts where number = {exactly.Value}", Read, ct), null))
                : Problems.Invalid("number", "is not a phone number, short code or sender name");

        var (size, (at, id)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var rows = await database.Query($"""
            select * from contacts where (last_text_at, id) < ({at}, {id})
            order by last_text_at desc, id desc limit {size + 1}
            """, Read, ct);
        return TypedResults.Ok(rows.ToPage(size, row => new Cursor(row.LastTextAt, row.Id).ToString()));
    }

    private static async Task<Results<Ok<Row>, NotFound>> One(
        Guid id, HttpContext http, NpgsqlDataSource database, CancellationToken ct)
    {
        if (await database.Query($"select * from contacts where id = {id}", Read, ct) is not [var contact])
            return TypedResults.NotFound();
        http.SetETag(contact.Version);
        return TypedResults.Ok(contact);
    }

    private static Row Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.GetFieldValue<DateTimeOffset>(3), r.GetString(4),
        r.GetInt32(5), r.GetInt64(6));
}
