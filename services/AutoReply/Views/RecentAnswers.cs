using System.Text.Json;
using Npgsql;
using Sms.AutoReply.People;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Trials;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.AutoReply.Views;

/// <summary>What came of the rules for one text.</summary>
/// <param name="SmsId">The text.</param>
/// <param name="At">When the rules were tried.</param>
/// <param name="Outcome"><c>answered</c>, <c>acted</c>, <c>handed-over</c> or <c>none</c>; of texts ruled by an earlier version also <c>no-rule-matched</c> and <c>withheld</c>.</param>
/// <param name="Rule">The rules that did something, one per line.</param>
/// <param name="Why">Why no reply was asked for, where a rule wanted one, or why none was tried.</param>
/// <param name="Number">Who texted.</param>
/// <param name="Reply">What the rules said, one reply per line. Whether it left is for Outbound to tell.</param>
public sealed record RecentAnswer(
    Guid SmsId, DateTimeOffset At, string Outcome, string? Rule, string? Why, string? Number, string? Reply);

/// <summary>The rulings, newest first.</summary>
public sealed class RecentAnswers : IView
{
    /// <summary><c>GET /answers</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/answers", List)
        .WithName("ListAnswers").WithSummary("What came of the rules for each text, newest first");

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["answers", "our_numbers", "pauses"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
        {
            if (fact.Data is AnswerEvent.SmsRuled ruled)
                Enter(fact, ruled, write);
            if (fact.Data is AnswerEvent.SmsAnswered a)
                EnterEarlier(fact.At, a.SmsId, "answered", a.RuleName, null, a.To, a.Text);
            if (fact.Data is AnswerEvent.NoRuleMatched n)
                EnterEarlier(fact.At, n.SmsId, "no-rule-matched", null, null, null, null);
            if (fact.Data is AnswerEvent.AnswerWithheld w)
                EnterEarlier(fact.At, w.SmsId, "withheld", w.RuleName, w.Why, null, null);
            if (fact.Data is PersonEvent.AutomationPaused p)
                Pause(fact, p.OurNumber, true, p.By, p.At);
            if (fact.Data is PersonEvent.AutomationResumed r)
                Pause(fact, r.OurNumber, false, r.By, r.At);
        }

        void EnterEarlier(DateTimeOffset at, Guid smsId, string outcome, string? rule, string? why, string? number, string? reply) =>
            write.Add($"""
                insert into answers (sms_id, at, outcome, rule, why, number, reply)
                values ({smsId}, {at}, {outcome}, {rule}, {why}, {number}, {reply})
                """);

        void Pause(StoredEvent fact, string ourNumber, bool paused, string by, DateTimeOffset at) =>
            write.Add($"""
                insert into pauses (person, person_version, our_number, paused, by, at)
                values ({Guid.Parse(fact.StreamId[(Person.Stream.Name.Length + 1)..])}, {fact.Version}, {ourNumber}, {paused}, {by}, {at})
                """);
    }

    private static void Enter(StoredEvent fact, AnswerEvent.SmsRuled ruled, ViewWrites write)
    {
        var replies = ruled.Ruling.Deeds.Where(deed => deed.Do == RuleAction.Replies).ToList();
        write.Add($"""
            insert into answers (
                sms_id, at, outcome, rule, why, number, reply, person, person_version, label, version, endpoint, our_number, text, received_at,
                ref, tenant_name, device_id, seen, summary, replies, shadow_version, shadow_outcome, shadow_differs)
            values (
                {ruled.SmsId}, {fact.At}, {ruled.Ruling.Outcome}, {Lines(ruled.Ruling.Rules)}, {ruled.Ruling.Withheld}, {ruled.From},
                {Lines([.. replies.Select(reply => reply.Text!)])}, {ruled.Person}, {ruled.PersonVersion}, {ruled.Label}, {ruled.RuleSetVersion},
                {ruled.Endpoint}, {ruled.To}, {ruled.Text}, {ruled.ReceivedAt}, {ruled.Ref}, {ruled.TenantName}, {ruled.DeviceId},
                {JsonSerializer.Serialize(ruled.Seen, EventJson.Options)}, {Summary.Of(ruled.Ruling)}, {replies.Count},
                {ruled.Shadow?.Version}, {ruled.Shadow?.Ruling.Outcome}, {ruled.Shadow?.Differs})
            """);
        write.Add($"insert into our_numbers (number) values ({ruled.To}) on conflict do nothing");
    }

    private static string? Lines(IReadOnlyList<string> parts) => parts.Count == 0 ? null : string.Join('\n', parts);

    private static async Task<Page<RecentAnswer>> List(
        Cursor? after, int? limit, NpgsqlDataSource database, CancellationToken ct)
    {
        var (size, (at, id)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var rows = await database.Query($"""
            select sms_id, at, outcome, rule, why, number, reply
            from answers
            where (at, sms_id) < ({at}, {id})
            order by at desc, sms_id desc
            limit {size + 1}
            """,
            r => new RecentAnswer(
                r.GetGuid(0), r.GetFieldValue<DateTimeOffset>(1), r.GetString(2), r.TextOf(3), r.TextOf(4), r.TextOf(5), r.TextOf(6)),
            ct);
        return rows.ToPage(size, row => new Cursor(row.At, row.SmsId).ToString());
    }
}

internal static class Rows
{
    /// <summary>A text, or null.</summary>
    public static string? TextOf(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>A moment, or null.</summary>
    public static DateTimeOffset? MomentOf(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    /// <summary>Runs a query whose rows are too many to be held at once.</summary>
    public static async IAsyncEnumerable<T> Stream<T>(
        this NpgsqlDataSource database, Sql sql, Func<NpgsqlDataReader, T> row, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql.Text);
        command.CommandTimeout = 600; // seconds: to sort a year of texts
        foreach (var value in sql.Values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return row(reader);
    }
}
