using Npgsql;
using Sms.AutoReply.Trials;
using Sms.EventStore;

namespace Sms.AutoReply.Views;

/// <summary>The frozen cases.</summary>
public sealed class CaseList : IView
{
    /// <summary>A case. Its texts are in its stream, <c>GET /streams/case-{id}/…</c>.</summary>
    public sealed record Row(Guid Id, string Label, string Name, int Texts, string By, DateTimeOffset At);

    /// <summary><c>GET /cases</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/cases", (NpgsqlDataSource database, CancellationToken ct) => database.Query(
            $"select id, label, name, texts, by, at from cases order by label, at, id",
            r => new Row(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.GetString(4), r.GetFieldValue<DateTimeOffset>(5)), ct))
        .WithName("ListCases").WithSummary("The frozen cases that every rule set is tried on");

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["cases"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
        {
            var id = fact.Data is CaseEvent ? Guid.Parse(fact.StreamId[(FrozenCase.Stream.Name.Length + 1)..]) : default;
            if (fact.Data is CaseEvent.Frozen f)
                write.Add($"insert into cases (id, label, name, texts, by, at) values ({id}, {f.Label}, {f.Name}, {f.Texts.Count}, {f.By}, {fact.At})");
            if (fact.Data is CaseEvent.Thawed)
                write.Add($"delete from cases where id = {id}");
        }
    }
}
