using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Sms.EventStore;
using Sms.Helpdesk.Sla;
using Sms.Helpdesk.Texts;
using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.UseCases;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Benchmarks;

/// <summary>
/// What agents wait for when there is much: many tickets with ten texts each, lists and searches over HTTP, and what a text costs beside
/// an empty store, in turn: <c>… Sms.Benchmarks.dll --tickets [TICKETS]</c>. The past of two thousand tickets is written by the service's own
/// decisions and views, and then copied, fact for fact and row for row, to other customers at other times.
/// </summary>
internal static class TicketDesk
{
    private const int Written = 2_000, TextsEach = 10, Agents = 50, Vocabulary = 20_000, Requests = 300, Rounds = 7, TextsInRound = 500;
    private const string Us = "+6591110000";
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddDays(-90);
    private static readonly string[] Words = [.. Enumerable.Range(0, Vocabulary).Select(Word)];

    public static async Task Run(int tickets)
    {
        var (helpdesk, empty) = (new ServiceUnderTest<TicketWork>(), new ServiceUnderTest<TicketWork>());
        await helpdesk.InitializeAsync();
        await empty.InitializeAsync();
        try
        {
            foreach (var desk in new[] { helpdesk, empty })
                await (await desk.Client.PutAsJsonAsync("/policies/sms", new
                {
                    reopenMinutes = 1440, keepOwner = true, consentTexts = "open", answeredTexts = "open", waitSeconds = 30, idleHours = 0, assignment = "manual",
                })).EnsureOk();

            var watch = Stopwatch.StartNew();
            // What is written in bulk is nobody's news.
            await Execute(helpdesk, "update mt_event_progression set last_seq_id = 1000000000000");
            await Fill(helpdesk, Math.Min(tickets, Written));
            await Multiply(helpdesk, Math.Min(tickets, Written), Math.Max(1, tickets / Written));
            await ShowsWhatTheFactsAddUpTo(helpdesk, tickets);
            Say($"{tickets:N0} tickets with {tickets * TextsEach:N0} texts written in {watch.Elapsed.TotalSeconds:0} s");
            await Execute(helpdesk, "vacuum analyze");

            var chance = new Random(5);
            foreach (var (what, path) in new (string, Func<string>)[]
            {
                ("all tickets", () => "/tickets"),
                ("open ones", () => "/tickets?status=new&status=open"),
                ("of an agent", () => $"/tickets?status=new&status=open&agent=operator:agent{chance.Next(Agents)}"),
                ("of nobody", () => "/tickets?status=new&status=open&agent=nobody"),
                ("with a tag", () => $"/tickets?tag=tag{chance.Next(20)}"),
                ("with a tag, of an agent, urgent", () => $"/tickets?tag=tag{chance.Next(20)}&agent=operator:agent{chance.Next(Agents)}&priority=urgent"),
                ("of a customer", () => $"/tickets?customer={Uri.EscapeDataString(CustomerOf(chance.Next(tickets)))}"),
                ("all tickets as they were", () => $"/tickets?asOf={Moment(chance)}"),
                ("counts", () => "/counts"),
                ("search, one of the 20 commonest words", () => $"/search?q={Words[chance.Next(20)]}"),
                ("search, a common word", () => $"/search?q={Words[chance.Next(100, 1_000)]}"),
                ("search, a rare word", () => $"/search?q={Words[chance.Next(10_000, Vocabulary)]}"),
                ("search, two words", () => $"/search?q={Words[chance.Next(100)]}+{Words[chance.Next(1_000)]}"),
                ("search, nothing found", () => $"/search?q=nobodywrotethis{chance.Next(1_000)}"),
                ("a ticket", () => $"/tickets/{Of(chance.Next(tickets))}"),
                ("a ticket's timeline", () => $"/tickets/{Of(chance.Next(tickets))}/entries"),
                ("a ticket's timeline as it was", () => $"/tickets/{Of(chance.Next(tickets))}/entries?asOf={chance.Next(2, 10)}"),
            })
                await Measure(helpdesk, what, path);

            var (fresh, filled) = (new List<double>(), new List<double>());
            for (var round = 0; round <= Rounds; round++)
            {
                var took = (await Append(empty, round), await Append(helpdesk, round));
                // The first is to warm up.
                if (round > 0)
                {
                    fresh.Add(took.Item1);
                    filled.Add(took.Item2);
                }
            }
            var (ofEmpty, ofFull) = (fresh.Order().ElementAt(Rounds / 2), filled.Order().ElementAt(Rounds / 2));
            Say($"a text put on a ticket: {ofEmpty:0.00} ms in an empty store, {ofFull:0.00} ms beside {tickets:N0} tickets ({ofFull / ofEmpty - 1:+0 %;-0 %}); median of {Rounds} rounds of {TextsInRound} texts");
        }
        finally
        {
            await helpdesk.DisposeAsync();
            await empty.DisposeAsync();
        }
    }

