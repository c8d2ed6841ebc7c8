using Sms.EventStore;
using Sms.OptOut.Policies;

namespace Sms.OptOut.Ledger;

/// <summary>What holds from then on, in the words of <see cref="BusMessages.ConsentChanged.Change"/>.</summary>
public static class Change
{
    public const string OptedOut = "opted-out";
    public const string OptedIn = "opted-in";
    public const string Paused = "paused";
    public const string Resumed = "resumed";
}

/// <summary>Whom a fact concerns beyond the ledger.</summary>
public static class Announcements
{
    /// <summary>One announcement for all numbers, or one for each of our numbers that the person has to do with and the fact reaches.</summary>
    public static IEnumerable<Announcement> Of(PersonLedger ledger, ConsentPolicy policy, ConsentFact fact, string change)
    {
        if (fact.Kind is not FactKind.Blocked && (fact.OurNumber ?? fact.Endpoint) is null || (fact.Reach ?? policy.Scope) == Reach.Everything && fact.Kind is not FactKind.Blocked)
            return [new Announcement(null, fact.Purpose, change)];
        var places = fact.OurNumber is null ? ledger.Places : ledger.Places.Append(new Place(fact.OurNumber, fact.Endpoint));
        return places.Where(place => policy.Reaches(fact, place)).Select(place => place.OurNumber).Distinct()
            .Select(number => new Announcement(number, fact.Purpose, change));
    }
}

/// <summary>Ids of facts that follow from what brought them about, so that the same cause enters the same fact.</summary>
public static class FactIds
{
    private static readonly Guid Scope = new("8e1c7f52-74f0-4b7f-a1f6-95f0f4e6c203");

    /// <summary>The fact of this kind that something caused.</summary>
    public static Guid Of(Guid cause, string kind, string about = "") => NamedId.Of(Scope, cause.ToString(), kind, about);
}
