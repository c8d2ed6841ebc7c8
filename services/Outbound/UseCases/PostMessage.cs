using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Outbound.Gateway;
using Sms.Outbound.Sends;
using Sms.Outbound.Views;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Outbound.UseCases;

/// <summary>A person wants someone texted: in a conversation there is, or with a first word. It leaves as every text does, by consent.</summary>
public static class PostMessage
{
    private const int LongestKey = 255;
    private static readonly TimeSpan UsualLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(31);
    private static readonly Guid Scope = new("0d9a6c38-61c5-4f0e-8a55-2f1d4e7b9c02");

    /// <summary>A text that somebody wants sent.</summary>
    /// <param name="Conversation">The conversation it continues, as in <see cref="SentLog.Row.Conversation"/>; stands for the next three.</param>
    /// <param name="Endpoint">The endpoint to leave through.</param>
    /// <param name="From">Our number to leave from.</param>
    /// <param name="To">The person's number. In the body and not the address: addresses end in access logs.</param>
    /// <param name="Text">What to say, 1 to 1600 characters.</param>
    /// <param name="Purpose">One of <see cref="SendPurpose.CanBeAskedFor"/>, <c>reply</c> where it is left out.</param>
    /// <param name="InReplyTo">The inbound text (<c>SmsId</c>) it answers: its verdict decides. Without, OptOut is asked about this very text.</param>
    /// <param name="ExpiresAt">When it is not worth sending any more; a day from now where it is left out, at most 31.</param>
    public sealed record Draft(
        Guid? Conversation, string? Endpoint, string? From, string? To, string? Text, string? Purpose, Guid? InReplyTo, DateTimeOffset? ExpiresAt);

    /// <summary>The text as it was taken on.</summary>
    /// <param name="Message">The text.</param>
    /// <param name="Warning">What its writer might want to know, such as that it is billed as several.</param>
    public sealed record TakenOn(SentLog.Row Message, string? Warning);

    /// <summary><c>POST /messages</c> with an <c>Idempotency-Key</c>: the same key again, of the same caller, is the same text.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/messages", Post).RequireAuthorization(Roles.Agent);

    private static async Task<Results<Accepted<TakenOn>, ValidationProblem>> Post(
        Draft draft, HttpContext http, IEventStore store, NpgsqlDataSource database, GatewayAccounts gateways, SegmentLimits limits,
        DueSignal due, TimeProvider clock, CancellationToken ct)
    {
        if (http.IdempotencyKey() is not { } key)
            return Problems.Invalid("Idempotency-Key", $"must be a header of 1 to {LongestKey} characters, a new one for every text");
        var now = clock.GetUtcNow();
        var (endpoint, from, to) = (draft.Endpoint, draft.From, draft.To);
        if (draft.Conversation is { } id)
        {
            if (await Conversations.Find(database, id, ct) is not { } known)
                return Problems.Invalid("conversation", "is not known");
            (endpoint, from, to) = known;
        }
        var purpose = draft.Purpose ?? SendPurpose.Reply;
        var expiresAt = draft.ExpiresAt?.ToUniversalTime() ?? now + UsualLife;
        if (Faults() is { Count: > 0 } faults)
            return Problems.Invalid(faults);

        var answers = purpose == SendPurpose.Reply && draft.InReplyTo is not null;
        var sendId = NamedId.Of(Scope, http.User.Identity?.Name ?? "", key);
        var (kind, stream) = Occasion.Of(answers ? draft.InReplyTo : null, sendId);
        await store.Decide(
            kind, stream,
            new SendCommand.RequestSms(
                sendId, purpose, answers, endpoint!, PhoneNumber.Parse(from!).Value, PhoneNumber.Parse(to!).Value, draft.Text!,
                http.Cause().Actor, now, expiresAt, now) { MostSegments = limits.Most },
            http.Cause(), ct);
        due.Set();

        var message = await SentLog.Find(database, sendId, ct);
        return TypedResults.Accepted($"/messages/{sendId}", new TakenOn(message!, limits.Warning(message!.Segments)));

        Dictionary<string, string[]> Faults()
        {
            Dictionary<string, string[]> found = [];
            if (endpoint is null || !gateways.Has(endpoint))
                found["endpoint"] = ["has no gateway to send through"];
            if (!PhoneNumber.TryParse(from, out _))
                found["from"] = ["must be one of our numbers"];
            if (!PhoneNumber.TryParse(to, out var recipient))
                found["to"] = ["must be a phone number or short code"];
            else if (!recipient.CanBeReplied)
                found["to"] = ["is a name, such as an alphanumeric sender; nothing can be texted to one"];
            if (draft.Text is not { Length: >= 1 and <= SendDecider.LongestText })
                found["text"] = [$"must have 1 to {SendDecider.LongestText} characters"];
            else if (Segments.Of(draft.Text).Count is var count && count > limits.Most)
                found["text"] = [$"takes {count} segments; {limits.Most} are allowed"];
            if (!SendPurpose.CanBeAskedFor.Contains(purpose))
                found["purpose"] = [$"must be one of {string.Join(", ", SendPurpose.CanBeAskedFor)}"];
            if (expiresAt <= now || expiresAt > now + LongestLife)
                found["expiresAt"] = [$"must be in the next {LongestLife.Days} days"];
            return found;
        }
    }

    /// <summary>The key by which a caller says that two requests are one; null when there is none or it is no key.</summary>
    internal static string? IdempotencyKey(this HttpContext http) =>
        http.Request.Headers["Idempotency-Key"].ToString().Trim() is { Length: >= 1 and <= LongestKey } key ? key : null;
}
