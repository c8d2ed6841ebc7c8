using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sms.Webhooks.Mappings;
using Sms.Webhooks.Subscriptions;

namespace Sms.Webhooks.Deliveries;

/// <summary>A call to a receiver, without what proves who makes it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query behind the webhook's address; empty for the address itself.</param>
/// <param name="Headers">Headers beside the webhook's own.</param>
/// <param name="Body">The body as JSON; null for none.</param>
internal sealed record ReceiverCall(string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[]? Body);

/// <summary>A receiver's answer.</summary>
/// <param name="Status">The HTTP status; null when there was none.</param>
/// <param name="Fault">Why there was none, in a word; null when there was one.</param>
/// <param name="RetryAfter">How long it asks to be left alone.</param>
/// <param name="Body">The body, as far as it is read.</param>
internal sealed record ReceiverAnswer(int? Status, string? Fault, TimeSpan? RetryAfter, ReadOnlyMemory<byte> Body)
{
    private const int LongestExcerpt = 1000;

    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>How the body begins, fit to be stored and shown.</summary>
    public string? Excerpt
    {
        get
        {
            if (Body.IsEmpty)
                return null;
            var text = Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, LongestExcerpt)]);
            return string.Create(text.Length, text, (chars, from) =>
            {
                for (var i = 0; i < chars.Length; i++)
                    chars[i] = char.IsControl(from[i]) && from[i] != '\n' ? ' ' : from[i];
            });
        }
    }
}

/// <summary>Tells one receiver of one event, call by call, as its mapping says. Decides what to call; how is the caller's.</summary>
/// <param name="mapping">The mapping.</param>
/// <param name="message">The event.</param>
/// <param name="settings">What the webhook sets for the mapping.</param>
/// <param name="known">The ids by which the receiver knows what the event is about.</param>
internal sealed class MappingRun(
    Mapping mapping, WebhookMessage message, IReadOnlyList<MappingSetting> settings, ImmutableDictionary<string, RemoteId> known)
{
    private ImmutableDictionary<string, RemoteId> _known = known;

    /// <summary>Makes the calls.</summary>
    /// <param name="call">Makes one.</param>
    /// <param name="learned">Keeps what was learned of one, before the next is made: what is made there is not to be made again.</param>
    public async Task<AttemptOutcome> Run(Func<ReceiverCall, Task<ReceiverAnswer>> call, Func<RemoteRecordEvent, Task> learned)
    {
        // Made anew once at most: a receiver that denies what it has just said would keep us for ever.
        for (var anew = false; ;)
        {
            var (outcome, forget) = await RunOnce(call, learned);
            if (forget is null || anew || !_known.ContainsKey(forget))
                return outcome;
            _known = _known.Remove(forget);
            await learned(new RemoteRecordEvent.RemoteIdForgotten(forget));
            anew = true;
        }
    }

    private async Task<(AttemptOutcome Outcome, string? Forget)> RunOnce(Func<ReceiverCall, Task<ReceiverAnswer>> call, Func<RemoteRecordEvent, Task> learned)
    {
        // What this delivery brought about before it was interrupted may have been all there was to do.
        var outcome = new AttemptOutcome(_known.Values.Any(id => id.MessageId == message.Id) ? AttemptOutcome.Delivered : AttemptOutcome.NothingToTell);
        foreach (var step in mapping.StepsOf(message.Type))
        {
            var values = Values();
            if (!step.If.All(condition => Template.Holds(condition, values)) || step.Unless.Any(condition => Template.Holds(condition, values)))
                continue;
            if (ToCall(step, values) is not { } asked)
                return (outcome with { What = AttemptOutcome.LacksValue }, null);
            var answer = await call(asked);
            outcome = Outcome(step, answer);
            if (!answer.Succeeded)
                return (outcome, step.Forget.FirstOrDefault(rule => Denies(rule, answer))?.Name);
            foreach (var (name, pointer) in step.Remember)
                if (ValueAt(answer.Body, pointer) is { } id)
                {
                    _known = _known.SetItem(name, new RemoteId(id, message.Id));
                    await learned(new RemoteRecordEvent.RemoteIdLearned(name, id, message.Id));
                }
        }
        return (outcome, null);
    }

    private static AttemptOutcome Outcome(MappingStep step, ReceiverAnswer answer) => new(
        answer.Succeeded ? AttemptOutcome.Delivered
        // Of a path of its own, 410 says that a record is gone, not that the receiver is.
        : answer.Status == 410 && step.Path.Length == 0 ? AttemptOutcome.Gone
        : answer.Fault ?? string.Create(CultureInfo.InvariantCulture, $"http-{answer.Status}"),
        answer.Status, answer.RetryAfter, answer.Excerpt);

    private static bool Denies(ForgetRule rule, ReceiverAnswer answer) => rule.Status == answer.Status
        && (rule.Says is null || Encoding.UTF8.GetString(answer.Body.Span).Contains(rule.Says, StringComparison.OrdinalIgnoreCase));

    /// <summary>The call of a step; null when it names something that is not there.</summary>
    private static ReceiverCall? ToCall(MappingStep step, JsonNode values)
    {
        if (Template.Text(step.Path, values, Uri.EscapeDataString) is not { } path)
            return null;
        var headers = step.Headers.Select(header => KeyValuePair.Create(header.Key, Template.Text(header.Value, values))).ToList();
        return headers.Exists(header => header.Value is null) ? null : new ReceiverCall(
            step.Method, path, headers!,
            step.Body is { } body ? Encoding.UTF8.GetBytes(Template.Fill(body, values)?.ToJsonString(WebhookEvents.Json) ?? "null") : null);
    }

    private JsonObject Values()
    {
        var values = message.ToEvent();
        values["event"] = message.ToEvent();
        values["id"] = message.WebhookId;
        values["subject"] = message.Subject.ToString();
        values["setting"] = Named(mapping.Settings.Select(setting =>
            KeyValuePair.Create(setting.Key, settings.FirstOrDefault(set => set.Name == setting.Key)?.Value ?? setting.Value)));
        values["remote"] = Named(_known.Select(id => KeyValuePair.Create(id.Key, id.Value.Value)));
        // What this very delivery has brought about, also when it was interrupted after that and is made again.
        values["created"] = Named(_known.Where(id => id.Value.MessageId == message.Id).Select(id => KeyValuePair.Create(id.Key, id.Value.Value)));
        return values;

        static JsonObject Named(IEnumerable<KeyValuePair<string, string>> texts) =>
            new(texts.Select(text => KeyValuePair.Create(text.Key, (JsonNode?)JsonValue.Create(text.Value))));
    }

    /// <summary>The text or number at a place of a JSON body; null when there is none.</summary>
    private static string? ValueAt(ReadOnlyMemory<byte> body, string pointer)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var found = json.RootElement;
            foreach (var name in pointer.Split('/').Skip(1))
            {
                if (found.ValueKind == JsonValueKind.Object && found.TryGetProperty(name, out var member))
                    found = member;
                else if (found.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    && index < found.GetArrayLength())
                    found = found[index];
                else
                    return null;
            }
            return found.ValueKind switch
            {
                JsonValueKind.String => found.GetString() is { Length: > 0 and <= 200 } text ? text : null,
                JsonValueKind.Number => found.GetRawText(),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
