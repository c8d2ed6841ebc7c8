using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Sms.AutoReply.Rules;
using Sms.EventStore;

namespace Sms.AutoReply.UseCases;

/// <summary>The rule sets as they are tried: loaded, and made ready once for each version.</summary>
public sealed partial class RuleSets(IEventStore store)
{
    private readonly ConditionalWeakTable<RuleSet, CompiledRules> _compiled = [];

    /// <summary>The rules for texts of an endpoint label: its own, else the default ones.</summary>
    public async Task<(string Label, long Version, CompiledRules Rules)> For(string? label, CancellationToken ct)
    {
        if (label is not null && label != RuleSet.Default && await Load(label, ct) is { Version: > 0 } own)
            return (label, own.Version, Compiled(own.State));
        var others = await Load(RuleSet.Default, ct);
        return (RuleSet.Default, others.Version, Compiled(others.State));
    }

    /// <summary>A label's rule set as stored.</summary>
    public Task<EventStream<RuleSet, RuleSetEvent>> Load(string label, CancellationToken ct) => store.Load(RuleSet.Stream, label, ct);

    /// <summary>A rule set made ready.</summary>
    public CompiledRules Compiled(RuleSet ruleSet) => _compiled.GetValue(ruleSet, set => new CompiledRules(set));

    /// <summary>Whether a rule set can be called so: as an endpoint's label, or <c>default</c>.</summary>
    public static bool IsLabel(string label) => Label().IsMatch(label);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex Label();
}
