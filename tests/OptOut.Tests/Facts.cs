using Sms.OptOut.Ledger;

namespace Sms.OptOut.Tests;

/// <summary>Facts to decide on.</summary>
internal static class Facts
{
    public const string Asha = "+919876543210", Shop = "+911234500000", Branch = "+911234500001";

    /// <summary>A fact by a text to the shop on the endpoint <c>sms</c>, not yet in a chain.</summary>
    public static ConsentFact Of(string kind, DateTimeOffset at, string source = FactSource.Sms) => new()
    {
        No = 0,
        FactId = Guid.NewGuid(),
        Previous = "",
        Hash = "",
        Kind = kind,
        Person = Asha,
        OurNumber = Shop,
        Endpoint = "sms",
        EffectiveAt = at,
        RecordedAt = at,
        Actor = source is FactSource.Operator ? "operator:meera" : "person",
        Source = source,
    };

    /// <summary>A ledger of these facts, chained in this order.</summary>
    public static PersonLedger Chained(params IEnumerable<ConsentFact> facts) => PersonLedger.Stream.Initial.With(facts).Ledger;
}
