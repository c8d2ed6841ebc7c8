using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Views;
using Sms.ServiceHost;

namespace Sms.Ingress.UseCases;

/// <summary>An operator registers an endpoint, or changes one: its kind of gateway, numbers, settings, or a secret more.</summary>
public sealed class RegisterEndpoint(ChangeEndpoint endpoints, IEventStore store, NpgsqlDataSource database, SecretBox box, TimeProvider clock)
{
    private const int LongestKey = 200;
    private static readonly Guid Requests = new("6f2b1c0e-3c86-4b0a-9d55-1f1f4b1f0a03");

    // As long as a client may go on trying: the secret is shown to the request that asked for it, and to nobody else.
    private static readonly TimeSpan SecretShown = TimeSpan.FromHours(24);

    /// <summary>The endpoint as it is now.</summary>
    /// <param name="Slug">Its name.</param>
    /// <param name="Path">Where the gateway delivers.</param>
    /// <param name="Profile">The kind of gateway.</param>
    /// <param name="Number">Our first number behind it.</param>
    /// <param name="SecretId">The id of the secret concerned, to revoke it by.</param>
    /// <param name="Secret">The secret, if it was generated just now; it is not shown again.</param>
    /// <param name="SecurityNote">What the gateway's proof does not protect from.</param>
    public sealed record Response(string Slug, string Path, string Profile, string? Number, Guid? SecretId, string? Secret, string? SecurityNote);

