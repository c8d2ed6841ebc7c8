using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Webhooks.Deliveries;
using Sms.Webhooks.Subscriptions;
using Sms.Webhooks.Views;

namespace Sms.Webhooks.UseCases;

/// <summary>An operator changes a webhook, pauses it, lets it go on, or deletes it.</summary>
internal sealed class ChangeWebhook(
    IEventStore store, NpgsqlDataSource database, WebhookEvents events, ReceiverClient receivers, Lazy<SecretBox> box, TimeProvider clock)
{
    private const int LongestReason = 500;

    /// <summary>Why it is paused.</summary>
    public sealed record PauseRequest(string? Reason);

    public static void Map(RouteGroupBuilder webhooks)
    {
        webhooks.MapPut("/{id:guid}", (Guid id, SubscriptionDraft draft, HttpContext http, ChangeWebhook use, CancellationToken ct) => use.Put(id, draft, http, ct))
            .RequireAuthorization(Roles.Admin).WithName("ChangeWebhook").WithSummary("Change what a webhook is told, where or how").TakesIfMatch();
        webhooks.MapPost("/{id:guid}/pause", (Guid id, PauseRequest? request, HttpContext http, ChangeWebhook use, CancellationToken ct) => use.Pause(id, request, http, ct))
            .RequireAuthorization(Roles.Admin).WithName("PauseWebhook").WithSummary("Send nothing for now; what happens meanwhile waits").TakesIfMatch();
        webhooks.MapPost("/{id:guid}/resume", (Guid id, HttpContext http, ChangeWebhook use, CancellationToken ct) => use.Resume(id, http, ct))
            .RequireAuthorization(Roles.Admin).WithName("ResumeWebhook").WithSummary("Send what waited, and what comes").TakesIfMatch();
        webhooks.MapDelete("/{id:guid}", (Guid id, HttpContext http, ChangeWebhook use, CancellationToken ct) => use.Delete(id, http, ct))
            .RequireAuthorization(Roles.Admin).WithName("DeleteWebhook").WithSummary("Send nothing any more; what waits is dropped").TakesIfMatch();
    }

    private async Task<Results<Ok<WebhookList.Row>, NotFound, ValidationProblem>> Put(Guid id, SubscriptionDraft draft, HttpContext http, CancellationToken ct)
    {
        if ((await store.Load(Subscription.Stream, id, ct)).State is not { Exists: true, Terms: { } now })
            return TypedResults.NotFound();
        if (draft.Faults(now, events.Types, receivers.Guard) is { Count: > 0 } faults)
            return Problems.Invalid(faults);
        if (!await Change(id, http, webhook => new SubscriptionCommand.Change(
            draft.ToTerms(webhook.Terms, events.Types), draft.Headers is null ? null : CreateWebhook.Closed(box.Open(), id, draft.Headers)), ct))
            return TypedResults.NotFound();
        return await WebhookList.Read(store, database, id, ct) is [var row] ? TypedResults.Ok(row) : TypedResults.NotFound();
    }

    private async Task<Results<NoContent, NotFound, ValidationProblem>> Pause(Guid id, PauseRequest? request, HttpContext http, CancellationToken ct)
    {
        if (request?.Reason is { Length: > LongestReason } || request?.Reason?.Contains('\0', StringComparison.Ordinal) == true)
            return Problems.Invalid("reason", $"must not be longer than {LongestReason} characters, and without U+0000");
        return await Change(id, http, _ => new SubscriptionCommand.Pause(request?.Reason, ByItself: false), ct) ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    private async Task<Results<NoContent, NotFound>> Resume(Guid id, HttpContext http, CancellationToken ct)
    {
        // A new start for the receiver, and for everything that waits for it: before anything is sent.
        await database.Query(
            $"""
            with receiver as (
                update webhook_receivers set failing_since = null, quiet_until = null where webhook_id = {id}
                and exists (select from webhooks where id = {id} and paused))
            update webhook_deliveries set tries = 0, due_at = {clock.GetUtcNow()}
            where webhook_id = {id} and state = 'waiting' and exists (select from webhooks where id = {id} and paused)
            returning message_id
            """, r => r.GetGuid(0), ct);
        return await Change(id, http, _ => new SubscriptionCommand.Resume(), ct) ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    private async Task<Results<NoContent, NotFound>> Delete(Guid id, HttpContext http, CancellationToken ct) =>
        await Change(id, http, _ => new SubscriptionCommand.Delete(), ct) ? TypedResults.NoContent() : TypedResults.NotFound();

    /// <summary>Loads it, lets the decider decide, commits; false when there is none.</summary>
    /// <exception cref="VersionConflictException">It has changed since the caller read it.</exception>
    internal async Task<bool> Change(Guid id, HttpContext http, Func<Subscription, SubscriptionCommand> ask, CancellationToken ct)
    {
        var webhook = await store.Load(Subscription.Stream, id, ct);
        if (!webhook.State.Exists)
            return false;
        if (http.IfMatch() is { } read && read != webhook.Version)
            throw new VersionConflictException(webhook.StreamId);
        var changed = SubscriptionDecider.Decide(webhook.State, ask(webhook.State));
        await store.Commit(webhook, changed, http.Cause(), ct);
        http.SetETag(webhook.Version + changed.Length);
        return true;
    }
}
