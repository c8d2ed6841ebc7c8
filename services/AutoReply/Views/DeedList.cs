using Npgsql;
using Sms.AutoReply.Deeds;
using Sms.AutoReply.Rules;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.AutoReply.Views;

/// <summary>What rules want done later or outside: webhook calls, e-mails, delayed replies; what is due, and what became of it.</summary>
public sealed class DeedList : IView
{
    /// <summary>A deed.</summary>
    /// <param name="Id">Its id; a webhook's and an e-mail's recipient can tell repetitions by it.</param>
    /// <param name="SmsId">The text it is for.</param>
    /// <param name="Kind"><c>reply</c>, <c>webhook</c> or <c>email</c>.</param>
    /// <param name="Rule">The rule that wants it.</param>
    /// <param name="State"><c>waiting</c>, <c>done</c>, <c>dropped</c> (a person answered first) or <c>given-up</c>.</param>
    /// <param name="NextAt">When it is looked at next.</param>
    /// <param name="Attempts">How often it was begun.</param>
    /// <param name="Why">What went wrong last, or why it was dropped.</param>
    /// <param name="At">When it was decided.</param>
    public sealed record Row(Guid Id, Guid SmsId, string Kind, string Rule, string State, DateTimeOffset NextAt, int Attempts, string? Why, DateTimeOffset At);

    /// <summary><c>GET /deeds</c>, newest first, <c>?state=</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/deeds", List)
        .WithName("ListDeeds").WithSummary("Webhook calls, e-mails and delayed replies, newest first");

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["deeds"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
        {
            switch (fact.Data)
            {
                case AnswerEvent.SmsRuled ruled:
                    foreach (var deed in ruled.Ruling.Deeds.Where(deed => deed.Do is RuleAction.CallsWebhook or RuleAction.SendsEmail || deed.AfterSeconds > 0))
                        write.Add($"""
                            insert into deeds (id, sms_id, kind, rule, state, next_at, attempts, at)
                            values ({deed.Id}, {ruled.SmsId}, {deed.Do}, {deed.Rule}, 'waiting', {ruled.ReceivedAt.AddSeconds(deed.AfterSeconds)}, 0, {fact.At})
                            """);
                    break;
                case DeedEvent.Begun e:
                    write.Add($"update deeds set attempts = {e.Attempt}, next_at = {e.Until} where id = {e.DeedId}");
                    break;
                case DeedEvent.AttemptFailed e:
                    write.Add($"update deeds set next_at = {e.NextAt}, why = {e.Why} where id = {e.DeedId}");
                    break;
                case DeedEvent.Done e:
                    write.Add($"update deeds set state = 'done', why = null where id = {e.DeedId}");
                    break;
                case DeedEvent.ReplyDue e:
                    write.Add($"update deeds set state = 'done' where id = {e.DeedId}");
                    break;
                case DeedEvent.ReplyDropped e:
                    write.Add($"update deeds set state = 'dropped', why = {e.Why} where id = {e.DeedId}");
                    break;
                case DeedEvent.GivenUp e:
                    write.Add($"update deeds set state = 'given-up', why = {e.Why} where id = {e.DeedId}");
                    break;
            }
        }
    }

    /// <summary>What is due, the longest overdue first.</summary>
    public static Task<List<(Guid Id, Guid SmsId)>> Due(NpgsqlDataSource database, DateTimeOffset now, int most, CancellationToken ct) => database.Query(
        $"select id, sms_id from deeds where state = 'waiting' and next_at <= {now} order by next_at limit {most}", r => (r.GetGuid(0), r.GetGuid(1)), ct);

    private static async Task<Page<Row>> List(Cursor? after, int? limit, string? state, NpgsqlDataSource database, CancellationToken ct)
    {
        var (size, (at, id)) = (Paging.Size(limit), after ?? Cursor.Latest);
        var rows = await database.Query(
            $"""
            select id, sms_id, kind, rule, state, next_at, attempts, why, at from deeds
            where (at, id) < ({at}, {id}) and ({state}::text is null or state = {state})
            order by at desc, id desc limit {size + 1}
            """,
            r => new Row(
                r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetFieldValue<DateTimeOffset>(5), r.GetInt32(6), r.TextOf(7),
                r.GetFieldValue<DateTimeOffset>(8)), ct);
        return rows.ToPage(size, row => new Cursor(row.At, row.Id).ToString());
    }
}