    /// <summary>Maps <c>POST /endpoints</c> and <c>PUT /endpoints/{slug}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/endpoints", (EndpointDraft draft, HttpContext http, RegisterEndpoint use, CancellationToken ct) => use.Create(draft, http, ct))
            .RequireAuthorization(Roles.Admin).WithName("RegisterEndpoint").WithSummary("Registers an endpoint; a secret that is generated is shown this once")
            .TakesIdempotencyKey().Refuses(StatusCodes.Status422UnprocessableEntity, "The Idempotency-Key was used for another endpoint.");
        api.MapPut("/endpoints/{slug}", (string slug, EndpointDraft draft, HttpContext http, RegisterEndpoint use, CancellationToken ct) =>
            use.Put(slug, draft, http, ct)).RequireAuthorization(Roles.Admin).WithName("PutEndpoint")
            .WithSummary("Registers an endpoint under this name, or changes what is said of it and leaves the rest").TakesIfMatch();
    }

    /// <summary>A new endpoint; the same request again (<c>Idempotency-Key</c>) is answered as the first time.</summary>
    private async Task<Results<Created<Response>, ValidationProblem, ProblemHttpResult>> Create(EndpointDraft draft, HttpContext http, CancellationToken ct)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > LongestKey)
            return Problems.Invalid("Idempotency-Key", $"must not be longer than {LongestKey} characters");
        Guid? request = key.Length == 0 ? null : NamedId.Of(Requests, http.User.Identity?.Name ?? "", key);
        var digest = request is null ? null : box.Fingerprint(JsonSerializer.Serialize(draft, JsonSerializerOptions.Web));
        if (await Before(request, digest, ct) is { } before)
            return before;

        var slug = draft.Slug ?? $"{(draft.Label is { Length: > 0 and < 40 } label ? label : draft.Profile ?? "sms")}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        if (draft.Slug is not null && !EndpointDraft.IsSlug(slug))
            return Problems.Invalid("slug", NotASlug);
        if (draft.Faults(WebhookEndpoint.Stream.Initial) is { Count: > 0 } faults)
            return Problems.Invalid(faults);
        try
        {
            var (response, _) = await Have(slug, draft, new EndpointEvent.Registered(slug, request, digest), mustBeNew: true, http, ct);
            return TypedResults.Created($"/endpoints/{slug}", response);
        }
        catch (Exception e) when (request is not null && e is RefusedException or VersionConflictException)
        {
            // The same request may have come twice at the same moment.
            if (await Before(request, digest, ct) is { } meanwhile)
                return meanwhile;
            throw;
        }
    }

    private async Task<Results<Ok<Response>, Created<Response>, ValidationProblem>> Put(string slug, EndpointDraft draft, HttpContext http, CancellationToken ct)
    {
        if (!EndpointDraft.IsSlug(slug))
            return Problems.Invalid("slug", NotASlug);
        if (draft.Slug is not null && draft.Slug != slug)
            return Problems.Invalid("slug", "must be the one in the address, or left out");
        if (draft.Faults((await store.Load(WebhookEndpoint.Stream, slug, ct)).State) is { Count: > 0 } faults)
            return Problems.Invalid(faults);
        var (response, isNew) = await Have(slug, draft, new EndpointEvent.Registered(slug), mustBeNew: false, http, ct);
        return isNew ? TypedResults.Created($"/endpoints/{slug}", response) : TypedResults.Ok(response);
    }

    private const string NotASlug = "must be 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit";

    private async Task<(Response Response, bool IsNew)> Have(
        string slug, EndpointDraft draft, EndpointEvent.Registered registration, bool mustBeNew, HttpContext http, CancellationToken ct)
    {
        EndpointCommand.Register? asked = null;
        string? generated = null;
        var (before, version) = (await endpoints.Change(slug, http, endpoint =>
        {
            if (mustBeNew && endpoint.Slug is not null)
                throw new RefusedException($"There is an endpoint '{slug}' already: change it with PUT, or choose another name.");
            generated = draft.Secret is null && endpoint.Secrets.IsEmpty ? NewSecret(draft.ProfileAfter(endpoint)) : null;
            var secret = draft.Secret ?? generated;
            var known = secret is null ? null : box.Find(slug, endpoint.EncryptedSecrets, secret);
            return asked = new EndpointCommand.Register(registration, clock.GetUtcNow())
            {
                Profile = draft.ToProfile(),
                Numbers = draft.ToNumbers(endpoint),
                Settings = draft.ToSettings(endpoint),
                KnownSecret = known,
                NewSecret = secret is null || known is not null ? null : Closed(box, slug, secret),
            };
        }, ct)).GetValueOrDefault();
        http.SetETag(version);
        return (
            new Response(
                slug, EndpointList.PathOf(slug), asked!.Profile?.Profile ?? before.Profile, asked.Numbers is [var first, ..] ? first.Number : asked.Numbers is null && before.Numbers is [var known, ..] ? known.Number : null,
                asked.KnownSecret ?? asked.NewSecret?.SecretId, generated, draft.ProfileAfter(before).Profile.SecurityNote),
            before.Slug is null);
    }

    /// <summary>What the same request was answered before; null when it is new.</summary>
    private async Task<Results<Created<Response>, ValidationProblem, ProblemHttpResult>?> Before(Guid? request, string? digest, CancellationToken ct)
    {
        var known = await database.Query(
            $"select slug, request_digest, registered_at from endpoints where request_id = {request}::uuid",
            r => (Slug: r.GetString(0), Digest: r.GetString(1), At: r.GetFieldValue<DateTimeOffset>(2)), ct);
        if (known is not [var (slug, asked, at)])
            return null;
        if (asked != digest)
            return TypedResults.Problem(
                "The same Idempotency-Key was used for another endpoint: use a new key for a new request.", statusCode: StatusCodes.Status422UnprocessableEntity);

        var row = (await EndpointList.Read(database, slug, ct)).Single();
        var state = (await store.Load(WebhookEndpoint.Stream, slug, ct)).State;
        var first = row.Secrets is [{ AddedAt: var added, Id: var oldest }, ..] && added == at ? oldest : (Guid?)null;
        var secret = first is { } id && clock.GetUtcNow() - at < SecretShown && state.Secrets.TryGetValue(id, out var kept) ? box.Open(slug, kept.Encrypted) : null;
        return TypedResults.Created($"/endpoints/{slug}", new Response(slug, row.Path, row.Profile, row.Number, first, secret, KnownProfiles.Compile(state.Profile, state.Custom).Profile.SecurityNote));
    }

    /// <summary>A secret of our own making, 32 random bytes in the form of Standard Webhooks, or in hexadecimal where the gateway's are.</summary>
    internal static string NewSecret(CompiledProfile profile) => profile.Profile.Proof.Key.Reading is KeyReading.Hex
        ? RandomNumberGenerator.GetHexString(64, lowercase: true)
        : "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>A secret ready to be kept.</summary>
    internal static EndpointEvent.SecretAdded Closed(SecretBox box, string slug, string secret) =>
        new(Guid.CreateVersion7(), box.Close(slug, secret), box.Fingerprint(secret));
}
