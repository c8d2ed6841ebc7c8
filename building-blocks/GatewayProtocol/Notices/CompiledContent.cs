namespace Sms.GatewayProtocol;

/// <summary>Where a value comes from.</summary>
internal readonly record struct Source(SourceKind Kind, int Slot, string Path);

internal enum SourceKind
{
    Body,
    Element,
    Header,
}

/// <summary>An event's rules with every path turned into a slot.</summary>
internal sealed class CompiledEvent
{
    public required EventRules Rules { get; init; }

    /// <summary>The name the event goes by in <see cref="Notice.Ignored"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The slot of the array to go through; -1 when the body tells of one thing.</summary>
    public int EachSlot { get; init; } = -1;

    /// <summary>By field.</summary>
    public Source[]?[] Sources { get; } = new Source[Enum.GetValues<NoticeField>().Length][];

    /// <summary>By field.</summary>
    public bool[] Needed { get; } = new bool[Enum.GetValues<NoticeField>().Length];
}

/// <summary>A profile's content rules made ready to read with.</summary>
internal sealed class CompiledContent
{
    private readonly Dictionary<string, int> _formSlots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompiledEvent> _events = new(StringComparer.Ordinal);

    public CompiledContent(ContentRules rules, DuplicateRules duplicates, HistoryRules? history)
    {
        Rules = rules;
        Duplicates = duplicates;
        Event = rules.Event is null ? null : Sources(rules.Event, null);
        foreach (var events in rules.Events)
            foreach (var name in events.Is.DefaultIfEmpty(""))
                _events[name] = Compile(events, name, rules.Format, Tree);
        if (history is not null)
        {
            HistoryTree = new FieldTree();
            HistoryPage = Compile(history.Page, "", BodyFormat.Json, HistoryTree);
            if (history.Contacts is { } contacts)
            {
                var tree = new FieldTree();
                var (each, element) = tree.AddEach(contacts.Each);
                Contacts = (tree, each, element.Add(contacts.Contact), element.Add(contacts.LastAt));
            }
            Only = [.. history.Only.Select(only => (HistoryTree.AddEach(history.Page.Each!).Element.Add(only.Key), only.Value))];
        }
    }

    public ContentRules Rules { get; }

    public DuplicateRules Duplicates { get; }

    public FieldTree Tree { get; } = new();

    public Source[]? Event { get; }

    public FieldTree? HistoryTree { get; }

    public CompiledEvent? HistoryPage { get; }

    public (int Slot, string Value)[] Only { get; } = [];

    public (FieldTree Tree, int Each, int Contact, int LastAt)? Contacts { get; }

    /// <summary>The rules of an event; null when none are written for it.</summary>
    public CompiledEvent? Named(string name) => _events.GetValueOrDefault(name);

    /// <summary>The rules of a text that comes alone, for samples.</summary>
    public CompiledEvent? Inbound => _events.Values.FirstOrDefault(e => e.Rules is { Means: NoticeKind.Inbound, Each: null });

    /// <summary>The slots of a form's fields by their names.</summary>
    public IReadOnlyDictionary<string, int> FormSlots => _formSlots;

    private CompiledEvent Compile(EventRules rules, string name, BodyFormat format, FieldTree tree)
    {
        var each = rules.Each is null ? (Slot: -1, Element: null) : tree.AddEach(rules.Each);
        var compiled = new CompiledEvent { Rules = rules, Name = name, EachSlot = each.Slot };
        foreach (var (field, path) in rules.Envelope)
            compiled.Sources[(int)field] = Sources(path, null, format, tree);
        foreach (var (field, path) in rules.Fields)
            compiled.Sources[(int)field] = Sources(path, each.Element, format, tree);

        foreach (var field in rules.Needed)
            compiled.Needed[(int)field] = true;
        var key = rules.Means switch
        {
            NoticeKind.Inbound => Duplicates.Inbound,
            NoticeKind.DeliveryReport => Duplicates.Reports,
            _ => [],
        };
        if (key is [var only])
            compiled.Needed[(int)only] = true;
        // Without the time the same words written twice would be one text.
        if (key.Contains(NoticeField.SentAt) && !key.Contains(NoticeField.MessageId) && !key.Contains(NoticeField.EventId))
            compiled.Needed[(int)NoticeField.SentAt] = true;
        if (rules.Means is NoticeKind.Inbound)
            compiled.Needed[(int)NoticeField.From] = compiled.Needed[(int)NoticeField.Text] = true;
        if (rules.Means is NoticeKind.DeliveryReport && rules.Status is null)
            compiled.Needed[(int)NoticeField.Status] = true;
        return compiled;
    }

    private Source[] Sources(FieldPath path, FieldTree? element) => Sources(path, element, Rules.Format, Tree);

    private Source[] Sources(FieldPath path, FieldTree? element, BodyFormat format, FieldTree tree) =>
    [
        .. path.Alternatives.Select(written =>
            HeaderName(written) is { } header ? new Source(SourceKind.Header, -1, header)
            : format is BodyFormat.Form ? new Source(SourceKind.Body, FormSlot(written), written)
            : element is null ? new Source(SourceKind.Body, tree.Add(written), written)
            : new Source(SourceKind.Element, element.Add(written), written)),
    ];

    private int FormSlot(string name)
    {
        if (!_formSlots.TryGetValue(name, out var slot))
            _formSlots.Add(name, slot = _formSlots.Count);
        return slot;
    }

    /// <summary>The header that a path names; null for a path into the body.</summary>
    public static string? HeaderName(string path) =>
        path.StartsWith("header:", StringComparison.Ordinal) ? path["header:".Length..] : null;
}
