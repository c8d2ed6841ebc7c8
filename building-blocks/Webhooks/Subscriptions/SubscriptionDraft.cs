using System.Text.Json;
using System.Text.Json.Serialization;
using Sms.ServiceHost;
using Sms.Webhooks.Deliveries;
using Sms.Webhooks.Mappings;

namespace Sms.Webhooks.Subscriptions;

/// <summary>A webhook as somebody asks for it. What is left out stays as it is; an empty text takes a setting away.</summary>
/// <param name="Name">What people call it, up to 100 characters.</param>
/// <param name="Url">Where to send: https, without a user name. Left out where the mapping knows it.</param>
/// <param name="EventTypes">The types of events to tell; everything that the mapping has calls for when never said.</param>
/// <param name="Mapping">The form: the name of a built-in mapping; <c>standard</c> when never said.</param>
/// <param name="CustomMapping">A mapping of one's own in place of a built-in one.</param>
/// <param name="Settings">What the mapping wants to know, by name.</param>
/// <param name="Headers">Headers to send along, such as one with an API token; they take the place of those before, and are not shown again.</param>
/// <param name="Secret">The signing secret of a new webhook; generated when left out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SubscriptionDraft(
    string? Name = null, string? Url = null, IReadOnlyList<string?>? EventTypes = null, string? Mapping = null, JsonElement? CustomMapping = null,
    IReadOnlyDictionary<string, string?>? Settings = null, IReadOnlyDictionary<string, string?>? Headers = null, string? Secret = null)
{
    private const int LongestName = 100, LongestUrl = 2000, LongestSetting = 500, LongestHeader = 4000, MostHeaders = 20;

    /// <summary>Everything that is wrong with it, by field. Empty when it can be.</summary>
    /// <param name="now">The webhook as it is; null for a new one.</param>
    /// <param name="types">The types of events there are.</param>
    /// <param name="guard">Where may be called.</param>
    internal IDictionary<string, string[]> Faults(SubscriptionTerms? now, IReadOnlyList<WebhookEventType> types, GuardedConnections guard)
    {
        var faults = new Dictionary<string, string[]>();
        if (Name is { Length: > LongestName } || Name?.Any(char.IsControl) == true)
            Fault("name", $"must be up to {LongestName} characters of one line");
        if (Secret is not null && now is not null)
            Fault("secret", "is changed by rotating it");
        else if (Secret is not null && StandardSignature.Fault(Secret) is { } reason)
            Fault("secret", reason);
        HeaderFaults(Fault);
        if (MappingAfter(now, Fault) is not { } mapping)
            return faults;

        var url = UrlAfter(now, mapping);
        if (url is { Length: > LongestUrl })
            Fault("url", $"must not be longer than {LongestUrl} characters");
        else if (guard.Fault(url) is { } wrong)
            Fault("url", wrong);
        else if (url!.Contains('?', StringComparison.Ordinal) && mapping.On.Values.SelectMany(steps => steps).Concat(mapping.Before).Any(step => step.Path.Length > 0))
            Fault("url", "must have no query: the mapping has paths of its own to put behind it");

        for (var i = 0; i < EventTypes?.Count; i++)
            if (EventTypes[i] != "*" && !types.Any(type => type.Name == EventTypes[i]))
                Fault($"eventTypes[{i}]", $"must be one of *, {string.Join(", ", types.Select(type => type.Name))}");
            else if (EventTypes[i] is { } type && type != "*" && !mapping.Knows(type))
                Fault($"eventTypes[{i}]", $"is nothing that the mapping '{mapping.Name}' has a call for");
        if (EventTypes is { Count: 0 })
            Fault("eventTypes", "must not be empty");
        if (!types.Any(type => mapping.Knows(type.Name)))
            Fault("mapping", $"has no call for any of {string.Join(", ", types.Select(type => type.Name))}");

        foreach (var (name, value) in Settings ?? new Dictionary<string, string?>())
            if (!mapping.Settings.ContainsKey(name))
                Fault($"settings.{name}", mapping.Settings.Count == 0 ? "is nothing the mapping wants to know" : $"must be one of {string.Join(", ", mapping.Settings.Keys)}");
            else if (value is { Length: > LongestSetting })
                Fault($"settings.{name}", $"must not be longer than {LongestSetting} characters");
        if (now is null || Headers is not null)
            foreach (var name in mapping.Needs.Where(name => Headers?.Keys.Contains(name, StringComparer.OrdinalIgnoreCase) != true))
                Fault($"headers.{name}", $"must be given for the mapping '{mapping.Name}'");
        return faults;

        void Fault(string field, string what) => faults[field] = faults.TryGetValue(field, out var others) ? [.. others, what] : [what];
    }

    /// <summary>The terms it leads to, once there are no faults.</summary>
    internal SubscriptionTerms ToTerms(SubscriptionTerms? now, IReadOnlyList<WebhookEventType> types)
    {
        var mapping = MappingAfter(now, (_, _) => { })!;
        var custom = CustomMapping is { } own ? own.GetRawText() : Mapping is null ? now?.CustomMapping : null;
        // Settings of another mapping say nothing to this one.
        var kept = (now?.Settings ?? []).Where(setting => mapping.Settings.ContainsKey(setting.Name) && Settings?.ContainsKey(setting.Name) != true);
        var set = (Settings ?? new Dictionary<string, string?>()).Where(setting => setting.Value is { Length: > 0 }).Select(setting => new MappingSetting(setting.Key, setting.Value!));
        IReadOnlyList<string> told = EventTypes is not null ? [.. EventTypes.Select(type => type!).Distinct()]
            : now?.EventTypes.All(type => type == "*" || mapping.Knows(type)) == true ? now.EventTypes
            : [.. types.Select(type => type.Name).Where(mapping.Knows)];
        return new SubscriptionTerms(
            Name is null ? now?.Name : Name.Length == 0 ? null : Name, UrlAfter(now, mapping)!,
            told.Contains("*") ? [.. types.Select(type => type.Name).Where(mapping.Knows)] : told, mapping.Name, custom,
            [.. kept.Concat(set).OrderBy(setting => setting.Name, StringComparer.Ordinal)]);
    }

    private string? UrlAfter(SubscriptionTerms? now, Mapping mapping) => Url is { Length: > 0 } ? Url : Mapping is null && now is not null ? now.Url : mapping.Url ?? now?.Url;

    /// <summary>The mapping it would have; null when something is wrong with it, which is then said.</summary>
    private Mapping? MappingAfter(SubscriptionTerms? now, Action<string, string> fault)
    {
        if (Mapping is not null && CustomMapping is not null)
            fault("mapping", "must be left out where there is a customMapping");
        else if (Mapping is not null && !BuiltInMappings.All.ContainsKey(Mapping))
            fault("mapping", $"must be one of {string.Join(", ", BuiltInMappings.All.Keys.Order(StringComparer.Ordinal))}");
        else if (CustomMapping is { } custom)
        {
            var (own, problems) = BuiltInMappings.Parse(custom.GetRawText());
            foreach (var problem in problems)
                fault(problem.Field.Length == 0 ? "customMapping" : $"customMapping.{problem.Field}", problem.Reason);
            if (own is not null && BuiltInMappings.All.ContainsKey(own.Name))
                fault("customMapping.name", "is the name of a built-in mapping");
            else
                return own;
        }
        else
        {
            return Mapping is null && now is not null ? BuiltInMappings.Of(now.Mapping, now.CustomMapping) : BuiltInMappings.All[Mapping ?? BuiltInMappings.Standard];
        }
        return null;
    }

    private void HeaderFaults(Action<string, string> fault)
    {
        if (Headers is { Count: > MostHeaders })
            fault("headers", $"must not be more than {MostHeaders}");
        foreach (var (name, value) in Headers ?? new Dictionary<string, string?>())
            if (!MappingRules.IsHeader(name))
                fault($"headers.{name}", "is no header that can be sent along");
            // Visible ASCII and spaces, RFC 9110, 5.5.
            else if (value is not { Length: > 0 and <= LongestHeader } || value.Any(c => c is < ' ' or > '~'))
                fault($"headers.{name}", $"must be 1 to {LongestHeader} characters of ASCII");
    }
}
