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

    /// <summary>What to look for.</summary>
    /// <param name="Since">From when: a day before <paramref name="Until"/> when not said, at most 30.</param>
    /// <param name="Until">Until when: now when not said.</param>
    /// <param name="Redeliver">Whether the gateway is asked to deliver that period again, through the same door, in place of looking into its history.</param>
    public sealed record Request(DateTimeOffset? Since, DateTimeOffset? Until, bool? Redeliver);

    /// <summary>What was found.</summary>
    /// <param name="Since">From when.</param>
    /// <param name="Until">Until when.</param>
    /// <param name="Found">Texts of that period in the gateway's history.</param>
    /// <param name="Missed">How many of them had not come, and have now.</param>
    /// <param name="Unreadable">Elements of the history that could not be understood.</param>
    /// <param name="Awaited">
    /// Texts that were left to the gateway, which still tries to deliver them whole while its history may show only their beginnings.
    /// </param>
    /// <param name="Redelivering">Whether the gateway was asked to deliver the period again; what it then delivers is not counted here.</param>
    public sealed record Outcome(DateTimeOffset Since, DateTimeOffset Until, int Found, int Missed, int Unreadable, int Awaited, bool Redelivering);

    /// <summary>Maps <c>POST /endpoints/{slug}/backfill</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/endpoints/{slug}/backfill",
        (string slug, Request? request, FetchMissed use, CancellationToken ct) => use.Asked(slug, request, ct)).RequireAuthorization(Roles.Admin)
        .WithName("FetchMissed").WithSummary("Fetches from a gateway's history what its webhook never brought, or has it delivered again")
        .Refuses(StatusCodes.Status502BadGateway, "The gateway cannot be asked, or does not answer as it should.");

    private async Task<Results<Ok<Outcome>, NotFound, ValidationProblem, ProblemHttpResult>> Asked(string slug, Request? request, CancellationToken ct)
    {
        var until = request?.Until ?? clock.GetUtcNow();
        var since = request?.Since ?? until - First;
        if (since >= until || until - since > Furthest)
            return Problems.Invalid("since", $"must be before until, by at most {Furthest.TotalDays:0} days");
        await endpoints.Read(ct);
        if (endpoints.Find(slug) is not { } endpoint)
            return TypedResults.NotFound();
        if (request?.Redeliver is true && endpoint.Profile.Profile.Redelivery is null)
            return Problems.Invalid("redeliver", "is not what this gateway can be asked for");
        try
        {
            return TypedResults.Ok(request?.Redeliver is true ? await Redeliver(endpoint, since, until, ct) : await Fetch(endpoint, since, until, ct));
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
                    var since = (fetchedUntil ?? now - First) - Overlap - TimeSpan.FromHours(endpoint.Profile.Profile.History?.GivesUpAfterHours ?? 0);
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
        var (access, key) = await Access(endpoint, ct);
        if (endpoint.Profile.Profile is not { History: { } history, Sending: { } sending })
            throw new HistoryException("The gateway has no history to fetch from.");
        var (found, missed, unreadable, awaited, pages) = (0, 0, 0, 0, 0);
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
        return new Outcome(since, until, found, missed, unreadable, awaited, Redelivering: false);

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

        async Task Take(List<Notice.Inbound> texts)
        {
            var now = clock.GetUtcNow();
            if (history.GivesUpAfterHours is { } hours)
                awaited += texts.RemoveAll(t => t.SentAt > now.AddHours(-hours));
            var meanings = Delivery.Of(endpoint, texts, new InboundRequest("GET", "", [], default), now);
            unreadable += meanings.Count(m => m.Kind is MeaningKind.Quarantined);
            foreach (var some in meanings.Where(m => m.Kind is MeaningKind.Sms).Chunk(AtOnce))
            {
                // What is known already is not a repeated delivery of the gateway's, so it is left out rather than counted as one.
                var known = await Known(some, ct);
                var @new = some.Where(m => !known.Contains(m.Append!.StreamId)).ToArray();
                if (history.GivesUpAfterHours is not null)
                    @new = await WithoutBeginnings(@new, endpoint.Slug, ct);
                if (@new.Length > 0)
                    missed += (await store.Commit([.. @new.Select(m => m.Append!)], null, ct)).Appended.Count(a => !a.Existed);
                found += some.Length;
                foreach (var meaning in @new)
                    deliveries.Note(endpoint.Slug, now, true, "fetched", meaning.Id, meaning.From);
            }
        }
    }

    /// <summary>Has the gateway deliver a period again.</summary>
    private async Task<Outcome> Redeliver(OpenEndpoint endpoint, DateTimeOffset since, DateTimeOffset until, CancellationToken ct)
    {
        var (access, key) = await Access(endpoint, ct);
        var profile = endpoint.Profile.Profile;
        await gateway.Post(access, profile.Sending!.Authentication, key, SendingRequest.For(profile.Redelivery!, since, until, access.DeviceId), ct);
        return new Outcome(since, until, 0, 0, 0, 0, Redelivering: true);
    }

    private async Task<(HistoryAccess Access, string Key)> Access(OpenEndpoint endpoint, CancellationToken ct) =>
        (await store.Load(WebhookEndpoint.Stream, endpoint.Slug, ct)).State.History is { } access
            ? (access, box.Open(endpoint.Slug, access.EncryptedKey))
            : throw new HistoryException("The endpoint says nothing about how to fetch from its gateway.");

    /// <summary>
    /// Those of which nothing more is stored already: a text cut off in the history is no text of its own beside the whole one that
    /// came. Reads the log since the first of them, which happens only where some are not known as they stand.
    /// </summary>
    private async Task<Meaning[]> WithoutBeginnings(Meaning[] texts, string slug, CancellationToken ct)
    {
        if (texts.Length == 0)
            return texts;
        var facts = Array.ConvertAll(texts, m => (InboundEvent.SmsReceived)m.Append!.Events[0]);
        var times = Array.ConvertAll(facts, f => f.SentAt);
        var stored = (await database.Query(
            $"""
            select data ->> 'From', (data ->> 'SentAt')::timestamptz, data ->> 'DeviceId', (data ->> 'Sim')::int, data ->> 'Text' from mt_events
            where type = 'ingress.sms-received.v1' and timestamp >= {times.Min().AddDays(-1)} and data ->> 'Endpoint' = {slug}
              and (data ->> 'SentAt')::timestamptz = any ({times})
            """,
            r => (Key: (r.GetString(0), r.GetFieldValue<DateTimeOffset>(1), r.IsDBNull(2) ? null : r.GetString(2), r.IsDBNull(3) ? (int?)null : r.GetInt32(3)), Text: r.GetString(4)),
            ct)).ToLookup(s => s.Key, s => s.Text);
        return [.. texts.Where((_, i) => !stored[(facts[i].From, facts[i].SentAt, facts[i].DeviceId, facts[i].Sim)].Any(whole => Begins(whole, facts[i].Text)))];
    }

    /// <summary>Whether a text begins with what is shown of one, whatever mark stands where that is cut off.</summary>
    private static bool Begins(string whole, string shown) => whole.StartsWith(shown.TrimEnd('.', '\u2026'), StringComparison.Ordinal);

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
