using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.AutoReply.People;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Trials;
using Sms.AutoReply.Views;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>
/// Somebody who writes rules sees at once what they would have made of the latest texts. It is no trial: a draft is not armed by
/// it, and every text is ruled as in the shadow, on what the rules in force have done for the person.
/// </summary>
public static class TryOnLatestTexts
{
    private const int UsualTexts = 20, MostTexts = 100;

    /// <summary>A text, and what a draft makes of it.</summary>
    /// <param name="SmsId">The text.</param>
    /// <param name="ReceivedAt">When it came.</param>
    /// <param name="Number">Who texted.</param>
    /// <param name="Text">What they said.</param>
    /// <param name="Before">What came of it.</param>
    /// <param name="After">What would come of it.</param>
    /// <param name="Tried">The rules whose words stand in it, in order, and <c>matched</c> or why they did not.</param>
    public sealed record Ruled(
        Guid SmsId, DateTimeOffset ReceivedAt, string Number, string Text, Summary Before, Summary After, IReadOnlyList<TriedRule> Tried);

    /// <summary><c>POST /rules/check</c> and <c>POST /rules/try?label=&amp;texts=</c> with a rule set, in JSON or YAML.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/rules/check", Check).Accepts<RuleSet>("application/json", "application/yaml").RequireAuthorization(Roles.Admin)
            .WithName("CheckRules").WithSummary("Reads a rule set, and says what is wrong with it, or gives it as JSON").Produces<RuleSet>();
        api.MapPost("/rules/try", Try).Accepts<RuleSet>("application/json", "application/yaml").RequireAuthorization(Roles.Admin)
            .WithName("TryRulesOnLatestTexts").WithSummary("What a draft would have made of the latest texts, newest first");
    }

    private static async Task<Results<ContentHttpResult, ValidationProblem, ProblemHttpResult>> Check(HttpContext http, WebhookCalls webhooks, CancellationToken ct)
    {
        var (draft, refusal) = await Read(http, ct);
        if (draft is null)
            return refusal is ValidationProblem invalid ? invalid : (ProblemHttpResult)refusal!;
        return webhooks.Faults(draft) is { Count: > 0 } faults
            ? Problems.Invalid(faults)
            : TypedResults.Text(JsonSerializer.Serialize(draft, RuleSetBody.Json), "application/json");
    }

    private static async Task<Results<Ok<IReadOnlyList<Ruled>>, ValidationProblem, ProblemHttpResult>> Try(
        HttpContext http, NpgsqlDataSource database, EventLog log, CancellationToken ct, string label = RuleSet.Default, int texts = UsualTexts)
    {
        if (!RuleSets.IsLabel(label))
            return Problems.Invalid("label", "must be 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit");
        if (texts is < 1 or > MostTexts)
            return Problems.Invalid("texts", $"must be 1 to {MostTexts}");
        var (draft, refusal) = await Read(http, ct);
        if (draft is null)
            return refusal is ValidationProblem invalid ? invalid : (ProblemHttpResult)refusal!;

        var rules = new CompiledRules(draft);
        var ruled = new List<Ruled>();
        foreach (var (sms, seen, was, person, version) in await Latest(database, label, texts, ct))
        {
            var history = await log.StateAt(Person.Stream.StreamId(person.ToString()), Person.Stream.Name, version, ct) is Person then ? then.History : AutomationHistory.None;
            var ruling = AnswerDecider.Decide(rules, sms, seen, history);
            ruled.Add(new Ruled(sms.SmsId, sms.At, sms.From.Value, sms.Text, Summary.Read(was), Summary.Read(Summary.Of(ruling)), ruling.Tried));
        }
        return TypedResults.Ok<IReadOnlyList<Ruled>>(ruled);
    }

    private static async Task<(RuleSet? Draft, IResult? Refusal)> Read(HttpContext http, CancellationToken ct)
    {
        if (!RuleSetBody.IsReadable(http.Request))
            return (null, TypedResults.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType, title: "A rule set is JSON or YAML"));
        var (draft, faults) = await RuleSetBody.Read(http.Request, ct);
        return faults.Count > 0 ? (null, Problems.Invalid(faults)) : (draft, null);
    }

    private static Task<List<(ReceivedSms Sms, Circumstances Seen, string Was, Guid Person, long PersonVersion)>> Latest(
        NpgsqlDataSource database, string label, int texts, CancellationToken ct) => database.Query(
        $"""
        select sms_id, endpoint, number, our_number, text, received_at, ref, tenant_name, device_id, seen, summary, person, person_version
        from answers where person is not null and label = {label} order by received_at desc, sms_id limit {texts}
        """,
        r => (
            new ReceivedSms(
                r.GetGuid(0), r.GetString(1), PhoneNumber.Parse(r.GetString(2)), PhoneNumber.Parse(r.GetString(3)), r.GetString(4),
                r.GetFieldValue<DateTimeOffset>(5), r.TextOf(6), r.TextOf(7), r.TextOf(8)),
            JsonSerializer.Deserialize<Circumstances>(r.GetString(9), EventJson.Options)!, r.GetString(10), r.GetGuid(11), r.GetInt64(12)), ct);
}
