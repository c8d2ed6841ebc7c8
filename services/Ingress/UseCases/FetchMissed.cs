using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Inbound;
using Sms.ServiceHost;

namespace Sms.Ingress.UseCases;

/// <summary>
/// Fetches from a gateway's history what its webhook never brought: on request, and by itself every so often. What is found goes
/// the way of a delivery from there on, and what had come already is recognised as that.
/// </summary>
public sealed partial class FetchMissed(
    IEventStore store, EndpointDirectory endpoints, HistoryClient gateway, SecretBox box, DeliveryLog deliveries, NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostPages = 500, AtOnce = 100;
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(30), First = TimeSpan.FromDays(1);

    // A phone that was offline hands its texts on late, with the times at which they came to it.
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(2);

    /// <summary>The period to look at: a day up to now when not said, at most 30 days.</summary>
    public sealed record Request(DateTimeOffset? Since, DateTimeOffset? Until);

    /// <summary>What was found.</summary>
    /// <param name="Since">From when.</param>
    /// <param name="Until">Until when.</param>
    /// <param name="Found">Texts of that period in the gateway's history.</param>
    /// <param name="Missed">How many of them had not come, and have now.</param>
    /// <param name="Unreadable">Elements of the history that could not be understood.</param>
    public sealed record Outcome(DateTimeOffset Since, DateTimeOffset Until, int Found, int Missed, int Unreadable);

    /// <summary>Maps <c>POST /endpoints/{slug}/backfill</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/endpoints/{slug}/backfill",
        (string slug, Request? request, FetchMissed use, CancellationToken ct) => use.Asked(slug, request, ct)).RequireAuthorization(Roles.Admin);

    private async Task<Results<Ok<Outcome>, NotFound, ValidationProblem, ProblemHttpResult>> Asked(string slug, Request? request, CancellationToken ct)
    {
        var until = request?.Until ?? clock.GetUtcNow();
        var since = request?.Since ?? until - First;
        if (since >= until || until - since > Furthest)
            return Problems.Invalid("since", $"must be before until, by at most {Furthest.TotalDays:0} days");
        await endpoints.Read(ct);
        if (endpoints.Find(slug) is not { } endpoint)
            return TypedResults.NotFound();
        try
        {
            return TypedResults.Ok(await Fetch(endpoint, since, until, ct));
        }
        catch (HistoryException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status502BadGateway);
        }
    }

    /// <summary>Looks where it is time to, at one instance at a time.</summary>
    public async Task FetchDue(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = await database.Query(
            $"""
            insert into history_fetches as h (slug, begun_at)
            select slug, {now} from endpoints where not disabled and history ->> 'EveryMinutes' is not null
            on conflict (slug) do update set begun_at = {now}
            where h.begun_at <= {now} - make_interval(mins => (select (history ->> 'EveryMinutes')::int from endpoints e where e.slug = h.slug))
            returning slug, fetched_until
            """,
            r => (Slug: r.GetString(0), FetchedUntil: r.IsDBNull(1) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(1)), ct);
        foreach (var (slug, fetchedUntil) in due)
        {
            string? trouble = null;
            try
            {
                if (endpoints.Find(slug) is { } endpoint)
                {
                    var since = (fetchedUntil ?? now - First) - Overlap;
                    await Fetch(endpoint, since < now - Furthest ? now - Furthest : since, now, ct);
                }
            }
            catch (HistoryException e)
            {
                trouble = e.Message;
            }
            await using var command = database.CreateCommand(
                "update history_fetches set fetched_until = case when $2::varchar is null then $3 else fetched_until end, trouble = $2 where slug = $1");
            command.Parameters.Add(new() { Value = slug });
            command.Parameters.Add(new() { Value = (object?)trouble ?? DBNull.Value });
            command.Parameters.Add(new() { Value = now });
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>Fetches a period page by page.</summary>
    private async Task<Outcome> Fetch(OpenEndpoint endpoint, DateTimeOffset since, DateTimeOffset until, CancellationToken ct)
    {
        var profile = endpoint.Profile.Profile;
        if ((await store.Load(WebhookEndpoint.Stream, endpoint.Slug, ct)).State.History is not { } access || profile is not { History: { } history, Sending: { } sending })
            throw new HistoryException("The endpoint says nothing about how to fetch from its gateway.");
        var key = box.Open(endpoint.Slug, access.EncryptedKey);
        var (found, missed, unreadable, pages) = (0, 0, 0, 0);
        foreach (var number in endpoint.Numbers.Select(n => (string?)n.Number).DefaultIfEmpty())
        {
            IReadOnlyList<HistoryContact> contacts = history.Contacts is { } list ? await Contacts(list, number) : [new HistoryContact("", null)];
            foreach (var contact in contacts)
            {
                for (var (page, skip, more) = (1, 0, true); more; page++)
                {
                    var read = Reading.ReadHistory(
                        endpoint.Profile, await Page(history.Path, history.Query, history.PageSize, page, skip, number, contact.Contact), access.DeviceId, out var count);
                    if (read.Reason is { } reason)
                        throw new HistoryException($"A page of the history cannot be understood: {reason}.");
                    unreadable += read.Notices.Count(n => n is Notice.Unreadable);
                    var texts = read.Notices.OfType<Notice.Inbound>().ToList();
                    await Take([.. texts.Where(t => t.SentAt is not { } at || at >= since && at <= until)]);
                    skip += count;
                    // Where the newest come first, what follows a page that reaches further back than the period does too.
                    more = count >= history.PageSize && !(texts is [{ SentAt: { } newest }, .., { SentAt: { } oldest }] && newest >= oldest && oldest < since);
                }
            }
            if (!history.Query.Values.Any(template => template.Contains("{number}", StringComparison.Ordinal)) && history.Contacts is null)
                break;
        }
        return new Outcome(since, until, found, missed, unreadable);

        async Task<IReadOnlyList<HistoryContact>> Contacts(HistoryContacts list, string? number)
        {
            var all = new List<HistoryContact>();
            for (var (page, skip, more) = (1, 0, true); more; page++)
            {
                if (Reading.ReadContacts(endpoint.Profile, await Page(list.Path, list.Query, list.PageSize, page, skip, number, null), out var contacts, out var count) is { } reason)
                    throw new HistoryException($"A page of contacts cannot be understood: {reason}.");
                all.AddRange(contacts.Where(c => c.LastAt is null || c.LastAt >= since));
                skip += count;
                more = count >= list.PageSize;
            }
            return all;
        }

        async Task<ReadOnlyMemory<byte>> Page(
            string path, IReadOnlyDictionary<string, string> query, int size, int page, int skip, string? number, string? contact)
        {
            if (++pages > MostPages)
                throw new HistoryException($"There are more than {MostPages} pages: ask for a shorter period.");
            string? Value(string name) => name switch
            {
                "limit" => size.ToString(CultureInfo.InvariantCulture),
                "page" => page.ToString(CultureInfo.InvariantCulture),
                "skip" => skip.ToString(CultureInfo.InvariantCulture),
                "number" => number,
                "contact" => contact,
                "device" => access.DeviceId,
                "since" => Time(since),
                "until" => Time(until),
                _ => null,
            };
            var parameters = from parameter in query
                             let value = Filled(parameter.Value, Value, escape: false)
                             where value is not null
                             select $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(value)}";
            var where = Filled(path, Value, escape: true) ?? throw new HistoryException("The history of this gateway is asked for by phone: set a deviceId.");
            return await gateway.Get(access, sending.Authentication, key, $"{where}?{string.Join('&', parameters)}", ct);
        }

        async Task Take(List<Notice> texts)
        {
            var now = clock.GetUtcNow();
            var meanings = Delivery.Of(endpoint, texts, new InboundRequest("GET", "", [], default), now);
            unreadable += meanings.Count(m => m.Kind is MeaningKind.Quarantined);
            foreach (var some in meanings.Where(m => m.Kind is MeaningKind.Sms).Chunk(AtOnce))
            {
                // What is known already is not a repeated delivery of the gateway's, so it is left out rather than counted as one.
                var known = await Known(some, ct);
                var @new = some.Where(m => !known.Contains(m.Append!.StreamId)).ToArray();
                if (@new.Length > 0)
                    missed += (await store.Commit([.. @new.Select(m => m.Append!)], null, ct)).Appended.Count(a => !a.Existed);
                found += some.Length;
                foreach (var meaning in @new)
                    deliveries.Note(endpoint.Slug, now, true, "fetched", meaning.Id, meaning.From);
            }
        }
    }

    private async Task<HashSet<string>> Known(Meaning[] texts, CancellationToken ct)
    {
        var ids = Array.ConvertAll(texts, m => m.Append!.StreamId);
        return [.. await database.Query($"select id from mt_streams where id = any ({ids})", r => r.GetString(0), ct)];
    }

    /// <summary>A template with its holes filled; null where one names something that there is not.</summary>
    private static string? Filled(string template, Func<string, string?> value, bool escape)
    {
        var complete = true;
        var filled = Hole().Replace(template, hole =>
        {
            var found = value(hole.Groups[1].Value);
            complete &= found is not null;
            return found is null ? "" : escape ? Uri.EscapeDataString(found) : found;
        });
        return complete ? filled : null;
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex("{([a-z]+)}")]
    private static partial Regex Hole();
}

/// <summary>Looks once a minute whether it is time to fetch from a gateway.</summary>
public sealed class FetchingMissed(FetchMissed fetch, StoreSchema schema, TimeProvider clock, ILogger<FetchingMissed> log) : BackgroundService
{
    private static readonly TimeSpan EverySoOften = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(EverySoOften, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await fetch.FetchDue(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning("What gateways have given up on could not be looked for ({Kind}); trying again in {Wait}.", e.GetType().Name, EverySoOften);
            }
        }
    }
}