    // Four digits count the copies, four the tickets that were written.
    private static string CustomerOf(int no) => Customer(no / Written * 10_000 + no % Written);

    private static Guid Of(int no) => Ticket.IdFor(CustomerOf(no), Us);

    private static string Moment(Random chance) => Uri.EscapeDataString(Start.AddDays(chance.Next(1, 80)).ToString("O", CultureInfo.InvariantCulture));

    private static async Task Measure(ServiceUnderTest<TicketWork> helpdesk, string what, Func<string> path)
    {
        for (var i = 0; i < 20; i++)
            await helpdesk.Client.GetByteArrayAsync(path());
        var times = new double[Requests];
        for (var i = 0; i < Requests; i++)
        {
            var one = Stopwatch.GetTimestamp();
            await helpdesk.Client.GetByteArrayAsync(path());
            times[i] = Stopwatch.GetElapsedTime(one).TotalMilliseconds;
        }
        Array.Sort(times);
        Say($"{what,-40} p50 {Load.At(times, 0.5):0.0} ms, p95 {Load.At(times, 0.95):0.0} ms, worst {times[^1]:0.0} ms");
    }

    /// <summary>Texts of new customers, four each: one opens a ticket, three join it. One after the other, as one consumer handles them; the mean time of each.</summary>
    private static async Task<double> Append(ServiceUnderTest<TicketWork> helpdesk, int round)
    {
        var (route, chance, start) = (helpdesk.Services.GetRequiredService<RouteTexts>(), new Random(round), Stopwatch.GetTimestamp());
        for (var i = 0; i < TextsInRound; i++)
        {
            var (smsId, now) = (Guid.CreateVersion7(), DateTimeOffset.UtcNow);
            var customer = string.Create(CultureInfo.InvariantCulture, $"+4470{round}{i / 4:000000}");
            await route.Hear(
                smsId, (_, _) => [new TextEvent.TextReceived("sms", customer, Us, Sentence(chance), now, now, now.AddSeconds(30))], also: null,
                new Cause(smsId, null, Cause.System, new Handled("bench", Guid.CreateVersion7())), default);
        }
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / TextsInRound;
    }

