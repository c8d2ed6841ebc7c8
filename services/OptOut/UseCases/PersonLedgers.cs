using Npgsql;
using Sms.EventStore;
using Sms.OptOut.Consent;
using Sms.OptOut.Ledger;
using Sms.PhoneNumbers;

namespace Sms.OptOut.UseCases;

/// <summary>
/// People's ledgers as decisions need them: with the consent words of before the chain, which enter a person's chain with the
/// first fact after them and count from the start.
/// </summary>
public sealed class PersonLedgers(IEventStore store, EventLog log, EventTypes types, NpgsqlDataSource database)
{
    private bool? _anyEarlier;

    /// <summary>A ledger and what a commit to it begins with.</summary>
    /// <param name="Stream">The stream as stored.</param>
    /// <param name="Ledger">What decisions rest on: the stored facts and the earlier ones that are still to be chained.</param>
    /// <param name="Earlier">Those, chained.</param>
    public sealed record Loaded(EventStream<PersonLedger, ConsentFact> Stream, PersonLedger Ledger, ConsentFact[] Earlier)
    {
        /// <summary>The commit's part that enters these facts; none where there are none.</summary>
        public IEnumerable<Append> Append(ConsentFact[] facts, Cause cause) => facts is [] ? [] : [Stream.Append([.. Earlier, .. facts], cause)];
    }

    /// <summary>One person's ledger.</summary>
    public async Task<Loaded> Load(PhoneNumber person, CancellationToken ct)
    {
        var stream = await store.Load(PersonLedger.Stream, PersonLedger.IdOf(person), ct);
        return WithEarlier(stream, await Earlier(person, stream.State, ct));
    }

    /// <summary>Many people's ledgers at once.</summary>
    public async Task<IReadOnlyDictionary<PhoneNumber, Loaded>> Load(IReadOnlyCollection<PhoneNumber> people, CancellationToken ct)
    {
        var ids = people.ToDictionary(person => PersonLedger.Stream.StreamId(PersonLedger.IdOf(person).ToString()));
        var stored = (await database.Query(
                $"select stream_id, data::text from mt_events where stream_id = any({ids.Keys.ToArray()}) order by stream_id, version",
                r => (Id: r.GetString(0), Json: r.GetString(1)), ct))
            .ToLookup(row => row.Id, row => row.Json);
        var loaded = new Dictionary<PhoneNumber, Loaded>(people.Count);
        foreach (var (id, person) in ids)
        {
            var facts = stored[id].Select(json => System.Text.Json.JsonSerializer.Deserialize<ConsentFact>(json, EventJson.Options)!).ToList();
            var stream = new EventStream<PersonLedger, ConsentFact>(id, PersonLedger.Stream.Name, new PersonLedger([.. facts]), facts.Count);
            loaded.Add(person, WithEarlier(stream, await Earlier(person, stream.State, ct)));
        }
        return loaded;
    }

    private static Loaded WithEarlier(EventStream<PersonLedger, ConsentFact> stream, List<ConsentFact> earlier)
    {
        var (ledger, chained) = stream.State.With(earlier);
        return new Loaded(stream, ledger, chained);
    }

    private async Task<List<ConsentFact>> Earlier(PhoneNumber person, PersonLedger ledger, CancellationToken ct)
    {
        _anyEarlier ??= (await database.Query($"select exists (select from consent_words)", r => r.GetBoolean(0), ct))[0];
        if (_anyEarlier is false)
            return [];
        var numbers = await database.Query(
            $"select distinct our_number from consent_words where person = {person.Value}", r => r.GetString(0), ct);
        var facts = new List<ConsentFact>();
        foreach (var number in numbers)
        {
            var id = EarlierConsent.Stream.StreamId(EarlierConsent.IdOf(person, PhoneNumber.Parse(number)).ToString());
            foreach (var row in await log.Events(id, 0, 10_000, ct))
            {
                if (ledger.Facts.Exists(fact => fact.Reference == row.Id))
                    continue;
                var word = (ConsentEvent)types.Read(row.Type, row.Data.GetRawText());
                var fact = EarlierConsent.ToFact(word, row.Id, row.At, null);
                var screening = await store.Load(Screening.Stream, fact.SmsId!.Value, ct);
                facts.Add(fact with { Endpoint = screening.State.Endpoint });
            }
        }
        return [.. facts.OrderBy(fact => fact.RecordedAt).ThenBy(fact => fact.FactId)];
    }
}
