using Sms.EventStore;
using Sms.OptOut.Ledger;

namespace Sms.OptOut.Views;

/// <summary>All facts in little, for what concerns many people: exports and the preview of a policy. One statement however many facts.</summary>
public sealed class ConsentFacts : IView
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["consent_facts", "our_numbers"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        var facts = happened.Select(e => e.Data).OfType<ConsentFact>().ToArray();
        if (facts.Length == 0)
            return;
        write.Add($"""
            insert into consent_facts (person, no, fact_id, kind, our_number, endpoint, purpose, reach, effective_at, recorded_at, source, reason, shown)
            select * from unnest(
                {Of(f => f.Person)}, {Of(f => f.No)}, {Of(f => f.FactId)}, {Of(f => f.Kind)}, {Of(f => f.OurNumber)}, {Of(f => f.Endpoint)}, {Of(f => f.Purpose)},
                {Of(f => f.Reach)}, {Of(f => f.EffectiveAt)}, {Of(f => f.RecordedAt)}, {Of(f => f.Source)}, {Of(f => f.Reason)}, {Of(f => f.Shown)})
            """);
        if (facts.Where(f => f.OurNumber is not null).Select(f => (Number: f.OurNumber!, Endpoint: f.Endpoint ?? "")).Distinct().Order().ToArray() is { Length: > 0 } numbers)
            write.Add($"""
                insert into our_numbers (our_number, endpoint)
                select * from unnest({numbers.Select(n => n.Number).ToArray()}, {numbers.Select(n => n.Endpoint).ToArray()}) on conflict do nothing
                """);

        T[] Of<T>(Func<ConsentFact, T> column) => Array.ConvertAll(facts, fact => column(fact));
    }
}
