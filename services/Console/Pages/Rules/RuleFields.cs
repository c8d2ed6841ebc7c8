using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;

namespace Sms.Console.Pages.Rules;

/// <summary>
/// A rule as the fields of a form, which have the names that AutoReply's problems give them: <c>only.tags</c>,
/// <c>actions[0].text</c>. Lists are a line, or a comma, for each value.
/// </summary>
public sealed partial class RuleFields
{
    /// <summary>The days, as the API writes them.</summary>
    public static readonly IReadOnlyList<string> Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>How many actions a rule may have, and times of the week.</summary>
    public const int MostActions = 10, MostHours = 50;

    private readonly IFormCollection _form;
    // Where an action or a time was left empty, the others have another number in the rule than in the form.
    private readonly List<int> _actions = [], _hours = [];

    private RuleFields(IFormCollection form) => _form = form;

    /// <summary>Reads a form.</summary>
    /// <param name="form">The form.</param>
    /// <param name="before">The rule as it was: what the form does not show stays.</param>
    /// <returns>The rule, and what tells by which field each of its problems is fixed.</returns>
    public static (Rule Rule, RuleFields Fields) Read(IFormCollection form, Rule before)
    {
        var fields = new RuleFields(form);
        var match = fields.Text("match");
        return (before with
        {
            Name = fields.Text("name"),
            Enabled = fields.Is("enabled"),
            Match = match,
            Words = match == "any" ? [] : Lines(form["words"]),
            CaseCounts = fields.Is("caseCounts"),
            AccentsCount = fields.Is("accentsCount"),
            PunctuationCounts = fields.Is("punctuationCounts"),
            Only = fields.ReadOnly(before.Only),
            Continue = fields.Is("continue"),
            CooldownMinutes = fields.Number("cooldownMinutes"),
            Reply = fields.Maybe("reply"),
            Actions = [.. fields.ReadActions()],
        }, fields);
    }

    /// <summary>A rule as the form shows it: an answer at once is the answer, however it was written.</summary>
    public static Rule Shown(Rule rule) => rule is { Reply: null, Actions: [{ Do: "reply", AfterSeconds: 0 } first, ..] }
        ? rule with { Reply = first.Text, Actions = [.. rule.Actions.Skip(1)] } : rule;

