using Npgsql;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Trials;
using Sms.EventStore;

namespace Sms.AutoReply.UseCases;

/// <summary>The frozen cases, run together.</summary>
public sealed class FrozenCases(IEventStore store, NpgsqlDataSource database)
{
    /// <summary>Every text of a label's cases that would come out differently.</summary>
    public async Task<IReadOnlyList<CaseBreak>> Breaks(string label, CompiledRules rules, CancellationToken ct)
    {
        var breaks = new List<CaseBreak>();
        foreach (var id in await database.Query($"select id from cases where label = {label} order by at, id", r => r.GetGuid(0), ct))
            breaks.AddRange((await store.Load(FrozenCase.Stream, id, ct)).State.Breaks(rules));
        return breaks;
    }
}
