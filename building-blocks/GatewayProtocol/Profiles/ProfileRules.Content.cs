using System.Text.Json;

namespace Sms.GatewayProtocol;

internal sealed partial class ProfileRules
{
    private static readonly NoticeField[] OfTexts =
    [
        NoticeField.From, NoticeField.To, NoticeField.Text, NoticeField.SentAt, NoticeField.MessageId, NoticeField.EventId, NoticeField.DeviceId,
        NoticeField.Sim,
    ];

    private static readonly NoticeField[] OfReports =
    [
        NoticeField.To, NoticeField.MessageId, NoticeField.EventId, NoticeField.Ref, NoticeField.Status, NoticeField.ErrorCode, NoticeField.OccurredAt,
    ];

    private void CheckContent(ContentRules content)
    {
        if (content.Event is { } name)
            CheckPath(name, content.Format, "/content/event");
        Expect(content.Events.Count is >= 1 and <= 64, "/content/events", "must be 1 to 64");
        Expect(content.Event is not null || content.Events is [{ Is: [] }], "/content/events", "must be one, without names, where content has no event");

        var names = new HashSet<string>();
        for (var i = 0; i < content.Events.Count; i++)
        {
            var at = $"/content/events/{i}";
            if (!Expect(content.Events[i] is not null, at, "is null"))
                continue;
            var rules = content.Events[i];
            Expect(content.Event is null || rules.Is.Count > 0, $"{at}/is", "must name an event");
            for (var j = 0; j < rules.Is.Count; j++)
                if (Expect(rules.Is[j] is { Length: <= 100 }, $"{at}/is/{j}", "must be at most 100 characters"))
                    Expect(names.Add(rules.Is[j]), $"{at}/is/{j}", "is named twice");
            CheckEvent(rules, content.Format, at);
        }

        // Whatever lies in an array that is gone through is found from its elements, and not from the top as well.
        foreach (var each in content.Events.Select(e => e?.Each).OfType<string>())
            for (var i = 0; i < content.Events.Count; i++)
                if (content.Events[i] is { } rules)
                    foreach (var (field, path) in rules.Each is null ? rules.Fields : rules.Envelope)
                        Expect(path is null || !path.Alternatives.Any(a => a.StartsWith(each + "/", StringComparison.Ordinal)),
                            $"/content/events/{i}/{(rules.Each is null ? "fields" : "envelope")}/{Camel(field)}", $"lies in {each}, which is gone through element by element");
    }

    private void CheckEvent(EventRules rules, BodyFormat format, string at)
    {
        if (rules.Each is { } each)
        {
            Expect(format is BodyFormat.Json, $"{at}/each", "is for JSON only");
            Expect(each.Length == 0 || JsonPointer.IsValid(each), $"{at}/each", $"must be a JSON pointer of at most {JsonPointer.Deepest} names");
        }
        Expect(rules.Each is not null || rules.Envelope.Count == 0, $"{at}/envelope", "is for events with each");
        foreach (var (field, path) in rules.Fields)
            CheckPath(path, format, $"{at}/fields/{Camel(field)}");
        foreach (var (field, path) in rules.Envelope)
            CheckPath(path, format, $"{at}/envelope/{Camel(field)}");
        for (var i = 0; i < rules.Needed.Count; i++)
            Expect(Has(rules, rules.Needed[i]), $"{at}/needed/{i}", "is not among the fields");

        if (rules.Means is NoticeKind.Inbound)
        {
            Expect(Has(rules, NoticeField.From), $"{at}/fields", "must say where from is");
            Expect(Has(rules, NoticeField.Text), $"{at}/fields", "must say where text is");
        }
        if (rules.Means is NoticeKind.DeliveryReport)
        {
            Expect(Has(rules, NoticeField.MessageId) || Has(rules, NoticeField.Ref), $"{at}/fields", "must say where messageId or ref is");
            Expect(rules.Status is not null || (Has(rules, NoticeField.Status) && rules.Statuses.Count > 0), $"{at}/status", "is missing, or else statuses and the field status");
        }
        Expect(rules.Means is NoticeKind.DeliveryReport || (rules.Status is null && rules.Statuses.Count == 0), $"{at}/status", "is for delivery reports");
    }

    private void CheckPath(FieldPath? path, BodyFormat format, string at)
    {
        if (!Expect(path is { Alternatives.Count: >= 1 and <= 8 }, at, "must be 1 to 8 places"))
            return;
        foreach (var place in path!.Alternatives)
            if (CompiledContent.HeaderName(place) is { } header)
                Expect(HeaderName().IsMatch(header), at, "is not the name of a header");
            else if (format is BodyFormat.Json)
                Expect(JsonPointer.IsValid(place), at, $"must be a JSON pointer of at most {JsonPointer.Deepest} names, or header:<name>");
            else
                Expect(place is { Length: >= 1 and <= 100 } && !place.StartsWith('/'), at, "must be the name of a form's field, or header:<name>");
    }

    private void CheckDuplicates(GatewayProfile profile)
    {
        var inbound = profile.Duplicates.Inbound;
        Expect(inbound.Count > 0, "/duplicates/inbound", "must name what makes two deliveries the same text");
        Expect(inbound.Count != 1 || inbound[0] is NoticeField.MessageId or NoticeField.EventId, "/duplicates/inbound/0", "must be messageId or eventId where it is alone");
        Expect(inbound.Any(f => f is NoticeField.SentAt or NoticeField.MessageId or NoticeField.EventId), "/duplicates/inbound",
            "must hold sentAt or an id: without, the same words written twice would be taken for one text");
        CheckKey(inbound, OfTexts, NoticeKind.Inbound, "/duplicates/inbound", profile.Content);

        var reports = profile.Duplicates.Reports;
        if (!profile.Content.Events.Any(e => e?.Means is NoticeKind.DeliveryReport))
            return;
        Expect(reports.Count > 0, "/duplicates/reports", "must name what makes two reports the same");
        Expect(reports.Contains(NoticeField.EventId) || (reports.Contains(NoticeField.Status) && (reports.Contains(NoticeField.MessageId) || reports.Contains(NoticeField.Ref))),
            "/duplicates/reports", "must hold eventId, or status with messageId or ref");
        CheckKey(reports, OfReports, NoticeKind.DeliveryReport, "/duplicates/reports", profile.Content);
    }

    private void CheckKey(IReadOnlyList<NoticeField> key, NoticeField[] allowed, NoticeKind kind, string at, ContentRules content)
    {
        for (var i = 0; i < key.Count; i++)
        {
            Expect(allowed.Contains(key[i]), $"{at}/{i}", $"is none of {string.Join(", ", allowed.Select(Camel))}");
            Expect(key.Take(i).All(earlier => earlier != key[i]), $"{at}/{i}", "is named twice");
            Expect(content.Events.All(e => e is null || e.Means != kind || Has(e, key[i]) || (key[i] is NoticeField.Status && e.Status is not null)),
                $"{at}/{i}", "is not among the fields of every such event");
        }
    }

    private static bool Has(EventRules rules, NoticeField field) => rules.Fields.ContainsKey(field) || rules.Envelope.ContainsKey(field);

    private static string Camel(NoticeField field) => JsonNamingPolicy.CamelCase.ConvertName(field.ToString());
}
