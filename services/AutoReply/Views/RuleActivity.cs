using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.AutoReply.Views;

/// <summary>How often a rule has done something lately.</summary>
/// <param name="Rule">Its name; <c>(default reply)</c> for that.</param>
/// <param name="Texts">To how many texts.</param>
/// <param name="Latest">To the latest of them.</param>
public sealed record RuleActivity(string Rule, long Texts, DateTimeOffset Latest)
{
    private const int UsualDays = 7, MostDays = 90;

    /// <summary><c>GET /rule-sets/{label}/activity?days=</c>, 1 to 90 days before now, 7 unless said.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/rule-sets/{label}/activity", List)
        .WithName("ListRuleActivity").WithSummary("How often each rule of a label has done something lately, the busiest first");

    private static async Task<Results<Ok<List<RuleActivity>>, ValidationProblem>> List(
        string label, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct, int days = UsualDays)
    {
        if (days is < 1 or > MostDays)
            return Problems.Invalid("days", $"must be 1 to {MostDays}");
        return TypedResults.Ok(await database.Query(
            $"""
            select one.rule, count(*), max(received_at)
            from answers cross join lateral unnest(string_to_array(rule, {"\n"})) as one (rule)
            where person is not null and label = {label} and received_at > {clock.GetUtcNow().AddDays(-days)} and answers.rule is not null
            group by one.rule order by 2 desc, 1
            """,
            r => new RuleActivity(r.GetString(0), r.GetInt64(1), r.GetFieldValue<DateTimeOffset>(2)), ct));
    }
}
