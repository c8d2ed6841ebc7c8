using Sms.ConsentWords;
using Sms.OptOut.Ledger;

namespace Sms.OptOut.Policies;

/// <summary>How facts count, from a moment on.</summary>
/// <param name="PolicyId">Its identity.</param>
/// <param name="Name">What its author calls it.</param>
/// <param name="EffectiveFrom">From when it holds, until the next one does.</param>
/// <param name="Scope">How far a fact reaches that does not say so itself: one of <see cref="Reach"/>.</param>
/// <param name="NeedsOptIn">The purposes for which permission must be on record. For the others it is enough not to have opted out.</param>
/// <param name="Pools">Endpoints that are one to the person, such as two phones of one branch. An endpoint in none is a pool of its own.</param>
/// <param name="Reason">Why it was made.</param>
public sealed record ConsentPolicy(
    Guid PolicyId, string Name, DateTimeOffset EffectiveFrom, string Scope, IReadOnlyList<string> NeedsOptIn, IReadOnlyList<Pool> Pools, string Reason)
{
    /// <summary>
    /// What holds before anybody sets anything: an opt-out counts for all numbers of the endpoint it was sent to, notifications
    /// and marketing need an opt-in on record, conversation does not.
    /// </summary>
    public static readonly ConsentPolicy Initial = new(
        new Guid("6f0e7c55-33a4-4f64-9d0a-4a3f6f6a2a01"), "Related messages", DateTimeOffset.MinValue, Reach.Pool, [Purposes.Notification, Purposes.Marketing],
        [], "The US rule until 2027: a revocation counts for the related messages of one business unit (47 CFR 64.1200(a)(10)).");

    /// <summary>The US rule from 2027-01-31, Eastern time, unless it is put off again: an opt-out counts for everything the business sends.</summary>
    public static readonly ConsentPolicy RevokeAll = Initial with
    {
        PolicyId = new Guid("6f0e7c55-33a4-4f64-9d0a-4a3f6f6a2a02"),
        Name = "Everything from this sender",
        EffectiveFrom = new DateTimeOffset(2027, 1, 31, 5, 0, 0, TimeSpan.Zero),
        Scope = Reach.Everything,
        Reason = "The US rule from 2027-01-31: one opt-out ends all texts of the sender. Withdraw it should the date move again.",
    };

    /// <summary>Whether a fact counts for a place.</summary>
    public bool Reaches(ConsentFact fact, Place place)
    {
        // A gateway's block is for the pair it blocks, whatever the policy: taking it for more would silence people who asked for nothing.
        if (fact.Kind is FactKind.Blocked)
            return fact.OurNumber == place.OurNumber;
        if (fact.OurNumber is null && fact.Endpoint is null)
            return true;
        return (fact.Reach ?? Scope) switch
        {
            Reach.Everything => true,
            Reach.Pool => fact.OurNumber == place.OurNumber || fact.Endpoint is not null && place.Endpoint is not null && PoolOf(fact.Endpoint) == PoolOf(place.Endpoint),
            _ => fact.OurNumber == place.OurNumber,
        };
    }

    /// <summary>The pool an endpoint belongs to.</summary>
    public string PoolOf(string endpoint) =>
        Pools.FirstOrDefault(pool => pool.Endpoints.Contains(endpoint)) is { } pool ? $"pool {pool.Name}" : endpoint;
}

/// <summary>Endpoints that are one to the person.</summary>
/// <param name="Name">What they are called together.</param>
/// <param name="Endpoints">Their slugs.</param>
public sealed record Pool(string Name, IReadOnlyList<string> Endpoints);

/// <summary>How far a fact reaches.</summary>
public static class Reach
{
    /// <summary>The one number of ours.</summary>
    public const string Number = "number";

    /// <summary>All numbers of the endpoint's pool.</summary>
    public const string Pool = "pool";

    /// <summary>All our numbers.</summary>
    public const string Everything = "everything";

    /// <summary>All there are.</summary>
    public static readonly IReadOnlyList<string> All = [Number, Pool, Everything];
}