    private static async Task Fill(ServiceUnderTest<TicketWork> helpdesk, int tickets)
    {
        var types = new EventTypes("helpdesk", typeof(TicketWork).Assembly);
        var views = helpdesk.Services.GetServices<IView>().ToArray();
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(helpdesk.ConnectionString) { MaxAutoPrepare = 60, AutoPrepareMinUsages = 2, CommandTimeout = 600 });
        await using var connection = await source.OpenConnectionAsync();
        const int AtOnce = 250;
        for (var first = 0; first < tickets; first += AtOnce)
        {
            var facts = new List<StoredEvent>();
            var writes = new ViewWrites();
            for (var no = first; no < Math.Min(first + AtOnce, tickets); no++)
                foreach (var commit in Past(no))
                {
                    facts.AddRange(commit);
                    foreach (var view in views)
                        view.Project(commit, writes);
                }
            await Copy(connection, facts, types);
            foreach (var part in writes.Statements.Chunk(2_000))
            {
                await using var batch = new NpgsqlBatch(connection);
                foreach (var statement in part)
                {
                    var command = new NpgsqlBatchCommand(statement.Text);
                    foreach (var value in statement.Values)
                        command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
                    batch.BatchCommands.Add(command);
                }
                await batch.ExecuteNonQueryAsync();
            }
        }
    }

    /// <summary>Copies what was written to other customers, each copy after the one before it.</summary>
    private static async Task Multiply(ServiceUnderTest<TicketWork> helpdesk, int written, int times)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(helpdesk.ConnectionString) { CommandTimeout = 0 });
        await using var connection = await source.OpenConnectionAsync();
        // Without indexes and foreign keys while it is copied.
        var indexes = await helpdesk.Database.Query(
            $"""
            select indexname, indexdef from pg_indexes where tablename in ('tickets', 'ticket_history', 'ticket_entries', 'texts')
            and indexname not in (select conname from pg_constraint)
            """, r => (Name: r.GetString(0), Definition: r.GetString(1)));
        await Run("set session_replication_role = replica; create temp table copies (k int, after interval, id uuid, to_id uuid, conversation uuid, to_conversation uuid)");
        await Run(string.Join(';', indexes.Select(index => $"drop index {index.Name}")));
        await using (var copies = await connection.BeginBinaryImportAsync("copy copies from stdin (format binary)"))
        {
            for (var no = written; no < written * times; no++)
            {
                await copies.StartRowAsync();
                await copies.WriteAsync(no / written);
                await copies.WriteAsync(TimeSpan.FromMinutes(no / written * written), NpgsqlDbType.Interval);
                await copies.WriteAsync(Of(no % written));
                await copies.WriteAsync(Of(no));
                await copies.WriteAsync(Conversation.IdFor(CustomerOf(no % written), Us));
                await copies.WriteAsync(Conversation.IdFor(CustomerOf(no), Us));
            }
            await copies.CompleteAsync();
        }
        await Run(
            """
            analyze copies;
            create function pg_temp.customer(text, int) returns text language sql immutable as $$ select replace($1, '+91980000', '+9198' || lpad($2::text, 4, '0')) $$;
            create function pg_temp.other(uuid, int) returns uuid language sql immutable as $$ select md5($1::text || $2)::uuid $$;
            create temp table streams as
                select 'ticket-' || c.id as stream, 'ticket-' || c.to_id as to_stream, c.* from copies c
                union all select 'conversation-' || c.conversation, 'conversation-' || c.to_conversation, c.* from copies c
                union all select 'text-' || t.sms_id, 'text-' || pg_temp.other(t.sms_id, c.k), c.* from copies c join texts t on t.ticket_id = c.id;
            insert into mt_streams (id, type, version) select s.to_stream, m.type, m.version from streams s join mt_streams m on m.id = s.stream;
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, headers)
                select e.seq_id + s.k * 1000000, pg_temp.other(e.id, s.k), s.to_stream, e.version,
                       replace(pg_temp.customer(e.data::text, s.k), s.id::text, s.to_id::text)::jsonb, e.type, e.timestamp + s.after, e.headers
                from streams s join mt_events e on e.stream_id = s.stream;
            insert into sms_inbox (endpoint, message_id) select 'bench', gen_random_uuid() from streams where stream like 'text-%';
            insert into texts select r.* from texts t join copies c on c.id = t.ticket_id cross join lateral jsonb_populate_record(t, jsonb_build_object(
                'sms_id', pg_temp.other(t.sms_id, c.k), 'customer', pg_temp.customer(t.customer, c.k), 'ticket_id', c.to_id,
                'sent_at', t.sent_at + c.after, 'received_at', t.received_at + c.after, 'placed_at', t.placed_at + c.after)) r;
            insert into tickets select r.* from tickets t join copies c on c.id = t.id cross join lateral jsonb_populate_record(t, jsonb_build_object(
                'id', c.to_id, 'customer', pg_temp.customer(t.customer, c.k), 'number', t.number + c.k * 10000, 'opened_at', t.opened_at + c.after,
                'last_activity_at', t.last_activity_at + c.after, 'last_text_at', t.last_text_at + c.after, 'ended_at', t.ended_at + c.after)) r;
            insert into ticket_history select r.* from ticket_history t join copies c on c.id = t.id cross join lateral jsonb_populate_record(t, jsonb_build_object(
                'id', c.to_id, 'customer', pg_temp.customer(t.customer, c.k), 'number', t.number + c.k * 10000, 'opened_at', t.opened_at + c.after,
                'last_activity_at', t.last_activity_at + c.after, 'last_text_at', t.last_text_at + c.after, 'ended_at', t.ended_at + c.after,
                'since', t.since + c.after, 'until', t.until + c.after)) r;
            insert into ticket_entries (ticket_id, position, no, kind, at, actor, sms_id, endpoint, text, recorded_at, customer, our_number, detail)
                select c.to_id, e.position, e.no, e.kind, e.at + c.after, e.actor, pg_temp.other(e.sms_id, c.k), e.endpoint, e.text, e.recorded_at + c.after,
                       pg_temp.customer(e.customer, c.k), e.our_number, e.detail
                from ticket_entries e join copies c on c.id = e.ticket_id;
            select setval('mt_events_sequence', (select max(seq_id) from mt_events));
            select setval('ticket_numbers', 10000000);
            update mt_event_progression set last_seq_id = (select max(seq_id) from mt_events);
            """);
        await Run(string.Join(';', indexes.Select(index => index.Definition)));

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>What is shown of a ticket now has to be what its facts add up to, also where it was copied.</summary>
    private static async Task ShowsWhatTheFactsAddUpTo(ServiceUnderTest<TicketWork> helpdesk, int tickets)
    {
        foreach (var no in new[] { 0, tickets / 2, tickets - 1 })
        {
            var shown = (await helpdesk.Client.GetFromJsonAsync<Page<TicketList.Row>>($"/tickets?customer={Uri.EscapeDataString(CustomerOf(no))}"))!.Items.Single();
            var ticket = (await helpdesk.Store.Load(Ticket.Stream, shown.Id)).State;
            if ((shown.Id, shown.Customer, shown.Status, shown.Texts, shown.Assignee) != (Of(no), ticket.Customer, ticket.Status, ticket.Texts, ticket.Assignee))
                throw new InvalidOperationException($"Ticket {shown.Id} is shown as {shown} and its facts add up to {ticket}.");
        }
    }

    /// <summary>A ticket's past, commit by commit: ten texts, an owner, tags, an answer, an end for four of five.</summary>
    private static IEnumerable<List<StoredEvent>> Past(int no)
    {
        var (chance, customer, id, at) = (new Random(no), Customer(no), Ticket.IdFor(Customer(no), Us), Start.AddSeconds(no * 60));
        var (ticket, version) = (Ticket.Stream.Initial, 0L);
        for (var text = 0; text < TextsEach; text++, at = at.AddMinutes(chance.Next(1, 2_000)))
        {
            var (smsId, words) = (Guid.CreateVersion7(at), Sentence(chance));
            List<StoredEvent> commit = [];
            if (text == 0)
                commit.Add(Stored(Conversation.Stream.StreamId(Conversation.IdFor(customer, Us).ToString()), 1, new ConversationEvent.TurnedTo(id, "opened"), at));
            commit.Add(Stored(Text.Stream.StreamId(smsId.ToString()), 1, new TextEvent.TextReceived("sms", customer, Us, words, at, at, at), at));
            commit.Add(Stored(Text.Stream.StreamId(smsId.ToString()), 2, new TextEvent.TextDecided(id, no + 1_000_000, text == 0 ? "new-ticket" : "open-ticket", "#1 is open.", "sms", 1), at));
            TicketCommand written = new TicketCommand.RecordText(smsId, "sms", customer, Us, words, at);
            commit.AddRange(Decided(text == 0 ? [new TicketCommand.Open(customer, Us, "sms", no + 1_000_000, null, null, null, null, "manual"), written] : [written]));
            yield return commit;
            if (text == 1 && chance.Next(10) > 0)
                yield return [.. Decided([new TicketCommand.Assign($"operator:agent{chance.Next(Agents)}", null), new TicketCommand.ChangeTags([$"tag{chance.Next(20)}"], [])])];
        }
        if (chance.Next(5) > 0)
            yield return [.. Decided([new TicketCommand.SetStatus(chance.Next(2) == 0 ? Status.Solved : Status.Closed)])];

        IEnumerable<StoredEvent> Decided(TicketCommand[] commands)
        {
            foreach (var fact in TicketDecider.Decide(ticket, Terms.Initial, at, commands))
            {
                ticket = Ticket.Stream.Evolve(ticket, fact);
                yield return Stored(Ticket.Stream.StreamId(id.ToString()), ++version, fact, at);
            }
        }
    }

    private static StoredEvent Stored(string stream, long version, object fact, DateTimeOffset at) =>
        new(Guid.CreateVersion7(at), stream, version, "", fact, new DateTimeOffset(at.Ticks / 10 * 10, TimeSpan.Zero), null, null, Cause.System);

    private static async Task Copy(NpgsqlConnection connection, List<StoredEvent> facts, EventTypes types)
    {
        await using (var streams = await connection.BeginBinaryImportAsync("copy mt_streams (id, type, version) from stdin (format binary)"))
        {
            foreach (var stream in facts.GroupBy(fact => fact.StreamId))
            {
                await streams.StartRowAsync();
                await streams.WriteAsync(stream.Key, NpgsqlDbType.Varchar);
                await streams.WriteAsync(stream.Key[..stream.Key.IndexOf('-', StringComparison.Ordinal)], NpgsqlDbType.Varchar);
                await streams.WriteAsync(stream.Max(fact => fact.Version), NpgsqlDbType.Bigint);
            }
            await streams.CompleteAsync();
        }
        await using (var inbox = await connection.BeginBinaryImportAsync("copy sms_inbox (endpoint, message_id) from stdin (format binary)"))
        {
            foreach (var _ in facts.Where(fact => fact.Data is TextEvent.TextReceived))
            {
                await inbox.StartRowAsync();
                await inbox.WriteAsync("bench", NpgsqlDbType.Varchar);
                await inbox.WriteAsync(Guid.CreateVersion7(), NpgsqlDbType.Uuid);
            }
            await inbox.CompleteAsync();
        }
        await using var events = await connection.BeginBinaryImportAsync(
            "copy mt_events (seq_id, id, stream_id, version, data, type, timestamp, headers) from stdin (format binary)");
        foreach (var fact in facts)
        {
            await events.StartRowAsync();
            await events.WriteAsync(Interlocked.Increment(ref _seq), NpgsqlDbType.Bigint);
            await events.WriteAsync(fact.Id, NpgsqlDbType.Uuid);
            await events.WriteAsync(fact.StreamId, NpgsqlDbType.Varchar);
            await events.WriteAsync(fact.Version, NpgsqlDbType.Bigint);
            await events.WriteAsync(System.Text.Json.JsonSerializer.Serialize(fact.Data, fact.Data.GetType(), EventJson.Options), NpgsqlDbType.Jsonb);
            await events.WriteAsync(types.NameOf(fact.Data), NpgsqlDbType.Varchar);
            await events.WriteAsync(fact.At, NpgsqlDbType.TimestampTz);
            await events.WriteAsync("{\"actor\": \"system\"}", NpgsqlDbType.Jsonb);
        }
        await events.CompleteAsync();
    }

    // Beyond whatever the appends before have drawn.
    private static long _seq = 1_000_000_000;

    private static async Task Execute(ServiceUnderTest<TicketWork> helpdesk, string sql)
    {
        await using var command = helpdesk.Database.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Eight to fourteen words, some far commoner than others, as in any language.</summary>
    private static string Sentence(Random chance)
    {
        var text = new StringBuilder();
        for (var words = chance.Next(8, 15); words > 0; words--)
            text.Append(Words[(int)(Math.Pow(Vocabulary, chance.NextDouble()) - 1)]).Append(' ');
        return text.ToString(0, text.Length - 1);
    }

    private static string Word(int rank)
    {
        var word = new StringBuilder();
        for (var left = rank + 1; left > 0; left /= 20)
            word.Append("bcdfghjklmnpqrstvwxz"[left % 20]).Append("aeiou"[left % 5]);
        return word.ToString();
    }

    private static string Customer(int no) => string.Create(CultureInfo.InvariantCulture, $"+9198{no:00000000}");

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static async Task EnsureOk(this HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }
}
