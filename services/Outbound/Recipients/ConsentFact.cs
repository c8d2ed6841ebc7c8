namespace Sms.Outbound.Recipients;

/// <summary>Something that holds about a person's consent from some time on.</summary>
/// <param name="Change">In the words of <see cref="BusMessages.ConsentChanged.Change"/>: <c>opted-out</c>, <c>opted-in</c>, <c>paused</c>, <c>resumed</c>.</param>
/// <param name="Purpose">The purpose it concerns; null for all.</param>
/// <param name="From">From when it holds.</param>
/// <param name="FactId">The fact in the consent ledger, where it is known.</param>
/// <param name="FactHash">The hash of that fact.</param>
public sealed record ConsentFact(string Change, string? Purpose, DateTimeOffset From, Guid? FactId, string? FactHash)
{
    internal const string OptedOut = "opted-out", OptedIn = "opted-in", Paused = "paused", Resumed = "resumed";
}

/// <summary>Why a cleared text must not leave after all, and the fact that says so.</summary>
public sealed record Objection(string Reason, Guid? FactId, string? FactHash)
{
    /// <summary>
    /// What a person's streams hold against a text. Of all that concerns its purpose the latest holds; of two that hold from
    /// the same time, the one against.
    /// </summary>
    /// <param name="purpose">Why the text is sent.</param>
    /// <param name="automated">Whether nobody in person asked for it.</param>
    /// <param name="recipient">The person and the number of ours that it would leave from.</param>
    /// <param name="person">The person, whatever number.</param>
    /// <param name="now">The time; what holds from later on does not count yet.</param>
    public static Objection? To(string purpose, bool automated, Recipient recipient, Person person, DateTimeOffset now)
    {
        // A word holds from when it was sent, by the gateway's clock; one that runs ahead does not put a STOP off.
        var facts = recipient.Changes.Concat(person.Changes).Where(fact => fact.From <= now);
        if (recipient.Word is { } word)
            facts = facts.Append(word);
        var concerning = facts.Where(fact => fact.Purpose is null || fact.Purpose == purpose).ToList();

        return Latest(ConsentFact.OptedOut, ConsentFact.OptedIn) is { } stopped
                ? new Objection(Sends.SuppressedBecause.OptedOutSince, stopped.FactId, stopped.FactHash)
            : automated && Latest(ConsentFact.Paused, ConsentFact.Resumed) is { } paused
                ? new Objection(Sends.SuppressedBecause.AutomationPaused, paused.FactId, paused.FactHash)
            : null;

        ConsentFact? Latest(string against, string otherwise) =>
            concerning.Where(fact => fact.Change == against || fact.Change == otherwise)
                .MaxBy(fact => (fact.From, fact.Change == against)) is { } latest && latest.Change == against ? latest : null;
    }
}
