using System.Text.Json;
using Npgsql;
using Sms.EventStore;

namespace Sms.Console.Pages.Rules;

/// <summary>A rule set that somebody is writing.</summary>
/// <param name="Base">The version it was made from.</param>
/// <param name="RuleSet">The rule set.</param>
/// <param name="At">When it was last changed.</param>
public sealed record Draft(long Base, RuleSet RuleSet, DateTimeOffset At);

/// <summary>What the viewer is still writing. It is theirs alone, on whatever device they sign in, until they put it in force or throw it away.</summary>
public sealed class Drafts(NpgsqlDataSource database, Platform platform, Viewer viewer)
{
    /// <summary>The viewer's draft for a label, or null.</summary>
    public async Task<Draft?> Find(string label) => (await database.Query(
        $"select base, rule_set, at from rule_drafts where who = {viewer.Name} and label = {label}",
        r => new Draft(r.GetInt64(0), JsonSerializer.Deserialize<RuleSet>(r.GetString(1), RuleSet.Json)!, r.GetFieldValue<DateTimeOffset>(2)),
        viewer.Http.RequestAborted)).FirstOrDefault();

    /// <summary>Keeps it.</summary>
    public Task Keep(string label, Draft draft) => database.Query(
        $"""
        insert into rule_drafts (who, label, base, rule_set, at)
        values ({viewer.Name}, {label}, {draft.Base}, {JsonSerializer.Serialize(draft.RuleSet, RuleSet.Json)}, {viewer.Now})
        on conflict (who, label) do update set base = excluded.base, rule_set = excluded.rule_set, at = excluded.at
        """,
        _ => 0, viewer.Http.RequestAborted);

    /// <summary>Throws it away.</summary>
    public Task Drop(string label) => database.Query(
        $"delete from rule_drafts where who = {viewer.Name} and label = {label}", _ => 0, viewer.Http.RequestAborted);

    /// <summary>What is in force for a label; an empty set where it has none of its own yet.</summary>
    public async Task<Answer<RuleSet>> InForce(string label)
    {
        var answer = await platform.Get<RuleSet>("autoreply", $"/rule-sets/{label}");
        return answer.Problem?.IsMissing == true ? new Answer<RuleSet>(new RuleSet(), null, 0) : answer;
    }

    /// <summary>A version of a label's rules; an empty set for the one before the first.</summary>
    public async Task<Answer<RuleSet>> At(string label, long version) =>
        version == 0 ? new Answer<RuleSet>(new RuleSet(), null, 0) : await platform.Get<RuleSet>("autoreply", $"/rule-sets/{label}?version={version}");

    /// <summary>What the viewer goes on writing: their draft, else what is in force.</summary>
    public async Task<Answer<Draft>> Current(string label)
    {
        if (await Find(label) is { } draft)
            return new Answer<Draft>(draft, null, draft.Base);
        var inForce = await InForce(label);
        return inForce.IsThere
            ? new Answer<Draft>(new Draft(inForce.Version ?? 0, inForce.Value, viewer.Now), null, inForce.Version)
            : new Answer<Draft>(null, inForce.Problem);
    }
}
