using System.Globalization;
using Npgsql;
using Sms.ConsentWords;
using Sms.Csv;
using Sms.EventStore;
using Sms.OptOut.Imports;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.ServiceHost;

namespace Sms.OptOut.Views;

/// <summary>
/// <c>GET /export?format=own|twilio</c>: everybody's consent as CSV, row by row as it is read. Ours has every opt-out and opt-in and can be
/// imported again; Twilio's has, for each person and number of ours, what holds now.
/// </summary>
public static class ConsentExport
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/export", Export).RequireAuthorization(Roles.Admin);

    private static async Task<IResult> Export(
        string? format, IEventStore store, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        if (ImportFormat.Find(format ?? "own") is not { } wanted)
            return Problems.Invalid("format", "must be own or twilio");
        var policy = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State.At(clock.GetUtcNow());
        return Results.Stream(body => Write(wanted, policy, database, body, ct), "text/csv", "consent.csv");
    }

    private static async Task Write(ImportFormat format, ConsentPolicy policy, NpgsqlDataSource database, Stream body, CancellationToken ct)
    {
        await using var csv = CsvRows.Write(body);
        await csv.Add(format.Columns);
        // However long the export takes: the pool's usual limit is meant for what people wait for.
        await using var command = database.CreateCommand(
            """
            select person, no, fact_id, kind, our_number, endpoint, purpose, reach, effective_at, recorded_at, source, reason, shown
            from consent_facts where kind in ('opted-out', 'opted-in', 'blocked') order by person, no
            """);
        command.CommandTimeout = 0;
        await using var facts = await command.ExecuteReaderAsync(ct);
        var person = new List<ConsentFact>();
        while (await facts.ReadAsync(ct))
        {
            var fact = Read(facts);
            if (format == ImportFormat.Own)
            {
                // A gateway's block is the gateway's to say again.
                if (fact.Kind is not FactKind.Blocked)
                    await csv.Add(
                        fact.Person, fact.Kind, fact.OurNumber, fact.Endpoint, fact.Purpose, fact.Reach, Time(fact.EffectiveAt), fact.Source, fact.Reason, fact.Shown);
                continue;
            }
            if (person.Count > 0 && person[0].Person != fact.Person)
                await WriteTwilio(csv, person, policy);
            person.Add(fact);
        }
        await WriteTwilio(csv, person, policy);
    }

    private static async Task WriteTwilio(CsvSheet csv, List<ConsentFact> facts, ConsentPolicy policy)
    {
        foreach (var place in new PersonLedger([.. facts]).Places)
            if (Standing.Of(facts, policy, place, Purposes.Reply) is { RestsOn: { } ground } standing)
                await csv.Add(
                    ground.Person, ground.FactId.ToString("N"), place.OurNumber, standing.OptedOut ? "opt-out" : "opt-in",
                    ground.Source is FactSource.Sms or FactSource.BeforeChain ? standing.OptedOut ? "opt-out-message" : "opt-in-message" : "others",
                    Time(ground.EffectiveAt));
        facts.Clear();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    private static ConsentFact Read(NpgsqlDataReader r)
    {
        return new ConsentFact
        {
            Person = r.GetString(0),
            No = r.GetInt32(1),
            FactId = r.GetGuid(2),
            Kind = r.GetString(3),
            OurNumber = Text(4),
            Endpoint = Text(5),
            Purpose = Text(6),
            Reach = Text(7),
            EffectiveAt = r.GetFieldValue<DateTimeOffset>(8),
            RecordedAt = r.GetFieldValue<DateTimeOffset>(9),
            Source = r.GetString(10),
            Reason = Text(11),
            Shown = Text(12),
            Previous = "",
            Hash = "",
            Actor = "",
        };

        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
    }
}
