namespace Sms.GatewayProtocol;

/// <summary>
/// Reads what a genuine request tells. Never throws, whatever the bytes are. Fields that a profile does not name are passed over; one
/// that it names may appear once only; ids and numbers may be JSON numbers, read as their digits; an optional field that is empty
/// counts as absent; a byte order mark is allowed.
/// </summary>
public static class Reading
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a request.</summary>
    /// <param name="profile">The gateway's profile.</param>
    /// <param name="request">The request, proven genuine.</param>
    public static ReadResult Read(CompiledProfile profile, in InboundRequest request)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var content = profile.Content;
        if (request.IsCompressed)
            return ReadResult.Refused("the body is compressed");
        if (ReadBody(content, request, out var values) is { } reason)
            return ReadResult.Refused(reason);

        if (content.Event is not { } source)
            return Read(content.Named("")!, content, values, request);
        if (NameOf(source, values, request, out var name) is { } wrong)
            return ReadResult.Refused(wrong);
        if (content.Named(name) is { } known)
            return Read(known, content, values, request);
        return content.Rules.Otherwise is OtherEvents.Ignored ? new ReadResult([new Notice.Ignored("", "")], null)
            : ReadResult.Refused(name.Length == 0 ? $"{content.Rules.Event} is missing" : $"{content.Rules.Event} names an event that the profile does not know");
    }

    /// <summary>Reads a page of the gateway's history, as <see cref="HistoryRules.Page"/> says.</summary>
    /// <param name="profile">The gateway's profile; it must have a history.</param>
    /// <param name="page">The body of the gateway's answer.</param>
    /// <param name="deviceId">The phone that was asked, for a page whose texts do not name theirs.</param>
    /// <param name="count">
    /// How many elements the page had, texts and others: fewer than <see cref="HistoryRules.PageSize"/> on the last page.
    /// </param>
    public static ReadResult ReadHistory(CompiledProfile profile, ReadOnlyMemory<byte> page, string? deviceId, out int count)
    {
        ArgumentNullException.ThrowIfNull(profile);
        count = 0;
        var content = profile.Content;
        if (content.HistoryPage is not { } rules)
            return ReadResult.Refused("the profile has no history");
        if (content.HistoryTree!.Read(WithoutMark(page.Span), out var values) is { } reason)
            return ReadResult.Refused(reason);
        if (values[rules.EachSlot] is not { Found: Found.Elements, Held: List<Value[]> elements })
            return ReadResult.Refused($"{(rules.Rules.Each is "" ? "the body" : rules.Rules.Each)} is not an array");
        count = elements.Count;
        return ReadEach(rules, content, values, elements, default, content.Only, deviceId);
    }

    /// <summary>Reads a page of the contacts whose texts the gateway's history lists, as <see cref="HistoryRules.Contacts"/> says.</summary>
    /// <param name="profile">The gateway's profile.</param>
    /// <param name="page">The body of the gateway's answer.</param>
    /// <param name="contacts">Those found; those that cannot be read are left out.</param>
    /// <param name="count">How many elements the page had.</param>
    /// <returns>Why the page cannot be understood; else null.</returns>
    public static string? ReadContacts(CompiledProfile profile, ReadOnlyMemory<byte> page, out IReadOnlyList<HistoryContact> contacts, out int count)
    {
        ArgumentNullException.ThrowIfNull(profile);
        (contacts, count) = ([], 0);
        if (profile.Content.Contacts is not { } where)
            return "the profile's history needs no contacts";
        if (where.Tree.Read(WithoutMark(page.Span), out var values) is { } reason)
            return reason;
        if (values[where.Each] is not { Found: Found.Elements, Held: List<Value[]> elements })
            return "the list of contacts is not an array";
        count = elements.Count;
        contacts =
        [
            .. elements.Where(e => e[where.Contact].Found is Found.Text or Found.Digits).Select(e => new HistoryContact(
                e[where.Contact].Text,
                e[where.LastAt].Found is Found.Text && GatewayTimes.Read(e[where.LastAt].Text, profile.Profile.Content.Times, out var at) is null ? at : null)),
        ];
        return null;
    }

    private static string? ReadBody(CompiledContent content, in InboundRequest request, out Value[] values)
    {
        if (content.Rules.Format is BodyFormat.Json)
            return content.Tree.Read(WithoutMark(request.Body.Span), out values);

        values = new Value[content.FormSlots.Count];
        var reason = string.Equals(request.Method, "GET", StringComparison.OrdinalIgnoreCase)
            ? FormBody.ReadQuery(request.Url, out var fields)
            : FormBody.Read(WithoutMark(request.Body.Span), out fields);
        if (reason is not null)
            return reason;
        foreach (var (name, text) in fields)
            if (content.FormSlots.TryGetValue(name, out var slot))
                values[slot] = values[slot].Found is Found.Nothing
                    ? new Value { Found = Found.Text, Held = text.Replace('\0', '\uFFFD') }
                    : new Value { Found = Found.Twice };
        return null;
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) =>
        body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;

    private static string? NameOf(Source[] source, Value[] values, in InboundRequest request, out string name)
    {
        var fields = new NoticeFields(source, values, null, request);
        name = fields.Take(NoticeField.EventId) ?? "";
        return fields.Wrong;
    }

    private static ReadResult Read(CompiledEvent rules, CompiledContent content, Value[] values, in InboundRequest request)
    {
        if (rules.EachSlot < 0)
            return NoticeOf(rules, content, values, null, "", request) is var notice && notice is Notice.Unreadable { Reason: var reason }
                ? ReadResult.Refused(reason)
                : new ReadResult(new[] { notice }, null);
        return values[rules.EachSlot] is { Found: Found.Elements, Held: List<Value[]> elements }
            ? ReadEach(rules, content, values, elements, request, [])
            : ReadResult.Refused($"{(rules.Rules.Each is "" ? "the body" : rules.Rules.Each)} is not an array");
    }

    private static ReadResult ReadEach(
        CompiledEvent rules, CompiledContent content, Value[] values, List<Value[]> elements, in InboundRequest request, (int Slot, string Value)[] only,
        string? deviceId = null)
    {
        var notices = new List<Notice>(elements.Count);
        for (var i = 0; i < elements.Count; i++)
            if (Array.TrueForAll(only, o => elements[i][o.Slot] is { Found: Found.Text } value && value.Text == o.Value))
                notices.Add(NoticeOf(rules, content, values, elements[i], $"{rules.Rules.Each}/{i}", request, deviceId));
        return new ReadResult(notices, null);
    }

    private static Notice NoticeOf(CompiledEvent rules, CompiledContent content, Value[] values, Value[]? element, string at, in InboundRequest request, string? deviceId = null)
    {
        switch (rules.Rules.Means)
        {
            case NoticeKind.Ping:
                return new Notice.Ping(at);
            case NoticeKind.Ignored:
                return new Notice.Ignored(at, rules.Name);
        }
        var fields = new NoticeFields(rules, values, element, request);
        var notice = rules.Rules.Means is NoticeKind.Inbound
            ? Inbound(ref fields, content, at, deviceId)
            : Report(ref fields, rules, content, at);
        return fields.Wrong is { } reason ? new Notice.Unreadable(at, reason) : notice;
    }

    private static Notice Inbound(ref NoticeFields fields, CompiledContent content, string at, string? device)
    {
        var from = fields.Take(NoticeField.From);
        var to = fields.Take(NoticeField.To);
        var text = fields.TakeText();
        var sentAt = fields.TakeTime(NoticeField.SentAt, content.Rules.Times);
        var messageId = fields.Take(NoticeField.MessageId);
        var eventId = fields.Take(NoticeField.EventId);
        var deviceId = fields.Take(NoticeField.DeviceId) ?? device;
        var sim = fields.Take(NoticeField.Sim);
        var reference = fields.Take(NoticeField.Ref);
        var tenant = fields.Take(NoticeField.TenantName);
        var rule = fields.Take(NoticeField.MatchedRuleId);
        var encrypted = fields.TakeFlag(NoticeField.Encrypted);
        if (fields.Wrong is not null)
            return new Notice.Unreadable(at, fields.Wrong);

        return new Notice.Inbound(
            at, from!, to, text!, sentAt, messageId, eventId, deviceId, sim, reference, tenant, rule, encrypted, Key(content.Duplicates.Inbound));

        string Key(IReadOnlyList<NoticeField> of)
        {
            if (of is [NoticeField.MessageId])
                return messageId!;
            if (of is [NoticeField.EventId])
                return eventId!;
            var key = new DedupeKey(64 + 3 * (from!.Length + (to?.Length ?? 0) + text!.Length));
            for (var i = 0; i < of.Count; i++)
                switch (of[i])
                {
                    case NoticeField.From: key.AddNumber(from); break;
                    case NoticeField.To: key.AddNumber(to); break;
                    case NoticeField.Text: key.Add(text); break;
                    case NoticeField.SentAt: key.Add(sentAt); break;
                    case NoticeField.MessageId: key.Add(messageId); break;
                    case NoticeField.EventId: key.Add(eventId); break;
                    case NoticeField.DeviceId: key.Add(deviceId); break;
                    case NoticeField.Sim: key.Add(sim); break;
                }
            return key.ToString();
        }
    }

    private static Notice Report(ref NoticeFields fields, CompiledEvent rules, CompiledContent content, string at)
    {
        var messageId = fields.Take(NoticeField.MessageId);
        var eventId = fields.Take(NoticeField.EventId);
        var reference = fields.Take(NoticeField.Ref);
        var to = fields.Take(NoticeField.To);
        var status = rules.Rules.Status;
        if (fields.Take(NoticeField.Status) is { } written && status is null)
        {
            if (!rules.Rules.Statuses.TryGetValue(written, out status))
                fields.Refuse(NoticeField.Status, "holds a status that the profile does not know");
            else if (status is null)
                return new Notice.Ignored(at, rules.Name);
        }
        var parts = fields.TakeCount(NoticeField.Parts);
        var errorCode = fields.Take(NoticeField.ErrorCode);
        var error = fields.TakeWords(NoticeField.Error);
        var occurredAt = fields.TakeTime(NoticeField.OccurredAt, content.Rules.Times);
        if (messageId is null && reference is null)
            fields.Refuse(NoticeField.MessageId, "is missing");
        if (fields.Wrong is not null)
            return new Notice.Unreadable(at, fields.Wrong);

        return new Notice.DeliveryReport(
            at, messageId, reference, to, status!.Value, parts, errorCode, error, occurredAt, Key(content.Duplicates.Reports));

        string Key(IReadOnlyList<NoticeField> of)
        {
            if (of is [NoticeField.EventId])
                return eventId!;
            var key = new DedupeKey(256);
            foreach (var field in of)
                switch (field)
                {
                    case NoticeField.To: key.AddNumber(to); break;
                    case NoticeField.MessageId: key.Add(messageId); break;
                    case NoticeField.EventId: key.Add(eventId); break;
                    case NoticeField.Ref: key.Add(reference); break;
                    case NoticeField.Status: key.Add(status.ToString()); break;
                    case NoticeField.ErrorCode: key.Add(errorCode); break;
                    case NoticeField.OccurredAt: key.Add(occurredAt); break;
                }
            return key.ToString();
        }
    }
}
