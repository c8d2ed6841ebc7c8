using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Ingress.UseCases;

/// <summary>An operator registers an endpoint, adds a secret that the gateway issued, or has one generated.</summary>
public static partial class RegisterEndpoint
{
    /// <summary>What the operator asks for.</summary>
    /// <param name="Secret">The gateway's signing secret; when missing and the endpoint has none, one is generated.</param>
    /// <param name="Number">Our number behind the endpoint.</param>
    public sealed record Request(string? Secret, string? Number);

    /// <summary>The endpoint as it is now.</summary>
    /// <param name="Slug">Its name.</param>
    /// <param name="Path">Where the gateway delivers.</param>
    /// <param name="Number">Our number behind it.</param>
    /// <param name="SecretId">The id of the secret concerned, to revoke it by.</param>
    /// <param name="Secret">The secret, if it was generated just now; it is not shown again.</param>
    public sealed record Response(string Slug, string Path, string? Number, Guid? SecretId, string? Secret);

    /// <summary>Maps <c>PUT /endpoints/{slug}</c> and <c>DELETE /endpoints/{slug}/secrets/{id}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPut("/endpoints/{slug}", Register).RequireAuthorization(Roles.Admin);
        api.MapDelete("/endpoints/{slug}/secrets/{secretId:guid}", Revoke).RequireAuthorization(Roles.Admin);
    }

    private static async Task<Results<Ok<Response>, Created<Response>, ValidationProblem>> Register(
        string slug, Request request, HttpContext http, IEventStore store, SecretBox box, EndpointDirectory directory, CancellationToken ct)
    {
        if (!Slug().IsMatch(slug))
            return Problems.Invalid("slug", "must be 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit");
        PhoneNumber? number = null;
        if (request.Number is not null && !(PhoneNumber.TryParse(request.Number, out number) && number.CanBeReplied))
            return Problems.Invalid("number", "must be a phone number or short code");
        if (request.Secret is { } given)
        {
            try
            {
                SigningKey.From(given);
            }
            catch (ArgumentException e)
            {
                return Problems.Invalid("secret", e.Message.Split(" (Parameter")[0]);
            }
        }

        var endpoint = await store.Load(WebhookEndpoint.Stream, slug, ct);
        var generated = request.Secret is null && endpoint.State.Secrets.IsEmpty ? NewSecret() : null;
        var secret = request.Secret ?? generated;
        var known = secret is null ? null : KnownSecret(endpoint.State, slug, secret, box);
        var added = secret is null || known is not null ? null : new EndpointEvent.SecretAdded(Guid.CreateVersion7(), box.Close(slug, secret));

        var events = EndpointDecider.Decide(endpoint.State, new EndpointCommand.Register(slug, number?.Value, known, added));
        await store.Commit(endpoint, events, http.Cause(), ct);
        await directory.Read(ct);

        var response = new Response(slug, $"/hooks/{slug}", number?.Value ?? endpoint.State.Number, known ?? added?.SecretId, generated);
        return endpoint.Version == 0 ? TypedResults.Created($"/endpoints/{slug}", response) : TypedResults.Ok(response);
    }

    private static async Task<NoContent> Revoke(
        string slug, Guid secretId, HttpContext http, IEventStore store, EndpointDirectory directory, CancellationToken ct)
    {
        var endpoint = await store.Load(WebhookEndpoint.Stream, slug, ct);
        await store.Commit(endpoint, EndpointDecider.Decide(endpoint.State, new EndpointCommand.RevokeSecret(secretId)), http.Cause(), ct);
        await directory.Read(ct);
        return TypedResults.NoContent();
    }

    private static Guid? KnownSecret(WebhookEndpoint endpoint, string slug, string secret, SecretBox box)
    {
        var wanted = Encoding.UTF8.GetBytes(secret);
        foreach (var (id, encrypted) in endpoint.Secrets)
            if (CryptographicOperations.FixedTimeEquals(wanted, Encoding.UTF8.GetBytes(box.Open(slug, encrypted))))
                return id;
        return null;
    }

    private static string NewSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex Slug();
}
