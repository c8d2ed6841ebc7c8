using System.Globalization;
using System.Text.Json;
using Npgsql;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Helpdesk.Texts;
using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.Views;
using Sms.Testing;

namespace Sms.Helpdesk.Tests;

/// <summary>What must hold of the whole log, whatever has happened.</summary>
internal static class Histories
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>At no commit has a conversation two open tickets.</summary>
    public static async Task HaveOneOpenTicketPerConversation(ServiceUnderTest<Program> helpdesk)
    {
        var tickets = new Dictionary<string, Ticket>();
        // One commit is one transaction, and no state within it was ever to be seen.
        foreach (var commit in (await Log(helpdesk)).Where(e => e.Event.Data is TicketEvent).GroupBy(e => e.Transaction))
        {
            foreach (var (_, e) in commit)
                tickets[e.StreamId] = Ticket.Stream.Evolve(tickets.GetValueOrDefault(e.StreamId, Ticket.Stream.Initial), (TicketEvent)e.Data);
            foreach (var stream in commit.Select(e => e.Event.StreamId).Distinct())
                if (tickets[stream] is { IsOver: false } open)
                    tickets.Values.Count(other => !other.IsOver && (other.Customer, other.OurNumber) == (open.Customer, open.OurNumber)).ShouldBe(1, "open tickets of a conversation");
        }
    }

    /// <summary>Every text that came in is decided, and on exactly the ticket it says it is on, or on none.</summary>
    public static async Task KeepEveryTextOnce(ServiceUnderTest<Program> helpdesk, IEnumerable<Guid> texts)
    {
        foreach (var smsId in texts)
        {
            var text = (await helpdesk.Store.Load(Text.Stream, smsId)).State;
            text.Decided.ShouldNotBeNull();
            (await helpdesk.Database.Query($"select ticket_id from ticket_entries where sms_id = {smsId} and kind = 'customer-wrote' and moved_out is null", r => (Guid?)r.GetGuid(0)))
                .ShouldBe(text.TicketId is null ? [] : [text.TicketId]);
        }
    }

    /// <summary>A database from before texts told as they stood is brought to what one has that kept it from the first text on.</summary>
    public static async Task AreTheSameInAnOlderDatabase(ServiceUnderTest<Program> helpdesk)
    {
        await using var connection = await helpdesk.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var live = await Texts();
        await Execute("alter table texts drop column logged_at, drop column placed_at; create index texts_logged on texts (received_at) where rule is not null");
        var scripts = typeof(TextLog).Assembly;
        var name = scripts.GetManifestResourceNames().Single(resource => resource.EndsWith("0003_texts_as_they_stood.sql", StringComparison.Ordinal));
        using (var script = new StreamReader(scripts.GetManifestResourceStream(name)!))
            await Execute(await script.ReadToEndAsync());
        (await Texts()).Except(live).ShouldBeEmpty();
        live.Where(text => text.Logged != "").ShouldNotBeEmpty();
        live.Where(text => text.Placed != "").ShouldNotBeEmpty();
        await transaction.RollbackAsync();

        async Task Execute(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        async Task<List<(Guid SmsId, string Logged, string Placed)>> Texts()
        {
            await using var command = new NpgsqlCommand("select sms_id, coalesce(logged_at::text, ''), coalesce(placed_at::text, '') from texts order by sms_id", connection);
            await using var reader = await command.ExecuteReaderAsync();
            var texts = new List<(Guid, string, string)>();
            while (await reader.ReadAsync())
                texts.Add((reader.GetGuid(0), reader.GetString(1), reader.GetString(2)));
            return texts;
        }
    }

    /// <summary>A ticket as it is read at every version is what its facts up to there add up to; and its row in the list at the time is that too.</summary>
    public static async Task CanBeReadAsOfEveryVersion(ServiceUnderTest<Program> helpdesk)
    {
        foreach (var stream in (await Log(helpdesk)).Select(e => e.Event).Where(e => e.Data is TicketEvent).GroupBy(e => e.StreamId))
        {
            var (id, ticket) = (Ticket.IdOf(stream.Key), Ticket.Stream.Initial);
            foreach (var e in stream)
            {
                ticket = Ticket.Stream.Evolve(ticket, (TicketEvent)e.Data);
                var read = await helpdesk.Client.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"/tickets/{id}?asOf={e.Version}"));
                read.ShouldBe(JsonSerializer.Serialize(new TicketDetails.Shown(TicketDetails.Of(id, ticket, e.Version), null, []), Json));
            }
            var row = (await helpdesk.Database.Query($"select *, null as customer_name, null::timestamptz as due_at from tickets where id = {id}", TicketList.Read)).Single();
            (row.Status, row.Priority, row.Assignee, row.Team, row.Texts, row.Waiting, row.Number, row.MergedInto, row.Version).ShouldBe(
                (ticket.Status!, ticket.Priority, ticket.Assignee, ticket.Team, ticket.Texts, ticket.Waiting, ticket.Number, ticket.MergedInto?.Ticket, stream.Last().Version));
            row.Tags.ShouldBe(ticket.Tags);
        }
    }

    /// <summary>A text as it is read at every version is what its facts up to there add up to; and as it is read now.</summary>
    public static async Task CanTellOfEveryTextAsOfEveryVersion(ServiceUnderTest<Program> helpdesk)
    {
        foreach (var stream in (await Log(helpdesk)).Select(e => e.Event).Where(e => e.Data is TextEvent).GroupBy(e => e.StreamId))
        {
            var (id, text) = (Text.IdOf(stream.Key), Text.Stream.Initial);
            foreach (var e in stream)
            {
                text = Text.Stream.Evolve(text, (TextEvent)e.Data);
                using var read = await helpdesk.Client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/texts/{id}?asOf={e.Version}"));
                (read.IsSuccessStatusCode ? await read.Content.ReadAsStringAsync() : "null").ShouldBe(JsonSerializer.Serialize(TextLog.Row.Of(id, text), Json));
            }
            (await helpdesk.Client.GetStringAsync($"/texts/{id}")).ShouldBe(JsonSerializer.Serialize(TextLog.Row.Of(id, text), Json));
        }
    }

    /// <summary>Whatever is told of where a ticket stands is what its facts up to that version add up to, however the relay came by it.</summary>
    public static async Task AreToldAsTheyStood(ServiceUnderTest<Program> helpdesk, Heard<TicketChanged> heard)
    {
        var stood = new Dictionary<(Guid, long), TicketChanged>();
        foreach (var stream in (await Log(helpdesk)).Select(e => e.Event).Where(e => e.Data is TicketEvent).GroupBy(e => e.StreamId))
        {
            var ticket = Ticket.Stream.Initial;
            foreach (var e in stream)
            {
                ticket = Ticket.Stream.Evolve(ticket, (TicketEvent)e.Data);
                foreach (var changed in TicketBus.Standing(e)?.Invoke(ticket).Cast<TicketChanged>() ?? [])
                    stood[(changed.TicketId, changed.Version)] = changed;
            }
        }
        (await Eventually.Sees(() => heard.Messages.DistinctBy(changed => (changed.TicketId, changed.Version)).ToList(), told => told.Count == stood.Count))
            .ShouldBe(stood.Values, ignoreOrder: true);
    }

    private static async Task<List<(string Transaction, StoredEvent Event)>> Log(ServiceUnderTest<Program> helpdesk)
    {
        var types = new EventTypes("helpdesk", typeof(Program).Assembly);
        return await helpdesk.Database.Query(
            $"select xmin::text, id, stream_id, version, type, data::text, timestamp, headers ->> 'actor' from mt_events order by seq_id",
            r => (r.GetString(0), new StoredEvent(
                r.GetGuid(1), r.GetString(2), r.GetInt64(3), r.GetString(4), types.Read(r.GetString(4), r.GetString(5)), r.GetFieldValue<DateTimeOffset>(6), null, null, r.GetString(7))));
    }
}
