using System.Text.Json;
using Microsoft.Extensions.Localization;
using Sms.Console.Pages.Facts;

namespace Sms.Console.Pages.Webhooks;

/// <summary>The words of outgoing webhooks: <c>WebhooksWords.resx</c>.</summary>
public sealed class WebhooksWords;

/// <summary>A webhook, as its service tells of it.</summary>
public sealed record Webhook(
    Guid Id, string? Name, string Url, List<string> EventTypes, string Mapping, string? CustomMapping, Dictionary<string, string> Settings, List<string> Headers,
    List<WebhookSecret> Secrets, WebhookPause? Paused, WebhookReceiver Receiver, DateTimeOffset CreatedAt)
{
    /// <summary>The services that have webhooks.</summary>
    public static readonly IReadOnlyList<string> Services = ["contacts", "helpdesk"];

    /// <summary>What it is called; one without a name, by where it sends.</summary>
    public string Title => Name ?? Host;

    /// <summary>Where it sends, in short.</summary>
    public string Host => new Uri(Url).Authority;

    /// <summary>Asks one of <see cref="Services"/>; of any other there is nothing.</summary>
    public static async Task<Answer<T>> Get<T>(Platform platform, string service, ApiPath path) => Services.Contains(service)
        ? await platform.Get<T>(service, path)
        : new(default, new Problem(service, StatusCodes.Status404NotFound, ""));
}

/// <summary>A secret, without showing it.</summary>
public sealed record WebhookSecret(Guid Id, DateTimeOffset? Until);

/// <summary>Why it is paused, and whether it was by itself.</summary>
public sealed record WebhookPause(string? Reason, bool ByItself);

/// <summary>How its receiver does.</summary>
public sealed record WebhookReceiver(long Waiting, long Failed, DateTimeOffset? FailingSince, DateTimeOffset? QuietUntil, DateTimeOffset? LastDeliveredAt);

/// <summary>Something that can be told.</summary>
public sealed record WebhookEventType(string Name, string Description);

/// <summary>A form that is built in, and what it wants to know.</summary>
public sealed record WebhookMapping(
    string Name, string? About, List<string> Documentation, string? Url, List<string> Needs, bool Sign, Dictionary<string, string> Settings, Dictionary<string, JsonElement> On)
{
    /// <summary>Whether it has calls for this type of event.</summary>
    public bool Knows(WebhookEventType type) => On.ContainsKey(type.Name) || On.ContainsKey("*");
}

/// <summary>A delivery.</summary>
public sealed record WebhookDelivery(
    Guid MessageId, string EventType, Guid Subject, string StreamId, long StreamVersion, string State, DateTimeOffset CreatedAt, DateTimeOffset? DueAt, int Attempts,
    string? LastOutcome, DateTimeOffset? FinishedAt)
{
    /// <summary>The states there are.</summary>
    public static readonly IReadOnlyList<string> States = ["waiting", "delivered", "failed", "dropped"];

    /// <summary>The colour of its state.</summary>
    public string Tag => State switch { "delivered" => "good", "failed" => "bad", "waiting" when Attempts > 0 => "warn", "waiting" => "info", _ => "" };

    /// <summary>Whether asking for it makes it go out: not while it stands behind another about the same, nor while nothing is sent at all.</summary>
    public bool CanGoOut(Webhook webhook) => webhook.Paused is null && State != "dropped" && (State != "waiting" || Attempts > 0);

    /// <summary>The page of what it is about: a contact, or a ticket.</summary>
    public string About(string service) => service == "contacts" ? $"/contacts/{Subject}" : $"/tickets/{Subject}";
}

/// <summary>One attempt at it.</summary>
public sealed record WebhookAttempt(int Number, DateTimeOffset At, int TookMs, string Outcome, string? Answer);

/// <summary>How a webhook's states are said.</summary>
public static class WebhookTelling
{
    /// <summary>What came of an attempt.</summary>
    public static string Outcome(this IStringLocalizer<WebhooksWords> words, string outcome) =>
        outcome.StartsWith("http-", StringComparison.Ordinal) ? words["outcome.http", outcome["http-".Length..]] : words.Code("outcome", outcome);

    /// <summary>Who is told: a system there is a form for, or one of their own.</summary>
    public static string Form(this IStringLocalizer<WebhooksWords> words, Webhook webhook) =>
        webhook.CustomMapping is null ? words.Code("form", webhook.Mapping) : webhook.Mapping;
}
