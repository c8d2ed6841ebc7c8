using Sms.Console.Pages.Facts;

namespace Sms.Console.Pages.Stories;

/// <summary>A fact and what followed from it.</summary>
/// <param name="Fact">The fact.</param>
/// <param name="After">How long after the beginning of the story.</param>
/// <param name="FromElsewhere">Whether what led to it is no part of the story, so that it stands after what came before it in its stream.</param>
/// <param name="Led">What it led to, in the order of time.</param>
public sealed record StoryNode(Fact Fact, TimeSpan After, bool FromElsewhere, IReadOnlyList<StoryNode> Led)
{
    /// <summary>It and everything that followed, a cause before what it led to.</summary>
    public IEnumerable<StoryNode> All() => Led.SelectMany(node => node.All()).Prepend(this);
}

/// <summary>Puts facts of all services in the order of cause and effect.</summary>
public static class StoryTree
{
    /// <summary>What nothing in the story led to, each with what it led to.</summary>
    /// <param name="facts">The facts of one story, in any order.</param>
    public static IReadOnlyList<StoryNode> Of(IReadOnlyCollection<Fact> facts)
    {
        if (facts.Count == 0)
            return [];
        // A service's facts keep the order of its log, whatever its clock says.
        var inOrder = facts.DistinctBy(fact => fact.Id).OrderBy(fact => fact.At).ThenBy(fact => Platform.Services.IndexOf(fact.Service)).ThenBy(fact => fact.Seq).ToList();
        var (known, start) = (inOrder.ToDictionary(fact => fact.Id), inOrder[0].At);
        var led = inOrder.ToLookup(fact => CauseOf(fact)?.Id);
        return [.. led[null].Select(Node)];

        Fact? CauseOf(Fact fact) =>
            fact.CausationId is not { } cause ? null
            : known.TryGetValue(cause, out var it) ? it
            : inOrder.Where(other => other.StreamId == fact.StreamId && other.Service == fact.Service && other.Version < fact.Version).MaxBy(other => other.Version);

        StoryNode Node(Fact fact) =>
            new(fact, fact.At - start, fact.CausationId is { } cause && !known.ContainsKey(cause), [.. led[fact.Id].Select(Node)]);
    }

    /// <summary>Causes that are in none of the facts.</summary>
    public static IReadOnlyList<Guid> Missing(IReadOnlyCollection<Fact> facts) =>
        [.. facts.Select(fact => fact.CausationId).OfType<Guid>().Distinct().Except(facts.Select(fact => fact.Id))];

    private static int IndexOf(this IReadOnlyList<string> list, string wanted) => list.ToList().IndexOf(wanted);
}
