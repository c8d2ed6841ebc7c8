using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sms.Console.Pages.Inbox;
using Sms.ServiceHost;
using static Sms.Console.Pages.Fields;

namespace Sms.Console.Pages.Policies;

/// <summary>What the forms of ticket policies, business hours and agents ask of Helpdesk.</summary>
public static class PolicyForms
{
    private const string Service = "helpdesk", Policies = "/desk/policies", Calendars = "/desk/calendars";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var desk = app.MapGroup("/desk").ForForms(Roles.Admin);
        desk.MapPost("/policies/set", SetPolicy);
        desk.MapPost("/policies/remove", (IFormCollection form, OnBehalf behalf, IStringLocalizer<PolicyWords> words) => Ask(
            form, behalf, words, HttpMethod.Delete, $"/policies/{form["endpoint"]}", null, "desk.remove-policy", form["endpoint"], Policies, "said.policy.removed"));
        desk.MapPost("/calendars/set", SetCalendar);
        desk.MapPost("/calendars/remove", (IFormCollection form, OnBehalf behalf, IStringLocalizer<PolicyWords> words) => Ask(
            form, behalf, words, HttpMethod.Delete, $"/calendars/{form["name"]}", null, "desk.remove-calendar", form["name"], Calendars, "said.calendar.removed"));
        desk.MapPost("/agents/away", ([FromForm] string? agent, [FromForm] bool away, OnBehalf behalf, IStringLocalizer<PolicyWords> words) => behalf.Ask(
            HttpMethod.Put, Service, $"/agents/{agent}", new { away }, "desk.agent-away", agent, "/desk/agents", words[away ? "said.away" : "said.back", Actors.Name(agent)]));
    }

    /// <summary>The name of the field with one target.</summary>
    public static string TargetField(string priority, string metric) => $"targets.{priority}.{metric}";

    /// <summary>The name of the field with the hours of a day.</summary>
    public static string DayField(DayOfWeek day) => $"week.{WeekHours.Name(day)}";

    private static Task<IResult> SetPolicy(IFormCollection form, OnBehalf behalf, IStringLocalizer<PolicyWords> words)
    {
        var faults = new Dictionary<string, string[]>();
        var policy = new TicketPolicy(
            Whole("reopenMinutes", 60), form["keepOwner"] == "true", form["consentTexts"].ToString(), form["answeredTexts"].ToString(), Whole("waitSeconds", 1), Whole("idleHours", 3_600),
            form["assignment"].ToString(), Said(form["team"]), Said(form["calendar"]),
            [.. ListChoice.Priorities.Select(priority => new TicketPolicy.Target(priority, Target(priority, 0), Target(priority, 1), Target(priority, 2)))
                .Where(target => (target.FirstReplyMinutes ?? target.NextReplyMinutes ?? target.ResolutionMinutes) is not null)]);
        if (Said(form["endpoint"]) is null)
            faults["endpoint"] = [words["fault.endpoint"]];
        return faults.Count > 0
            ? Task.FromResult(Refuse(behalf, words, Wrong(faults)))
            : Ask(form, behalf, words, HttpMethod.Put, $"/policies/{Said(form["endpoint"])}", policy, "desk.set-policy", Said(form["endpoint"]), Policies, "said.saved");

        int? Target(string priority, int metric) =>
            Said(form[TargetField(priority, TicketPolicy.Metrics[metric])]) is null ? null : Whole(TargetField(priority, TicketPolicy.Metrics[metric]), 60, "hour");

        int Whole(string field, int unit, string largest = "day")
        {
            var seconds = Durations.Seconds(words, form[field], largest);
            if (seconds is null)
                faults[field] = [words[$"fault.up-to-{largest}"]];
            else if (seconds % unit != 0)
                faults[field] = [words[unit == 60 ? "fault.whole-minutes" : "fault.whole-hours"]];
            return (int)Math.Min((seconds ?? 0) / unit, int.MaxValue);
        }
    }

    private static Task<IResult> SetCalendar(IFormCollection form, OnBehalf behalf, IStringLocalizer<PolicyWords> words) => Said(form["name"]) is not { } name
        ? Task.FromResult(Refuse(behalf, words, Wrong(new() { ["name"] = [words["fault.name"]] })))
        : Ask(
            form, behalf, words, HttpMethod.Put, $"/calendars/{name}",
            new BusinessCalendar(
                form["zone"].ToString().Trim(), [.. WeekHours.Days.SelectMany(day => WeekHours.Read(day, form[DayField(day)]))],
                [.. form["holidays"].ToString().Split((char[])['\n', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)]),
            "desk.set-calendar", name, Calendars, "said.saved");

    private static async Task<IResult> Ask(
        IFormCollection form, OnBehalf behalf, IStringLocalizer<PolicyWords> words, HttpMethod method, ApiPath path, object? body, string what, string? subject, string then, string said)
    {
        var answer = await behalf.Change(method, Service, path, body, what, subject);
        return answer.Problem switch
        {
            null => behalf.Go(then, words[said]),
            { Status: StatusCodes.Status412PreconditionFailed } => behalf.Refuse(answer.Problem with { Detail = words[form[OnBehalf.VersionField] == "0" ? "fault.exists" : "fault.changed"] }),
            _ => Refuse(behalf, words, answer.Problem),
        };
    }

    // Fields are called here as on the page, for who has no script that says it beside them.
    private static IResult Refuse(OnBehalf behalf, IStringLocalizer<PolicyWords> words, Problem problem)
    {
        return behalf.Refuse(problem.Errors is not { Count: > 0 } errors ? problem
            : problem with { Detail = string.Join(' ', errors.Select(error => words["fault.field", Called(error.Key), string.Join(' ', error.Value)].Value)) });

        string Called(string field) => field.Split('.') switch
        {
            ["targets", var priority, var metric] => words["field.target", words[$"priority.{priority}"], words[$"metric.{metric}"]],
            ["week", var day] when Enum.TryParse<DayOfWeek>(day, ignoreCase: true, out var weekday) => WeekHours.Spoken(weekday),
            _ => words[$"field.{field}"],
        };
    }

    private static Problem Wrong(Dictionary<string, string[]> faults) => new("console", StatusCodes.Status400BadRequest, "", faults);
}
