extern alias contacts;

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using contacts::Sms.Contacts.Contacts;
using contacts::Sms.Contacts.Views;
using MassTransit;
using Npgsql;
using Sms.BusMessages;
using Sms.PhoneNumbers;
using Sms.Testing;

namespace Sms.Benchmarks;

/// <summary>
/// A million contacts and as many texts: searched, read, and written to beside an empty store, in turn, so that both have the same of
/// whatever else the machine does. <c>… Sms.Benchmarks.dll --contacts [CONTACTS]</c>.
/// </summary>
internal static class ManyContacts
{
    private const int LookUps = 300, Rounds = 5, TextsInRound = 1_000, Senders = 500;

    private static readonly DateTime Epoch = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly string[] First = ["Anna", "José", "Wei", "Fatima", "Ivan", "Chloe", "Ravi", "Yuki", "Omar", "Elena", "Noah", "Aisha", "Lars", "Mei", "Pedro", "Zoë", "Tariq", "Ines", "Kofi", "Lucía"];
    private static readonly string[] Last = ["Tan", "Müller", "García", "Singh", "Okafor", "Ivanova", "Nguyen", "Rossi", "Larsen", "Haddad", "Silva", "Kowalski", "Yamamoto", "Dubois", "Mensah", "Novák"];

    public static Task Run(int count) => Servers.With(async (full, broker) =>
    {
        var (empty, otherBroker) = (new PostgresDatabase(), new BrokerVhost());
        await empty.InitializeAsync();
        await otherBroker.InitializeAsync();
        try
        {
            // Started once to make the tables, and again when they are full.
            await (await Subject.Contacts(full.ConnectionString, broker.Address)).DisposeAsync();
            await (await Subject.Contacts(empty.ConnectionString, otherBroker.Address)).DisposeAsync();
            var start = Stopwatch.GetTimestamp();
            await Fill(full.ConnectionString, count);
            await Fill(empty.ConnectionString, Senders);
            await using var many = await Subject.Contacts(full.ConnectionString, broker.Address);
            await using var few = await Subject.Contacts(empty.ConnectionString, otherBroker.Address);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} contacts with a text each, written in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"));

            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{many.Port}") };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Subject.ApiKey);
            await ShowsWhatTheFactsAddUpTo(http, count);
            var random = new Random(1);
            await Measure("a name", http, () => $"/contacts?search={First[random.Next(First.Length)]} {Last[random.Next(Last.Length)]} {random.Next(count) % 997}");
            await Measure("a common name", http, () => $"/contacts?search={First[random.Next(First.Length)]}");
            await Measure("a number fragment of 6 digits", http, () => $"/contacts?search={Number(random.Next(count))[6..12]}");
            await Measure("a number fragment of 4 digits", http, () => $"/contacts?search={Number(random.Next(count))[8..12]}");
            await Measure("a rare tag", http, () => $"/contacts?tag=segment {random.Next(1000)}");
            await Measure("a common tag and a name", http, () => $"/contacts?tag=group {random.Next(5)}&search={Last[random.Next(Last.Length)]}");
            await Measure("a field", http, () => $"/contacts?field=account:{random.Next(count)}");
            await Measure("nobody", http, () => $"/contacts?search=zzq{random.Next(1000)}");
            await Measure("the list", http, () => "/contacts");
            await Measure("a timeline", http, () => $"/contacts/{Contact.IdFor(Number(random.Next(count)))}/timeline?order=latest");
            await Measure("a timeline of 10,000 texts", http, () => $"/contacts/{Contact.IdFor(Number(0))}/timeline?order=latest");

            var (filled, fresh) = (new List<double>(), new List<double>());
            for (var round = 0; round <= Rounds; round++)
            {
                var took = (await Write(broker.Address, full.ConnectionString), await Write(otherBroker.Address, empty.ConnectionString));
                // The first is to warm up.
                if (round > 0)
                {
                    filled.Add(took.Item1);
                    fresh.Add(took.Item2);
                }
            }
            var (ofFull, ofEmpty) = (filled.Order().ElementAt(Rounds / 2), fresh.Order().ElementAt(Rounds / 2));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"a text put on record: {ofEmpty:0.00} ms in an empty store, {ofFull:0.00} ms beside {count:N0} contacts ({ofFull / ofEmpty - 1:+0 %;-0 %}); median of {Rounds} rounds of {TextsInRound} texts"));
        }
        finally
        {
            await otherBroker.DisposeAsync();
            await empty.DisposeAsync();
        }
    });

    private static string Number(int n) => string.Create(CultureInfo.InvariantCulture, $"+9190{(n * 7919L) % 100_000_000:00000000}");

    /// <summary>
    /// Writes facts as the service writes them, and the rows it makes of them, all at once; <see cref="ShowsWhatTheFactsAddUpTo"/>
    /// compares. The first contact has ten thousand texts.
    /// </summary>
    private static async Task Fill(string connectionString, int count)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 });
        await using var connection = await database.OpenConnectionAsync();
        await Execute("create temp table seed (n int, id uuid, key uuid, sms uuid, number text, name text, words text, at timestamptz)");
        await using (var rows = await connection.BeginBinaryImportAsync("copy seed from stdin (format binary)"))
        {
            for (var n = 0; n < count; n++)
            {
                var number = Number(n);
                var name = $"{First[n % First.Length]} {Last[n / First.Length % Last.Length]} {n % 997}";
                await rows.StartRowAsync();
                await rows.WriteAsync(n);
                await rows.WriteAsync(Contact.IdFor(number));
                await rows.WriteAsync(Key.Of(PhoneNumber.Parse(number)));
                await rows.WriteAsync(Guid.CreateVersion7());
                await rows.WriteAsync(number);
                await rows.WriteAsync(name);
                await rows.WriteAsync(SearchWords.OfName(name));
                await rows.WriteAsync(Epoch.AddSeconds(7 * n));
            }
            await rows.CompleteAsync();
        }
        await Execute(
            """
            create temp table texts as
                select sms, id, number, at from seed
                union all select gen_random_uuid(), s.id, s.number, s.at - i * interval '1 minute' from seed s, generate_series(1, 9999) i where s.n = 0;
            create temp table facts as
                select 'contact-' || id as stream, 'contact' as kind, 1 as version, 'contacts.contact-created.v1' as type, jsonb_build_object('Number', number, 'At', at) as data from seed
                union all select 'contact-' || id, 'contact', 2, 'contacts.name-set.v1', jsonb_build_object('Name', name) from seed
                union all select 'contact-' || id, 'contact', 3, 'contacts.contact-tagged.v1', jsonb_build_object('Tag', 'segment ' || n % 1000) from seed
                union all select 'contact-' || id, 'contact', 4, 'contacts.contact-tagged.v1', jsonb_build_object('Tag', 'group ' || n % 5) from seed
                union all select 'contact-' || id, 'contact', 5, 'contacts.field-set.v1', jsonb_build_object('Name', 'account', 'Value', n::text) from seed
                union all select 'key-' || key, 'key', 1, 'contacts.key-claimed.v1', jsonb_build_object('ContactId', id) from seed
                union all select 'inbound-' || sms, 'inbound', 1, 'contacts.sms-received.v2', jsonb_build_object(
                    'SmsId', sms, 'From', number, 'Endpoint', 'sms', 'To', '+6591110000', 'Text', 'Hello, is this still to be had?', 'SentAt', at, 'ContactId', id) from texts;
            insert into mt_streams (id, type, version) select stream, min(kind), max(version) from facts group by stream;
            insert into mt_events (seq_id, id, stream_id, version, data, type, headers)
                select nextval('mt_events_sequence'), gen_random_uuid(), stream, version, data, type, '{"actor": "system"}' from facts order by stream, version;
            insert into mt_event_progression (name, last_seq_id) select 'Relay:All', last_value from mt_events_sequence on conflict (name) do update set last_seq_id = excluded.last_seq_id;
            drop index contacts_by_search_text, contacts_by_tag, contacts_by_field;
            insert into contacts (id, root, version, created_at, name, name_words, numbers, spellings, tags, tag_keys, fields)
                select id, id, 5, at, name, words, array[number], ' ' || ltrim(number, '+'), array['segment ' || n % 1000, 'group ' || n % 5],
                       array['SEGMENT ' || n % 1000, 'GROUP ' || n % 5], jsonb_build_object('account', n::text) from seed;
            insert into timeline (kind, entry_id, contact_id, at, revision, number, our_number, endpoint, text, recorded_at)
                select 'text-in', sms, id, at, 1, number, '+6591110000', 'sms', 'Hello, is this still to be had?', now() from texts;
            insert into contact_activity (contact_id, last_at, last_id, last_text, texts)
                select s.id, s.at, s.sms, 'Hello, is this still to be had?', case when n = 0 then 10000 else 1 end from seed s;
            create index contacts_by_search_text on contacts using gin (search_text gin_trgm_ops) with (fastupdate = off);
            create index contacts_by_tag on contacts using gin (tag_keys) with (fastupdate = off);
            create index contacts_by_field on contacts using gin (fields jsonb_path_ops) with (fastupdate = off);
            """);
        await Execute("vacuum analyze");

        async Task Execute(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task ShowsWhatTheFactsAddUpTo(HttpClient http, int count)
    {
        foreach (var n in new[] { 0, 1, count / 2, count - 1 })
        {
            var id = Contact.IdFor(Number(n));
            var (shown, folded) = (await Card($"/contacts/{id}"), await Card($"/contacts/{id}?asOf=5"));
            if (shown != folded)
                throw new InvalidOperationException($"Contact {id} is shown as {shown} and its facts add up to {folded}.");
        }

        async Task<string> Card(string path)
        {
            var row = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(await http.GetStringAsync(path))!;
            return JsonSerializer.Serialize(row.Where(value => !value.Key.StartsWith("lastText", StringComparison.Ordinal) && value.Key != "texts").ToDictionary());
        }
    }

    private static async Task Measure(string what, HttpClient http, Func<string> path)
    {
        for (var i = 0; i < 20; i++)
            await http.GetByteArrayAsync(path());
        var times = new double[LookUps];
        for (var i = 0; i < LookUps; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await http.GetByteArrayAsync(path());
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: p50 {Load.At(times, 0.5):0.0} ms, p95 {Load.At(times, 0.95):0.0} ms, worst {times[^1]:0.0} ms, over HTTP, one after another"));
    }

    /// <summary>Texts of known contacts, all at once; the time from the first to the last on record, for each.</summary>
    private static async Task<double> Write(Uri broker, string connectionString)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(broker));
        await bus.StartAsync();
        await using var database = NpgsqlDataSource.Create(connectionString);
        try
        {
            var before = await Recorded();
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, TextsInRound).Select(i => bus.Publish(
                new InboundSmsReceived
                {
                    SmsId = Guid.CreateVersion7(),
                    Endpoint = "sms",
                    From = Number(1 + i % (Senders - 1)),
                    To = "+6591110000",
                    Text = "And can I come by tomorrow?",
                    SentAt = DateTimeOffset.UtcNow,
                    ReceivedAt = DateTimeOffset.UtcNow,
                },
                context => context.MessageId = Guid.CreateVersion7())));
            await Eventually.Sees(Recorded, now => now - before >= TextsInRound, TimeSpan.FromMinutes(5));
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds / TextsInRound;
        }
        finally
        {
            await bus.StopAsync();
        }

        async Task<long> Recorded()
        {
            await using var command = database.CreateCommand("select count(*) from sms_inbox");
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }
}
