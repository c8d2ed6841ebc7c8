using Npgsql;
using Sms.EventStore;
using Sms.Ingress.Endpoints;
using Sms.ServiceHost;

namespace Sms.Ingress.UseCases;

/// <summary>
/// Changes an endpoint: loads it, lets the decider decide, makes sure that no other endpoint has what it is to have, commits,
/// and lets this instance know at once.
/// </summary>
public sealed class ChangeEndpoint(IEventStore store, NpgsqlDataSource database, EndpointDirectory directory)
{
    /// <summary>The endpoint as it was before, and its version now; null when there is none and it is not to be registered.</summary>
    /// <param name="slug">Its name.</param>
    /// <param name="http">Who asks, and on which version.</param>
    /// <param name="ask">What is asked of it as it is.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RefusedException">Another endpoint has the secret or number already, or a rule says no.</exception>
    /// <exception cref="VersionConflictException">It has changed since the caller read it.</exception>
    public async Task<(WebhookEndpoint Before, long Version)?> Change(
        string slug, HttpContext http, Func<WebhookEndpoint, EndpointCommand> ask, CancellationToken ct)
    {
        var endpoint = await store.Load(WebhookEndpoint.Stream, slug, ct);
        if (http.IfMatch() is { } read && read != endpoint.Version)
            throw new VersionConflictException(endpoint.StreamId);
        var command = ask(endpoint.State);
        if (endpoint.Version == 0 && command is not EndpointCommand.Register)
            return null;

        var events = EndpointDecider.Decide(endpoint.State, command);
        var after = events.Aggregate(endpoint.State, WebhookEndpoint.Stream.Evolve);
        if (await TakenElsewhere(slug, after, events, ct) is { } taken)
            throw new RefusedException(taken);
        try
        {
            await store.Commit(endpoint, events, http.Cause(), ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Somebody registered the same at the same moment.
            throw new RefusedException(await TakenElsewhere(slug, after, events, ct) ?? "The same was registered at the same moment: look at what there is.");
        }
        await directory.Read(ct);
        return (endpoint.State, endpoint.Version + events.Length);
    }

    /// <summary>
    /// A webhook registered twice delivers every text twice, under two identities. The same secret, or the same number of the
    /// same kind of gateway, at another endpoint can only be that.
    /// </summary>
    private async Task<string?> TakenElsewhere(string slug, WebhookEndpoint after, EndpointEvent[] events, CancellationToken ct)
    {
        var fingerprints = events.OfType<EndpointEvent.SecretAdded>().Select(e => e.Fingerprint ?? "").ToArray();
        if ((await database.Query(
                $"select slug from endpoint_secrets where fingerprint = any ({fingerprints}) and slug <> {slug} limit 1", r => r.GetString(0), ct))
            is [var withSecret])
            return $"The secret is that of endpoint '{withSecret}' already: this webhook seems to be registered there. Use that endpoint, revoke the secret there, or give this one a secret of its own.";

        var numbers = after.IsDisabled ? [] : after.Numbers.Select(n => n.Number).ToArray();
        return (await database.Query(
                $"select slug from endpoint_numbers where taken and profile = {after.Profile} and number = any ({numbers}) and slug <> {slug} limit 1",
                r => r.GetString(0), ct))
            is [var withNumber]
            ? $"A number of it belongs to endpoint '{withNumber}' of the same kind of gateway already: with both, every text would be two. Use that endpoint, or disable it first."
            : null;
    }
}
