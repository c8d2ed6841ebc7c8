using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Webhooks.Mappings;
using Sms.Webhooks.Subscriptions;

namespace Sms.Webhooks.Views;

/// <summary>The webhooks there are, and how their receivers do.</summary>
public sealed class WebhookList : IView
{
    /// <summary>A webhook; credentials by name only.</summary>
    /// <param name="Id">Its identity.</param>
    /// <param name="Name">What people call it.</param>
    /// <param name="Url">Where it sends.</param>
    /// <param name="EventTypes">What it tells.</param>
    /// <param name="Mapping">The form.</param>
    /// <param name="CustomMapping">The mapping, where it is none of those built in.</param>
    /// <param name="Settings">What is set for the mapping.</param>
    /// <param name="Headers">The names of the headers that go along.</param>
    /// <param name="Secrets">The signing secrets, without showing them.</param>
    /// <param name="Paused">That it is paused, and why; null when it is not.</param>
    /// <param name="Receiver">How its receiver does.</param>
    /// <param name="CreatedAt">Since when it is there.</param>
    /// <param name="Version">The version of its stream.</param>
    public sealed record Row(
        Guid Id, string? Name, string Url, IReadOnlyList<string> EventTypes, string Mapping, string? CustomMapping,
        IReadOnlyDictionary<string, string> Settings, IReadOnlyList<string> Headers, IReadOnlyList<Secret> Secrets, Pause? Paused, Health Receiver,
        DateTimeOffset CreatedAt, long Version);

    /// <summary>A secret, without showing it.</summary>
    public sealed record Secret(Guid Id, DateTimeOffset? Until);

    /// <summary>Why a webhook is paused, and whether it was by itself.</summary>
    public sealed record Pause(string? Reason, bool ByItself);

    /// <summary>How a receiver does.</summary>
    /// <param name="Waiting">How many deliveries wait for it.</param>
    /// <param name="Failed">How many have been given up and are kept.</param>
    /// <param name="FailingSince">Since when it has taken nothing; null while all is well.</param>
    /// <param name="QuietUntil">Until when it is left alone.</param>
    /// <param name="LastDeliveredAt">When it last took something.</param>
    public sealed record Health(long Waiting, long Failed, DateTimeOffset? FailingSince, DateTimeOffset? QuietUntil, DateTimeOffset? LastDeliveredAt);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables { get; } = ["webhooks"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
            switch (e.Data)
            {
                case SubscriptionEvent.Created { Terms: var terms }:
                    write.Add($"insert into webhooks (id, event_types, paused, created_at) values ({Subscription.IdOf(e.StreamId)}, {terms.EventTypes.ToArray()}, false, {e.At})");
                    break;
                case SubscriptionEvent.Changed { Terms: var terms }:
                    write.Add($"update webhooks set event_types = {terms.EventTypes.ToArray()} where id = {Subscription.IdOf(e.StreamId)}");
                    break;
                case SubscriptionEvent.Paused or SubscriptionEvent.Resumed:
                    write.Add($"update webhooks set paused = {e.Data is SubscriptionEvent.Paused} where id = {Subscription.IdOf(e.StreamId)}");
                    break;
                case SubscriptionEvent.Deleted:
                    write.Add($"delete from webhooks where id = {Subscription.IdOf(e.StreamId)}");
                    break;
            }
    }

    internal static void Map(RouteGroupBuilder webhooks)
    {
        webhooks.MapGet("", List).WithName("ListWebhooks").WithSummary("The webhooks there are, and how their receivers do");
        webhooks.MapGet("/{id:guid}", One).WithName("GetWebhook").WithSummary("One webhook");
        webhooks.MapGet("/event-types", (WebhookEvents events) => TypedResults.Ok(events.Types)).WithName("ListWebhookEventTypes")
            .WithSummary("The types of events that can be asked for");
        webhooks.MapGet("/mappings", (WebhookEvents events) => TypedResults.Ok(BuiltInMappings.All.Values
                .Where(mapping => events.Types.Any(type => mapping.Knows(type.Name))).OrderBy(mapping => mapping.Name, StringComparer.Ordinal).ToList()))
            .WithName("ListWebhookMappings").WithSummary("The built-in mappings that know any of these events");
    }

    private static Task<List<Row>> List(IEventStore store, NpgsqlDataSource database, CancellationToken ct) => Read(store, database, null, ct);

    private static async Task<Results<Ok<Row>, NotFound>> One(Guid id, HttpContext http, IEventStore store, NpgsqlDataSource database, CancellationToken ct)
    {
        if (await Read(store, database, id, ct) is not [var row])
            return TypedResults.NotFound();
        http.SetETag(row.Version);
        return TypedResults.Ok(row);
    }

    /// <summary>One webhook, or all of them.</summary>
    internal static async Task<List<Row>> Read(IEventStore store, NpgsqlDataSource database, Guid? id, CancellationToken ct)
    {
        var rows = new List<Row>();
        foreach (var (webhookId, createdAt, health) in await database.Query(
            $"""
            select w.id, w.created_at, r.failing_since, r.quiet_until, r.last_delivered_at,
                   (select count(*) from webhook_deliveries d where d.webhook_id = w.id and d.state = 'waiting'),
                   (select count(*) from webhook_deliveries d where d.webhook_id = w.id and d.state = 'failed')
            from webhooks w left join webhook_receivers r on r.webhook_id = w.id
            where {id}::uuid is null or w.id = {id}::uuid
            order by w.created_at, w.id
            """,
            r => (r.GetGuid(0), r.GetFieldValue<DateTimeOffset>(1), new Health(r.GetInt64(5), r.GetInt64(6), Time(r, 2), Time(r, 3), Time(r, 4))), ct))
        {
            var webhook = await store.Load(Subscription.Stream, webhookId, ct);
            if (webhook.State is not { Exists: true, Terms: { } terms } state)
                continue;
            rows.Add(new Row(
                webhookId, terms.Name, terms.Url, terms.EventTypes, terms.Mapping, terms.CustomMapping,
                terms.Settings.ToDictionary(setting => setting.Name, setting => setting.Value), [.. state.Headers.Select(header => header.Name)],
                [.. state.Secrets.Select(secret => new Secret(secret.Key, secret.Value.Until))],
                state.Paused is { } paused ? new Pause(paused.Reason, paused.ByItself) : null, health, createdAt, webhook.Version));
        }
        return rows;
    }

    private static DateTimeOffset? Time(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);
}
