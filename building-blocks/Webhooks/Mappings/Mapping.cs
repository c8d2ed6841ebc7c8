using System.Text.Json;

namespace Sms.Webhooks.Mappings;

/// <summary>The form in which a receiver is told of events: the calls to make for each type of event, as JSON templates.</summary>
public sealed record Mapping
{
    /// <summary>Its name: lower-case letters, digits and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>Whom it is for and what it does there, for whoever chooses one.</summary>
    public string? About { get; init; }

    /// <summary>Where the receiver's API is documented.</summary>
    public IReadOnlyList<string> Documentation { get; init; } = [];

    /// <summary>The receiver's address, where it is the same for everybody.</summary>
    public string? Url { get; init; }

    /// <summary>The headers that a webhook has to bring for it, such as the one with an API token.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Whether calls are signed as Standard Webhooks says; an API that knows us by a token looks at no signature.</summary>
    public bool Sign { get; init; } = true;

    /// <summary>What a webhook can set for it, by name, with what counts where it does not.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The calls to make before those of any event.</summary>
    public IReadOnlyList<MappingStep> Before { get; init; } = [];

    /// <summary>The calls to make by type of event; <c>*</c> stands for every type that is not named.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<MappingStep>> On { get; init; }

    /// <summary>Whether there is something to call for this type of event.</summary>
    public bool Knows(string eventType) => On.ContainsKey(eventType) || (On.ContainsKey("*") && eventType != WebhookEvents.Test);

    /// <summary>The calls for a type of event, in their order; none for one that it does not know.</summary>
    public IEnumerable<MappingStep> StepsOf(string eventType) =>
        eventType == WebhookEvents.Test ? On.GetValueOrDefault(eventType) ?? On.GetValueOrDefault("*") ?? []
        : (On.GetValueOrDefault(eventType) ?? On.GetValueOrDefault("*")) is { } steps ? Before.Concat(steps)
        : [];
}

/// <summary>One call.</summary>
public sealed record MappingStep
{
    /// <summary>The method, and the path behind the webhook's address, as a template: <c>PUT /tickets/{remote.ticket}</c>.</summary>
    public required string Call { get; init; }

    /// <summary>The body as a JSON template; none where it is left out. What a template names and is not there is left out.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>Headers of this call beside the webhook's own, as templates.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Conditions, all of which must hold: <c>data.text</c> is there, <c>data.direction=inbound</c> is that.</summary>
    public IReadOnlyList<string> If { get; init; } = [];

    /// <summary>Conditions, none of which may hold.</summary>
    public IReadOnlyList<string> Unless { get; init; } = [];

    /// <summary>What to keep of the answer for this and later events about the same subject: names, each with a JSON pointer.</summary>
    public IReadOnlyDictionary<string, string> Remember { get; init; } = new Dictionary<string, string>();

    /// <summary>Answers by which the receiver says that it knows nothing by an id any more; then all calls are made anew without it.</summary>
    public IReadOnlyList<ForgetRule> Forget { get; init; } = [];

    /// <summary>The method.</summary>
    internal string Method => Call.Split(' ', 2)[0];

    /// <summary>The template of the path; empty for the webhook's address itself.</summary>
    internal string Path => Call.Split(' ', 2) is [_, var path] ? path : "";
}

/// <summary>An answer that makes an id worthless.</summary>
/// <param name="Name">The id's name.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Says">What the body holds too, in any case of letters; null for any body.</param>
public sealed record ForgetRule(string Name, int Status, string? Says = null);
