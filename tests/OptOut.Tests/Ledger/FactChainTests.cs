using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sms.EventStore;
using Sms.OptOut.Ledger;

namespace Sms.OptOut.Tests.Ledger;

public sealed class FactChainTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_canonical_form_is_one_line_of_JSON_that_holds_everything_but_what_follows_from_it() =>
        Encoding.UTF8.GetString(FactChain.Canonical(FactChain.Chain(
            Facts.Of(FactKind.OptedOut, Noon) with { FactId = new("0c9a1f9e-7a2b-5c53-9d39-3f1f0a8b7c11"), Wrote = "Stop \"it\" ü 🛑\n", Word = "STOP" }, null)))
            .ShouldBe("""{"no":1,"id":"0c9a1f9e-7a2b-5c53-9d39-3f1f0a8b7c11","previous":"0000000000000000000000000000000000000000000000000000000000000000","kind":"opted-out","person":"+919876543210","ourNumber":"+911234500000","endpoint":"sms","effectiveAt":"2026-06-12T12:00:00.0000000Z","recordedAt":"2026-06-12T12:00:00.0000000Z","actor":"person","source":"sms","wrote":"Stop \"it\" ü \uD83D\uDED1\n","word":"STOP"}""");

    [Fact]
    public void The_hash_is_the_SHA_256_of_the_canonical_form_and_the_next_fact_names_it()
    {
        var ledger = Facts.Chained(Facts.Of(FactKind.OptedOut, Noon), Facts.Of(FactKind.OptedIn, Noon.AddMinutes(1)));
        foreach (var fact in ledger.Facts)
            fact.Hash.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(FactChain.Canonical(fact))));
        ledger.Facts[0].Previous.ShouldBe(FactChain.Origin);
        ledger.Facts[1].Previous.ShouldBe(ledger.Facts[0].Hash);
    }

    [Fact]
    public void What_was_stored_hashes_as_it_did_when_it_was_entered()
    {
        var fact = FactChain.Chain(
            Facts.Of(FactKind.OptedOut, Noon.AddTicks(1234567).ToOffset(TimeSpan.FromHours(5.5))) with { Wrote = "\u2028 <b> & \uD800 ’", Deadline = Noon, Reference = Guid.NewGuid() }, null);
        var stored = JsonSerializer.Deserialize<ConsentFact>(JsonSerializer.Serialize(fact, EventJson.Options), EventJson.Options)!;
        FactChain.FirstBroken([stored]).ShouldBeNull();
    }

    /// <summary>The hash of the stored sample never changes, whatever is added to the record.</summary>
    [Fact]
    public void A_fact_stored_by_an_earlier_version_keeps_its_hash()
    {
        var stored = JsonSerializer.Deserialize<ConsentFact>(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", "optout.consent-recorded.v1.json")), EventJson.Options)!;
        FactChain.HashOf(stored).ShouldBe(stored.Hash);
    }

    [Fact]
    public void Whatever_is_changed_left_out_moved_or_put_in_the_first_fact_concerned_is_named()
    {
        var facts = Facts.Chained(Enumerable.Range(0, 5).Select(i => Facts.Of(i % 2 == 0 ? FactKind.OptedOut : FactKind.OptedIn, Noon.AddMinutes(i)) with { Wrote = $"text {i}" })).Facts;
        FactChain.FirstBroken(facts).ShouldBeNull();
        for (var i = 0; i < 5; i++)
        {
            var fact = facts[i];
            foreach (var changed in new[]
            {
                fact with { Wrote = "text" }, fact with { EffectiveAt = fact.EffectiveAt.AddTicks(1) }, fact with { Kind = FactKind.WroteFirst }, fact with { Actor = "system" },
                fact with { OurNumber = null }, fact with { Hash = FactChain.Origin }, fact with { Purpose = "marketing" }, fact with { Reason = "because" },
            })
                FactChain.FirstBroken(facts.SetItem(i, changed)).ShouldBe(i + 1);
            if (i < 4)
            {
                FactChain.FirstBroken(facts.RemoveAt(i)).ShouldBe(i + 1);
                // Hashed anew it is a fact like any other; the one after it still names the old one.
                var forged = fact with { Wrote = "forged" };
                FactChain.FirstBroken(facts.SetItem(i, forged with { Hash = FactChain.HashOf(forged) })).ShouldBe(i + 2);
                FactChain.FirstBroken(facts.SetItem(i, facts[i + 1]).SetItem(i + 1, fact)).ShouldBe(i + 1);
            }
        }
    }
}
