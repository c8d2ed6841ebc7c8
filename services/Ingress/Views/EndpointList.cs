using Sms.EventStore;
using Sms.Ingress.Endpoints;
using Npgsql;

namespace Sms.Ingress.Views;

/// <summary>The endpoints there are and the secrets each accepts.</summary>
public sealed class EndpointList : IView
{
    /// <summary>An endpoint in the list; secrets by id only.</summary>
    public sealed record Row(string Slug, string Path, string? Number, DateTimeOffset RegisteredAt, Guid[] SecretIds);

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
                case EndpointEvent.Registered:
                    write.Add($"insert into endpoints (slug, registered_at) values ({slug}, {stored.At})");
                    break;
                case EndpointEvent.NumberSet e:
                    write.Add($"update endpoints set number = {e.Number} where slug = {slug}");
                    break;
                case EndpointEvent.SecretAdded e:
                    write.Add($"insert into endpoint_secrets (id, slug, encrypted, added_at) values ({e.SecretId}, {slug}, {e.Encrypted}, {stored.At})");
                    break;
                case EndpointEvent.SecretRevoked e:
                    write.Add($"delete from endpoint_secrets where id = {e.SecretId}");
                    break;
            }
        }
    }

    /// <summary>Maps <c>GET /endpoints</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/endpoints", (NpgsqlDataSource database, CancellationToken ct) => database.Query(
        $"""
        select slug, number, registered_at,
               array(select id from endpoint_secrets s where s.slug = e.slug order by added_at)
        from endpoints e order by slug
        """,
        r => new Row(
            r.GetString(0), $"/hooks/{r.GetString(0)}", r.IsDBNull(1) ? null : r.GetString(1), r.GetFieldValue<DateTimeOffset>(2),
            r.GetFieldValue<Guid[]>(3)), ct));
}
