using Npgsql;
using Sms.AutoReply.Rules;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.AutoReply.Views;

/// <summary>What came of the rules for one text.</summary>
/// <param name="SmsId">The text.</param>
/// <param name="At">When the rules were tried.</param>
/// <param name="Outcome"><c>answered</c>, <c>no-rule-matched</c> or <c>withheld</c>.</param>
/// <param name="Rule">The rule that answered, or would have.</param>
/// <param name="Why">Why the answer was withheld.</param>
/// <param name="Number">Who was answered.</param>
/// <param name="Reply">What the rule said. Whether it left is for Outbound to tell.</param>
public sealed record RecentAnswer(
    Guid SmsId, DateTimeOffset At, string Outcome, string? Rule, string? Why, string? Number, string? Reply);

public sealed class RecentAnswers : IView
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/answers", List);

    public IReadOnlyList<string> Tables => ["answers"];

    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
        {
            if (fact.Data is AnswerEvent.SmsAnswered a)
                Enter(fact.At, a.SmsId, "answered", a.RuleName, null, a.To, a.Text);
            if (fact.Data is AnswerEvent.NoRuleMatched n)
                Enter(fact.At, n.SmsId, "no-rule-matched", null, null, null, null);
            if (fact.Data is AnswerEvent.AnswerWithheld w)
                Enter(fact.At, w.SmsId, "withheld", w.RuleName, w.Why, null, null);
        }

        void Enter(DateTimeOffset at, Guid smsId, string outcome, string? rule, string? why, string? number, string? reply) =>
            write.Add($"""
                insert into answers (sms_id, at, outcome, rule, why, number, reply)
                values ({smsId}, {at}, {outcome}, {rule}, {why}, {number}, {reply})
                """);
    }

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
                r.GetGuid(0), r.GetFieldValue<DateTimeOffset>(1), r.GetString(2), Text(r, 3), Text(r, 4), Text(r, 5), Text(r, 6)),
            ct);
        return rows.ToPage(size, row => new Cursor(row.At, row.SmsId).ToString());
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
