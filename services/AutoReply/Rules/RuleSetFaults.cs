using System.Globalization;
using Sms.ConsentWords;

namespace Sms.AutoReply.Rules;

/// <summary>What is wrong with a rule set, so that nothing is put in force that would be in nobody's mind, or could not be run safely.</summary>
public static class RuleSetFaults
{
    private const int MostRules = 10_000, LongestName = 100, MostWords = 100, LongestWord = 160, LongestReply = 1600, MostActions = 10;
    private const string NoNul = "must not contain the character U+0000";

    private static readonly string[] Priorities = ["low", "normal", "high", "urgent"];

    /// <summary>Everything that is wrong, by field: <c>rules[2].words[0]</c>. Empty when it can be put in force.</summary>
    public static Dictionary<string, string[]> Of(RuleSet ruleSet)
    {
        var faults = new Dictionary<string, string[]>();
        foreach (var (field, fault) in All(ruleSet))
            faults[field] = faults.TryGetValue(field, out var others) ? [.. others, fault] : [fault];
        return faults;
    }

    private static IEnumerable<(string Field, string Fault)> All(RuleSet ruleSet)
    {
        if (!IsZone(ruleSet.TimeZone))
            yield return ("timeZone", "must be an IANA time zone such as Europe/Berlin");
        if (ruleSet.Languages.Count == 0 || ruleSet.Languages.Any(code => LanguagePacks.Find(code) is null))
            yield return ("languages", $"must be some of {string.Join(", ", LanguagePacks.All.Select(pack => pack.Code))}");
        if (ruleSet.DefaultReply is { } reply && TextFault(reply, LongestReply) is { } replyFault)
            yield return ("defaultReply", replyFault);
        if (ruleSet.DefaultReplyCooldownMinutes is < 0 or > 43_200)
            yield return ("defaultReplyCooldownMinutes", "must be 0 to 43200");
        foreach (var fault in Calendars(ruleSet.Calendars).Concat(LimitFaults(ruleSet.Limits)))
            yield return fault;

        if (ruleSet.Rules.Count > MostRules)
        {
            yield return ("rules", $"must not have more than {MostRules} rules");
            yield break;
        }
        var names = new Dictionary<string, int>();
        for (var no = 0; no < ruleSet.Rules.Count; no++)
        {
            var at = $"rules[{no}]";
            if (ruleSet.Rules[no] is not { } rule)
            {
                yield return (at, "must be a rule");
                continue;
            }
            foreach (var fault in RuleFaults(rule, ruleSet, at))
                yield return fault;
            if (!names.TryAdd(FoldedText.Of(rule.Name), no) && rule.Name.Length > 0)
                yield return ($"{at}.name", $"is the name of rules[{names[FoldedText.Of(rule.Name)]}] too");
        }
    }

    private static IEnumerable<(string, string)> RuleFaults(Rule rule, RuleSet ruleSet, string at)
    {
        if (string.IsNullOrWhiteSpace(rule.Name))
            yield return ($"{at}.name", "must not be empty");
        else if (rule.Name.Length > LongestName)
            yield return ($"{at}.name", $"must not be longer than {LongestName} characters");
        else if (rule.Name.Any(char.IsControl))
            yield return ($"{at}.name", "must not contain control characters");
        if (rule.CooldownMinutes is < 0 or > 43_200)
            yield return ($"{at}.cooldownMinutes", "must be 0 to 43200");
        foreach (var fault in WordFaults(rule, ruleSet.Languages, at).Concat(FilterFaults(rule.Only, ruleSet, $"{at}.only")))
            yield return fault;

        if (rule.Reply is { } reply && TextFault(reply, LongestReply) is { } replyFault)
            yield return ($"{at}.reply", replyFault);
        else if (rule.Reply is null && rule.Actions.Count == 0)
            yield return ($"{at}.reply", "must not be empty where there are no actions");
        if (rule.Actions.Count > MostActions)
            yield return ($"{at}.actions", $"must not be more than {MostActions}");
        for (var no = 0; no < rule.Actions.Count; no++)
            foreach (var (field, fault) in rule.Actions[no] is { } action ? ActionFaults(action) : [("", "must be an action")])
                yield return (field.Length == 0 ? $"{at}.actions[{no}]" : $"{at}.actions[{no}].{field}", fault);
    }

