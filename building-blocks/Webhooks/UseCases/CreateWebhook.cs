using System.Text.Json;
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

/// <summary>An operator asks for somebody to be told: <c>POST /webhooks</c>.</summary>
internal sealed class CreateWebhook(
    IEventStore store, NpgsqlDataSource database, WebhookEvents events, ReceiverClient receivers, Lazy<SecretBox> box, TimeProvider clock)
{
    private const int LongestKey = 200, MostWebhooks = 50;
    private static readonly Guid Requests = new("b1f0c7a2-9d64-4a3e-8c55-2f0d9e6a7c11");

    // As long as a client may go on trying: the secret is shown to the request that asked for it, and to nobody else.
    private static readonly TimeSpan SecretShown = TimeSpan.FromHours(24);

    /// <summary>The new webhook.</summary>
    /// <param name="Webhook">It.</param>
    /// <param name="Secret">The secret to check signatures with; it is not shown again.</param>
    public sealed record Response(WebhookList.Row Webhook, string? Secret);

    public static void Map(RouteGroupBuilder webhooks) => webhooks
        .MapPost("", (SubscriptionDraft draft, HttpContext http, CreateWebhook use, CancellationToken ct) => use.Create(draft, http, ct))
        .RequireAuthorization(Roles.Admin).WithName("CreateWebhook").WithSummary("Have somebody told of events; the answer shows the signing secret, once")
        .TakesIdempotencyKey().Refuses(StatusCodes.Status422UnprocessableEntity, "The Idempotency-Key was used for another webhook.");

    private async Task<Results<Created<Response>, ValidationProblem, ProblemHttpResult>> Create(SubscriptionDraft draft, HttpContext http, CancellationToken ct)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > LongestKey)
            return Problems.Invalid("Idempotency-Key", $"must not be longer than {LongestKey} characters");
        if (draft.Faults(null, events.Types, receivers.Guard) is { Count: > 0 } faults)
            return Problems.Invalid(faults);

        var id = key.Length == 0 ? Guid.CreateVersion7() : NamedId.Of(Requests, http.User.Identity?.Name ?? "", key);
        var digest = key.Length == 0 ? null : box.Open().Fingerprint(JsonSerializer.Serialize(draft, JsonSerializerOptions.Web));
        var webhook = await store.Load(Subscription.Stream, id, ct);
        if (webhook.Version == 0)
        {
            if ((await database.Query($"select count(*) from webhooks", r => r.GetInt64(0), ct))[0] >= MostWebhooks)
                throw new RefusedException($"There are {MostWebhooks} webhooks already: delete one that nobody needs.");
            var secret = draft.Secret ?? StandardSignature.NewSecret();
            var created = SubscriptionDecider.Decide(webhook.State, new SubscriptionCommand.Create(
                new SubscriptionEvent.Created(draft.ToTerms(null, events.Types), digest), Closed(box.Open(), id, draft.Headers),
                new SubscriptionEvent.SecretAdded(Guid.CreateVersion7(clock.GetUtcNow()), box.Open().Close(id.ToString(), secret))));
            try
            {
                await store.Commit(webhook, created, http.Cause(), ct);
            }
            catch (VersionConflictException) when (digest is not null)
            {
                // The same request came twice at the same moment; it is answered below.
            }
            webhook = await store.Load(Subscription.Stream, id, ct);
        }
        if (webhook.State.RequestDigest != digest || await WebhookList.Read(store, database, id, ct) is not [var row])
            return TypedResults.Problem(
                "The same Idempotency-Key was used for another webhook: use a new key for a new request.", statusCode: StatusCodes.Status422UnprocessableEntity);
        http.SetETag(row.Version);
        // The first of them, while nothing else has happened to it.
        var shown = clock.GetUtcNow() - row.CreatedAt < SecretShown && webhook.State.Secrets.Count == 1 && draft.Secret is null
            ? box.Open().Open(id.ToString(), webhook.State.Secrets.Values.Single().Encrypted)
            : null;
        return TypedResults.Created($"/webhooks/{id}", new Response(row, shown));
    }

    /// <summary>Headers ready to be kept; null where none are given.</summary>
    internal static SubscriptionEvent.HeadersSet? Closed(SecretBox box, Guid id, IReadOnlyDictionary<string, string?>? headers) => headers is null ? null
        : new([.. headers.OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => new EncryptedHeader(header.Key, box.Close(id.ToString(), header.Value!)))]);
}
