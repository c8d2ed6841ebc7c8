using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Ingress.Endpoints;
using Sms.ServiceHost;

namespace Sms.Ingress.Views;

/// <summary>The endpoints there are, how each treats its deliveries, and the secrets each accepts.</summary>
public sealed class EndpointList : IView
{
    /// <summary>An endpoint; secrets by id only.</summary>
    public sealed record Row(
        string Slug, string Path, string Profile, JsonElement? CustomProfile, string? Number, OurNumber[] Numbers, string? Label, string? Region,
        string? PublicUrl, int? PerSecond, bool Disabled, DateTimeOffset RegisteredAt, Guid[] SecretIds, Secret[] Secrets, History? History, long Version);

    /// <summary>How missed texts are fetched, and how that went; the key is not shown.</summary>
    public sealed record History(string BaseUrl, string? DeviceId, string? User, int? EveryMinutes, DateTimeOffset? FetchedUntil, string? Trouble);

    /// <summary>A secret, without showing it.</summary>
    public sealed record Secret(Guid Id, DateTimeOffset AddedAt, DateTimeOffset? Until);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["endpoints", "endpoint_numbers", "endpoint_secrets"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var stored in happened)
        {
            if (stored.Data is not EndpointEvent)
                continue;
            var slug = stored.StreamId[(WebhookEndpoint.Stream.Name.Length + 1)..];
            switch (stored.Data)
            {
                case EndpointEvent.Registered e:
                    write.Add($"insert into endpoints (slug, registered_at, request_id, request_digest) values ({slug}, {stored.At}, {e.RequestId}::uuid, {e.RequestDigest}::varchar)");
                    break;
                case EndpointEvent.ProfileChosen e:
                    write.Add($"update endpoints set profile = {e.Profile}, custom_profile = {e.Custom}::varchar where slug = {slug}");
                    write.Add($"update endpoint_numbers set profile = {e.Profile} where slug = {slug}");
                    break;
                case EndpointEvent.NumbersSet e:
                    write.Add($"delete from endpoint_numbers where slug = {slug}");
                    for (var i = 0; i < e.Numbers.Count; i++)
                        write.Add(
                            $"""
                            insert into endpoint_numbers (slug, place, number, device_id, sim, profile, taken)
                            select slug, {i + 1}, {e.Numbers[i].Number}, {e.Numbers[i].DeviceId}::varchar, {e.Numbers[i].Sim}::int, profile, not disabled
                            from endpoints where slug = {slug}
                            """);
                    break;
                case EndpointEvent.SettingsChanged { Settings: var s }:
                    write.Add($"update endpoints set label = {s.Label}::varchar, region = {s.Region}::varchar, public_url = {s.PublicUrl}::varchar, per_second = {s.PerSecond}::int where slug = {slug}");
                    break;
                case EndpointEvent.SecretAdded e:
                    write.Add($"insert into endpoint_secrets (id, slug, encrypted, added_at, fingerprint) values ({e.SecretId}, {slug}, {e.Encrypted}, {stored.At}, {e.Fingerprint}::varchar)");
                    break;
                case EndpointEvent.SecretLimited e:
                    write.Add($"update endpoint_secrets set until = {e.Until}::timestamptz where id = {e.SecretId}");
                    break;
                case EndpointEvent.SecretRevoked e:
                    write.Add($"delete from endpoint_secrets where id = {e.SecretId}");
                    break;
                case EndpointEvent.HistorySet { Access: var access }:
                    write.Add($"update endpoints set history = {JsonSerializer.Serialize(access)}::jsonb where slug = {slug}");
                    break;
                case EndpointEvent.HistoryRemoved:
                    write.Add($"update endpoints set history = null where slug = {slug}");
                    break;
                case EndpointEvent.Disabled:
                    write.Add($"update endpoints set disabled = true where slug = {slug}");
                    write.Add($"update endpoint_numbers set taken = false where slug = {slug}");
                    break;
                case EndpointEvent.Enabled:
                    write.Add($"update endpoints set disabled = false where slug = {slug}");
                    write.Add($"update endpoint_numbers set taken = true where slug = {slug}");
                    break;
            }
        }
    }

    /// <summary>Maps <c>GET /endpoints</c> and <c>GET /endpoints/{slug}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/endpoints", (NpgsqlDataSource database, CancellationToken ct) => Read(database, null, ct)).WithName("ListEndpoints").WithSummary("All endpoints");
        api.MapGet("/endpoints/{slug}", One).WithName("GetEndpoint").WithSummary("An endpoint, with its version as ETag; of its secrets only the ids");
    }

    private static async Task<Results<Ok<Row>, NotFound>> One(string slug, HttpContext http, NpgsqlDataSource database, CancellationToken ct)
    {
        if ((await Read(database, slug, ct)).SingleOrDefault() is not { } row)
            return TypedResults.NotFound();
        http.SetETag(row.Version);
        return TypedResults.Ok(row);
    }

    /// <summary>One endpoint, or all of them.</summary>
    internal static Task<List<Row>> Read(NpgsqlDataSource database, string? slug, CancellationToken ct) => database.Query(
        $"""
        select e.slug, e.profile, e.custom_profile, e.label, e.region, e.public_url, e.per_second, e.disabled, e.registered_at, m.version,
               (select coalesce(jsonb_agg(jsonb_build_object('Number', number, 'DeviceId', device_id, 'Sim', sim) order by place), '[]')::text
                from endpoint_numbers n where n.slug = e.slug),
               (select coalesce(jsonb_agg(jsonb_build_object('Id', id, 'AddedAt', added_at, 'Until', until) order by added_at, id), '[]')::text
                from endpoint_secrets s where s.slug = e.slug),
               e.history::text, h.fetched_until, h.trouble
        from endpoints e join mt_streams m on m.id = {WebhookEndpoint.Stream.Name + "-"}::varchar || e.slug
             left join history_fetches h on h.slug = e.slug
        where {slug}::varchar is null or e.slug = {slug}
        order by e.slug
        """,
        r =>
        {
            var numbers = JsonSerializer.Deserialize<OurNumber[]>(r.GetString(10))!;
            var secrets = JsonSerializer.Deserialize<Secret[]>(r.GetString(11))!;
            return new Row(
                r.GetString(0), PathOf(r.GetString(0)), r.GetString(1), Text(2) is { } custom ? JsonElement.Parse(custom) : null,
                numbers.FirstOrDefault()?.Number, numbers, Text(3), Text(4), Text(5), r.IsDBNull(6) ? null : r.GetInt32(6), r.GetBoolean(7),
                r.GetFieldValue<DateTimeOffset>(8), Array.ConvertAll(secrets, s => s.Id), secrets,
                Text(12) is { } history && JsonSerializer.Deserialize<HistoryAccess>(history) is { } access
                    ? new History(access.BaseUrl, access.DeviceId, access.User, access.EveryMinutes, r.IsDBNull(13) ? null : r.GetFieldValue<DateTimeOffset>(13), Text(14))
                    : null,
                r.GetInt64(9));

            string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
        }, ct);

    /// <summary>Where a gateway delivers.</summary>
    internal static string PathOf(string slug) => string.Create(CultureInfo.InvariantCulture, $"/hooks/{slug}");
}