    private static IEnumerable<(string, string)> WordFaults(Rule rule, IReadOnlyList<string> languages, string at)
    {
        if (!Match.All.Contains(rule.Match))
            yield return ($"{at}.match", $"must be {string.Join(", ", Match.All.SkipLast(1))} or {Match.All[^1]}");
        if (rule.Match == Match.Any && rule.Words.Count > 0)
            yield return ($"{at}.words", "must be left out of a rule that matches any text");
        else if (rule.Match != Match.Any && rule.Words.Count == 0)
            yield return ($"{at}.words", "must not be empty");
        else if (rule.Words.Count > MostWords)
            yield return ($"{at}.words", $"must not be more than {MostWords}");
        else
            for (var no = 0; no < rule.Words.Count; no++)
                if ((rule.Match == Match.Regex ? PatternFault(rule.Words[no], rule, languages) : WordFault(rule.Words[no], rule, languages)) is { } fault)
                    yield return ($"{at}.words[{no}]", fault);
    }

    private static string? WordFault(string? word, Rule rule, IReadOnlyList<string> languages) =>
        word is null || FoldedText.Of(word, new Differences(rule.CaseCounts, rule.AccentsCount, rule.PunctuationCounts)).Length == 0 ? "must not be empty"
        : word.Length > LongestWord ? $"must not be longer than {LongestWord} characters"
        : word.Contains('\0', StringComparison.Ordinal) ? NoNul
        : word.StartsWith('@') && word.Length > 1 && char.IsLetter(word[1]) && !EverydayWords.Names.Contains(word)
            ? $"is no list of words; there are {string.Join(", ", EverydayWords.Names)}"
        : ReservedWords.ClashWith(word, languages) is { } clash ? Reserved(clash)
        : null;

    private static string? PatternFault(string? pattern, Rule rule, IReadOnlyList<string> languages) =>
        string.IsNullOrEmpty(pattern) ? "must not be empty"
        : pattern.Contains('\0', StringComparison.Ordinal) ? NoNul
        : SafePattern.Of(pattern, rule.CaseCounts) is var made && made.Fault is { } fault ? fault
        : ReservedWords.ClashWith(made.Pattern!, languages) is { } clash ? Reserved(clash)
        : null;

    private static string Reserved(string word) => $"is the consent word {word}, which is answered before any rule";

    private static IEnumerable<(string, string)> FilterFaults(RuleFilter? only, RuleSet ruleSet, string at)
    {
        if (only is null)
            yield break;
        foreach (var (field, values) in new[] { ("from", only.From), ("ourNumbers", only.OurNumbers), ("endpoints", only.Endpoints), ("tags", only.Tags), ("languages", only.Languages) })
            if (values.Count > 1000 || values.Any(value => string.IsNullOrWhiteSpace(value) || value.Length > 100 || value.Contains('\0', StringComparison.Ordinal)))
                yield return ($"{at}.{field}", "must be at most 1000 values of 1 to 100 characters");
        if (only.FirstDay is { } first && Schedule.Day(first) is null)
            yield return ($"{at}.firstDay", "must be a day written yyyy-MM-dd");
        if (only.LastDay is { } last && Schedule.Day(last) is null)
            yield return ($"{at}.lastDay", "must be a day written yyyy-MM-dd");
        else if (Schedule.Day(only.FirstDay) > Schedule.Day(only.LastDay))
            yield return ($"{at}.lastDay", "must not be before the first day");
        if (only.Hours is not { } hours)
            yield break;
        if (hours.TimeZone is { } zone && !IsZone(zone))
            yield return ($"{at}.hours.timeZone", "must be an IANA time zone such as Europe/Berlin");
        if (hours.Calendar is { } calendar && !ruleSet.Calendars.Any(c => c?.Name == calendar))
            yield return ($"{at}.hours.calendar", $"there is no calendar called '{calendar}'");
        if (hours.Open.Count is 0 or > 50)
            yield return ($"{at}.hours.open", "must be 1 to 50 times of the week");
        for (var no = 0; no < hours.Open.Count; no++)
            if (hours.Open[no] is not { Days: { Count: > 0 } days } open || !days.All(Schedule.DayNames.Contains))
                yield return ($"{at}.hours.open[{no}].days", "must be some of mon, tue, wed, thu, fri, sat, sun");
            else if (Schedule.Minute(open.From) is not < 24 * 60 || Schedule.Minute(open.To) is null)
                yield return ($"{at}.hours.open[{no}]", "must go from and to a time written HH:mm");
    }