    /// <summary>Problems of a rule set by the fields of this form; those of other rules stay as they are.</summary>
    /// <param name="problem">What AutoReply said.</param>
    /// <param name="place">The rule's place in the set.</param>
    public Problem Here(Problem problem, int place)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"rules[{place}].");
        var errors = (problem.Errors ?? new Dictionary<string, string[]>())
            .Select(error => error.Key.StartsWith(at, StringComparison.Ordinal)
                ? (Field: Field(error.Key[at.Length..]), Faults: error.Value.Select(fault => Word(error.Key[at.Length..]) + Sentence(fault)))
                : (Field: error.Key, Faults: error.Value.Select(fault => $"{error.Key}: {fault}.")))
            .GroupBy(error => error.Field).ToDictionary(group => group.Key, group => group.SelectMany(error => error.Faults).Distinct().ToArray());
        return problem with { Errors = errors, Detail = errors.Count == 0 ? problem.Detail : string.Join(" ", errors.SelectMany(error => error.Value).Distinct()) };
    }

    private string Field(string path) => path.StartsWith("words[", StringComparison.Ordinal) ? "words"
        : Numbered().Match(path) is { Success: true } found
          && (found.Groups["list"].Value == "actions" ? _actions : _hours) is var places
          && int.Parse(found.Groups["no"].Value, CultureInfo.InvariantCulture) is var no && no < places.Count
            ? string.Create(CultureInfo.InvariantCulture, $"{found.Groups["list"].Value}[{places[no]}]{(found.Groups["rest"].Value is { Length: > 0 } rest ? rest : found.Groups["list"].Value == "actions" ? ".do" : ".from")}")
            : path;

    // Which of the words it is about: they stand in one field.
    private string Word(string path) => OneWord().Match(path) is { Success: true } found
        && Lines(_form["words"]) is var words && int.Parse(found.Groups["no"].Value, CultureInfo.InvariantCulture) is var no && no < words.Count ? $"“{words[no]}”: " : "";

    private static string Sentence(string fault) => fault.Length == 0 ? fault : $"{char.ToUpperInvariant(fault[0])}{fault[1..]}.";

    private Only? ReadOnly(Only? before)
    {
        var only = (before ?? new Only()) with
        {
            From = Values("only.from"), OurNumbers = Values("only.ourNumbers"), Endpoints = Values("only.endpoints"), Tags = Values("only.tags"),
            Languages = Values("only.languages"), ContactKnown = Either("only.contactKnown"), HasOpenTicket = Either("only.hasOpenTicket"),
            FirstContact = Is("only.firstContact"), FirstDay = Maybe("only.firstDay"), LastDay = Maybe("only.lastDay"), Hours = ReadHours(),
        };
        return JsonSerializer.Serialize(only, RuleSet.Json) == JsonSerializer.Serialize(new Only(), RuleSet.Json) ? null : only;
    }

    private Hours? ReadHours()
    {
        var open = new List<Open>();
        for (var no = 0; no < MostHours; no++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"only.hours.open[{no}]");
            var (days, from, to) = (_form[$"{at}.days"], Text($"{at}.from"), Text($"{at}.to"));
            if (days.Count == 0 && from.Length == 0 && to.Length == 0)
                continue;
            _hours.Add(no);
            open.Add(new Open([.. Days.Where(day => days.Contains(day))], from, to));
        }
        return open.Count == 0 ? null : new Hours { Open = open, TimeZone = Maybe("only.hours.timeZone"), Calendar = Maybe("only.hours.calendar"), Closed = Is("only.hours.closed") };
    }

    private IEnumerable<RuleAction> ReadActions()
    {
        for (var no = 0; no < MostActions; no++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"actions[{no}]");
            var kind = Text($"{at}.do");
            if (kind.Length == 0)
                continue;
            _actions.Add(no);
            var isTicket = kind is "ticket" or "hand-over";
            yield return new RuleAction
            {
                Do = kind,
                Text = kind is "reply" or "email" ? Maybe($"{at}.text") : null,
                AfterSeconds = kind == "reply" ? Number($"{at}.afterSeconds") : 0,
                Url = kind == "webhook" ? Maybe($"{at}.url") : null,
                To = kind == "email" ? Maybe($"{at}.to") : null,
                Subject = kind == "email" ? Maybe($"{at}.subject") : null,
                Tag = kind == "tag" ? Maybe($"{at}.tag") : null,
                Priority = isTicket ? Maybe($"{at}.priority") : null,
                Assignee = isTicket && Maybe($"{at}.assignee") is { } who ? who.Contains(':', StringComparison.Ordinal) ? who : $"operator:{who}" : null,
                Team = isTicket ? Maybe($"{at}.team") : null,
                Note = isTicket ? Maybe($"{at}.note") : null,
            };
        }
    }

    /// <summary>A value for each line.</summary>
    public static IReadOnlyList<string> Lines(StringValues text) => [.. text.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private IReadOnlyList<string> Values(string field) => [.. _form[field].ToString().Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private string Text(string field) => _form[field].ToString().Trim();

    private string? Maybe(string field) => _form[field].ToString().ReplaceLineEndings("\n").Trim() is { Length: > 0 } text ? text : null;

    private bool Is(string field) => _form[field].Contains("true");

    private bool? Either(string field) => Text(field) switch { "true" => true, "false" => false, _ => null };

    // What is no number is refused by AutoReply, as what is none that it takes.
    private int Number(string field) => Text(field) is { Length: > 0 } text ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : -1 : 0;

    [GeneratedRegex(@"^(?<list>actions|only\.hours\.open)\[(?<no>\d+)\](?<rest>.*)$")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^words\[(?<no>\d+)\]$")]
    private static partial Regex OneWord();
}
