using System.Runtime.CompilerServices;
using Npgsql;
using Sms.ConsentWords;
using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;

namespace Sms.OptOut.UseCases;

/// <summary>Whom a policy changes something for, compared with another: everybody who ever opted out or in is looked at.</summary>
public sealed class PolicyEffects(NpgsqlDataSource database)
{
    private const int AtOnce = 500;

    /// <summary>One person for whom something changes.</summary>
    /// <param name="Person">The person.</param>
    /// <param name="Changes">What.</param>
    public sealed record Effect(string Person, IReadOnlyList<Announcement> Changes);

    /// <summary>In the order of their numbers, in parts.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Effect>> Of(ConsentPolicy before, ConsentPolicy after, [EnumeratorCancellation] CancellationToken ct)
    {
        var ours = await database.Query($"select our_number, endpoint from our_numbers", r => new Place(r.GetString(0), r.GetString(1) is "" ? null : r.GetString(1)), ct);
        for (var last = ""; ;)
        {
            var facts = await database.Query($"""
                select person, no, fact_id, kind, our_number, endpoint, purpose, reach, effective_at, recorded_at, source from consent_facts
                where person in (
                    select distinct person from consent_facts where kind in ('opted-out', 'opted-in') and person > {last} order by person limit {AtOnce})
                order by person, no
                """, Read, ct);
            if (facts.Count == 0)
                yield break;
            last = facts[^1].Person;
            yield return [.. facts.GroupBy(fact => fact.Person).Select(of => new Effect(of.Key, Changes([.. of], ours, before, after))).Where(effect => effect.Changes.Count > 0)];
        }
    }

    /// <summary>What changes for one person at our numbers.</summary>
    public static IReadOnlyList<Announcement> Changes(IReadOnlyList<ConsentFact> facts, IReadOnlyList<Place> ours, ConsentPolicy before, ConsentPolicy after)
    {
        var changes = new List<Announcement>();
        foreach (var place in ours)
        {
            var changed = Purposes.All
                .Select(purpose => (Purpose: purpose, Was: Standing.Of(facts, before, place, purpose), Is: Standing.Of(facts, after, place, purpose)))
                .Where(of => of.Was.Allowed != of.Is.Allowed || of.Was.OptedOut != of.Is.OptedOut).ToList();
            if (changed.Count == Purposes.All.Count && changed.DistinctBy(of => of.Is.Allowed).Count() == 1)
                changes.Add(new Announcement(place.OurNumber, null, Word(changed[0].Is)));
            else
                changes.AddRange(changed.Select(of => new Announcement(place.OurNumber, of.Purpose, Word(of.Is))));
        }
        return [.. changes.Distinct()];

        static string Word(Standing standing) => standing.Allowed ? Change.OptedIn : Change.OptedOut;
    }

    private static ConsentFact Read(NpgsqlDataReader r) => new()
    {
        Person = r.GetString(0),
        No = r.GetInt32(1),
        FactId = r.GetGuid(2),
        Kind = r.GetString(3),
        OurNumber = r.IsDBNull(4) ? null : r.GetString(4),
        Endpoint = r.IsDBNull(5) ? null : r.GetString(5),
        Purpose = r.IsDBNull(6) ? null : r.GetString(6),
        Reach = r.IsDBNull(7) ? null : r.GetString(7),
        EffectiveAt = r.GetFieldValue<DateTimeOffset>(8),
        RecordedAt = r.GetFieldValue<DateTimeOffset>(9),
        Source = r.GetString(10),
        Previous = "",
        Hash = "",
        Actor = "",
    };
}
