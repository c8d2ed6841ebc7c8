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
using Sms.Testing;

namespace Sms.Benchmarks;

/// <summary>
/// What agents wait for when there is much: many tickets with ten texts each, lists and searches over HTTP, and what a text costs beside
/// an empty store, in turn: <c>… Sms.Benchmarks.dll --tickets [TICKETS]</c>. The past is written by the service's own decisions and views, but in bulk.
/// </summary>
internal static class TicketDesk
{
    private const int TextsEach = 10, Agents = 50, Vocabulary = 20_000, Requests = 300, Rounds = 7, TextsInRound = 500;
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
            await Fill(helpdesk, tickets);
            Say($"{tickets:N0} tickets with {tickets * TextsEach:N0} texts written in {watch.Elapsed.TotalSeconds:0} s");
            await Execute(helpdesk, "vacuum analyze");

            var chance = new Random(5);
            foreach (var (what, path) in new (string, Func<string>)[]
            {
                ("all tickets", () => "/tickets"),
                ("open ones", () => "/tickets?status=new&status=open"),
                ("of an agent", () => $"/tickets?status=open&status=pending&agent=operator:agent{chance.Next(Agents)}"),
                ("of nobody", () => "/tickets?status=new&status=open&agent=nobody"),
                ("with a tag", () => $"/tickets?tag=tag{chance.Next(20)}"),
                ("with a tag, of an agent, urgent", () => $"/tickets?tag=tag{chance.Next(20)}&agent=operator:agent{chance.Next(Agents)}&priority=urgent"),
                ("of a customer", () => $"/tickets?customer={Uri.EscapeDataString(Customer(chance.Next(tickets)))}"),
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

    private static Guid Of(int no) => Ticket.IdFor(Customer(no), Us);

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
        // What is written in bulk is nobody's news.
        await Execute(helpdesk, "update mt_event_progression set last_seq_id = 1000000000000");
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
            if (first % Math.Max(AtOnce, tickets / 10 / AtOnce * AtOnce) == 0)
                Say($"  {first:N0} tickets");
        }
        await Execute(helpdesk, "select setval('mt_events_sequence', (select max(seq_id) from mt_events))");
        await Execute(helpdesk, "update mt_event_progression set last_seq_id = (select max(seq_id) from mt_events)");
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
