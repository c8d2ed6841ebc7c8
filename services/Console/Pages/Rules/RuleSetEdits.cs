using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sms.Console.Pages.Rules;

/// <summary>What a person does to a draft of a rule set. Rules are told apart by their names, and stand in the order in which they are tried.</summary>
public static class RuleSetEdits
{
    /// <summary>The rule of a name, or null.</summary>
    public static Rule? Find(this RuleSet set, string? name) => set.Rules.FirstOrDefault(rule => rule.Name == name);

    /// <summary>With a rule in the place of the one of that name; at the end where there is none.</summary>
    public static RuleSet Put(this RuleSet set, string? was, Rule rule)
    {
        var rules = set.InOrder.ToList();
        var place = rules.FindIndex(other => other.Name == was);
        if (place < 0)
            rules.Add(rule with { Priority = rules is [.., var last] ? last.Priority : 0 });
        else
            rules[place] = rule with { Priority = rules[place].Priority };
        return set with { Rules = rules };
    }

    /// <summary>Without a rule.</summary>
    public static RuleSet Remove(this RuleSet set, string name) => set with { Rules = [.. set.InOrder.Where(rule => rule.Name != name)] };

    /// <summary>With a rule twice, the second one under a name of its own and off until somebody has changed it.</summary>
    public static RuleSet Duplicate(this RuleSet set, string name, string copy)
    {
        var rules = set.InOrder.ToList();
        var place = rules.FindIndex(rule => rule.Name == name);
        if (place >= 0)
            rules.Insert(place + 1, rules[place] with { Name = Free(set, copy), Enabled = false });
        return set with { Rules = rules };
    }

    /// <summary>With a rule in another place. It takes the priority of the rule it passes, or it would not stay there.</summary>
    /// <param name="set">The rule set.</param>
    /// <param name="name">The rule.</param>
    /// <param name="place">Its place afterwards, from 0.</param>
    public static RuleSet Move(this RuleSet set, string name, int place)
    {
        var rules = set.InOrder.ToList();
        var from = rules.FindIndex(rule => rule.Name == name);
        if (from < 0 || rules.Count == 1)
            return set;
        place = Math.Clamp(place, 0, rules.Count - 1);
        var rule = rules[from];
        if (place != from)
            rule = rule with { Priority = rules[place].Priority };
        rules.RemoveAt(from);
        rules.Insert(place, rule);
        return set with { Rules = rules };
    }

    /// <summary>With the rules of a pack, and what they need, as far as they are not there yet.</summary>
    public static RuleSet Add(this RuleSet set, RuleSet pack) => set with
    {
        TimeZone = set.Rules.Count == 0 ? pack.TimeZone : set.TimeZone,
        Languages = set.Languages is null || pack.Languages is null ? set.Languages : [.. set.Languages.Union(pack.Languages)],
        Calendars = [.. set.Calendars, .. pack.Calendars.Where(calendar => set.Calendars.All(mine => mine.Name != calendar.Name))],
        Rules = [.. set.InOrder, .. pack.InOrder.Where(rule => set.Find(rule.Name) is null).Select(rule => rule with { Priority = set.InOrder is [.., var last] ? last.Priority : 0 })],
    };

    /// <summary>
    /// A draft on top of what others have put in force meanwhile: what they changed and the draft did not is theirs, and where both
    /// changed the same it is the draft's.
    /// </summary>
    /// <param name="before">What the draft was made from.</param>
    /// <param name="mine">The draft.</param>
    /// <param name="theirs">What is in force now.</param>
    /// <returns>The draft, and the rules that both have changed.</returns>
    public static (RuleSet Merged, IReadOnlyList<string> Both) Merge(RuleSet before, RuleSet mine, RuleSet theirs)
    {
        var (both, rules) = (new List<string>(), new List<Rule>());
        foreach (var rule in mine.InOrder)
        {
            var (was, now) = (before.Find(rule.Name), theirs.Find(rule.Name));
            var (iChanged, theyChanged) = (was is null || !was.Says(rule), was is null ? now is not null : now is null || !now.Says(was));
            if (iChanged && theyChanged)
                both.Add(rule.Name);
            if (iChanged || !theyChanged)
                rules.Add(rule);
            else if (now is not null)
                rules.Add(now with { Priority = rule.Priority });
        }
        string? after = null;
        foreach (var rule in theirs.InOrder)
        {
            // What they have added, or changed while the draft takes it away, comes back behind the rule it stood behind.
            if (mine.Find(rule.Name) is null && (before.Find(rule.Name) is not { } was || !was.Says(rule)))
            {
                var place = rules.FindIndex(other => other.Name == after) + 1;
                rules.Insert(place, rule with { Priority = place > 0 ? rules[place - 1].Priority : rules is [var first, ..] ? first.Priority : rule.Priority });
            }
            if (rules.Exists(other => other.Name == rule.Name))
                after = rule.Name;
        }
        return (JsonNode.DeepEquals(Settings(before), Settings(mine)) ? theirs with { Rules = rules } : mine with { Rules = rules }, both);
    }

    /// <summary>What differs between two rule sets.</summary>
    public static IReadOnlyList<Change> Between(RuleSet before, RuleSet after)
    {
        var changes = new List<Change>();
        var (settings, others) = (Settings(before), Settings(after));
        foreach (var name in settings.Select(setting => setting.Key).Union(others.Select(setting => setting.Key)))
            if (!JsonNode.DeepEquals(settings[name], others[name]))
                changes.Add(new Change("setting", name, null, null, settings[name]?.ToJsonString(RuleSet.Json), others[name]?.ToJsonString(RuleSet.Json)));
        // By name once: a set may have ten thousand rules.
        var (was, now) = (before.Rules.ToDictionary(rule => rule.Name), after.Rules.ToDictionary(rule => rule.Name));
        foreach (var rule in after.InOrder)
            if (!was.TryGetValue(rule.Name, out var earlier))
                changes.Add(new Change("added", rule.Name, null, rule));
            else if (!earlier.Says(rule))
                changes.Add(new Change("changed", rule.Name, earlier, rule));
        changes.AddRange(before.InOrder.Where(rule => !now.ContainsKey(rule.Name)).Select(rule => new Change("removed", rule.Name, rule, null)));
        var (kept, order) = (before.InOrder.Select(rule => rule.Name).Where(now.ContainsKey).ToList(), after.InOrder.Select(rule => rule.Name).Where(was.ContainsKey).ToList());
        if (!kept.SequenceEqual(order))
            changes.Add(new Change("order", string.Join(", ", kept.Zip(order).Where(pair => pair.First != pair.Second).Select(pair => pair.Second).Take(20)), null, null));
        return changes;
    }

    private static JsonObject Settings(RuleSet set) => JsonSerializer.SerializeToNode(set with { Rules = [] }, RuleSet.Json)!.AsObject();

    private static string Free(RuleSet set, string name)
    {
        var free = name;
        for (var no = 2; set.Find(free) is not null; no++)
            free = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} {no}");
        return free;
    }
}

/// <summary>One thing that differs between two rule sets.</summary>
/// <param name="What"><c>added</c>, <c>changed</c>, <c>removed</c>, <c>order</c> or <c>setting</c>.</param>
/// <param name="Name">The rule or the setting; for the order, the rules that stand elsewhere.</param>
/// <param name="Before">The rule before.</param>
/// <param name="After">The rule after.</param>
/// <param name="Was">The setting before, as JSON.</param>
/// <param name="Is">The setting after.</param>
public sealed record Change(string What, string Name, Rule? Before, Rule? After, string? Was = null, string? Is = null);