    private static IEnumerable<(string, string)> ActionFaults(RuleAction action)
    {
        if (!RuleAction.Kinds.Contains(action.Do))
            yield return ("do", $"must be one of {string.Join(", ", RuleAction.Kinds)}");
        if (action.Do is RuleAction.Replies or RuleAction.SendsEmail && TextFault(action.Text, LongestReply) is { } text)
            yield return ("text", text);
        if (action.AfterSeconds is < 0 or > 86_400 || (action.AfterSeconds > 0 && action.Do != RuleAction.Replies))
            yield return ("afterSeconds", "must be 0 to 86400, and is for replies");
        if (action.Do == RuleAction.CallsWebhook && !(Uri.TryCreate(action.Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.UserInfo.Length == 0 && action.Url!.Length <= 500))
            yield return ("url", "must be an https address of at most 500 characters, without a password in it");
        if (action.Do == RuleAction.SendsEmail && !IsMailbox(action.To))
            yield return ("to", "must be an e-mail address");
        if (action.Do == RuleAction.SendsEmail && TextFault(action.Subject, 200) is { } subject)
            yield return ("subject", subject);
        if (action.Do == RuleAction.Tags && (string.IsNullOrWhiteSpace(action.Tag) || action.Tag.Length > 50 || action.Tag.Any(char.IsControl)))
            yield return ("tag", "must be 1 to 50 characters on one line");
        if (action.Priority is { } priority && !Priorities.Contains(priority))
            yield return ("priority", $"must be one of {string.Join(", ", Priorities)}");
        if (action.Note is { } note && TextFault(note, 1000) is { } noteFault)
            yield return ("note", noteFault);
        foreach (var (field, value) in new[] { ("assignee", action.Assignee), ("team", action.Team) })
            if (value is not null && (value.Length is 0 or > 100 || value.Any(char.IsControl)))
                yield return (field, "must be 1 to 100 characters on one line");
    }

    private static IEnumerable<(string, string)> Calendars(IReadOnlyList<HolidayCalendar> calendars)
    {
        for (var no = 0; no < calendars.Count; no++)
            if (calendars[no] is not { Name: { Length: > 0 and <= 100 } name, Days: { Count: <= 1000 } days } || calendars.Take(no).Any(c => c?.Name == name))
                yield return ($"calendars[{no}]", "must have a name of its own and at most 1000 days");
            else if (days.FirstOrDefault(day => Schedule.Day(day) is null && Schedule.Yearly(day) is null) is { } wrong)
                yield return ($"calendars[{no}].days", $"'{wrong}' must be a day written yyyy-MM-dd, or MM-dd for every year");
    }

    private static IEnumerable<(string, string)> LimitFaults(Limits limits)
    {
        foreach (var (field, caps) in new[] { ("perPerson", limits.PerPerson), ("perEndpoint", limits.PerEndpoint), ("inAll", limits.InAll) })
            if (caps.Count > 10 || caps.Any(cap => cap is not { Most: >= 0 and <= 100_000, Minutes: >= 1 and <= Cap.LongestMinutes }))
                yield return ($"limits.{field}", string.Create(CultureInfo.InvariantCulture, $"must be at most 10 caps of 0 to 100000 replies in 1 to {Cap.LongestMinutes} minutes"));
        if (limits.QuietMinutesAfterPerson is < 0 or > 1440)
            yield return ("limits.quietMinutesAfterPerson", "must be 0 to 1440");
        if (limits.SameTextTimes is < 1 or > 100)
            yield return ("limits.sameTextTimes", "must be 1 to 100");
    }

    private static string? TextFault(string? text, int longest) =>
        string.IsNullOrWhiteSpace(text) ? "must not be empty"
        : text.Length > longest ? $"must not be longer than {longest} characters"
        : text.Contains('\0', StringComparison.Ordinal) ? NoNul
        : ReplyTemplate.Fault(text);

    private static bool IsZone(string? zone) => zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _);

    private static bool IsMailbox(string? address) =>
        address is { Length: <= 254 } && System.Net.Mail.MailAddress.TryCreate(address, out var mailbox) && mailbox.Address == address;
}
