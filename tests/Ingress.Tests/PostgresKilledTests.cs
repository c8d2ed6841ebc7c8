using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Ingress.Inbound;
using Sms.Testing;

namespace Sms.Ingress.Tests;

/// <summary>Ingress as a process of its own, on a PostgreSQL server of its own.</summary>
public sealed class IngressOnItsOwnPostgres : IngressProcess
{
    private OwnPostgres? _postgres;

    internal OwnPostgres? Postgres => _postgres;

    /// <inheritdoc/>
    public override string ConnectionString => _postgres?.ConnectionString ?? base.ConnectionString;

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        if (TestServers.Present && await OwnPostgres.Programs() is { } programs)
            _postgres = await OwnPostgres.Start(programs);
        await base.InitializeAsync();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }
}

/// <summary>What was answered 2xx is in the log once, and nothing else is, whatever it was and however the database went.</summary>
public sealed class PostgresKilledTests(IngressOnItsOwnPostgres ingress) : IClassFixture<IngressOnItsOwnPostgres>
{
    private const int Senders = 12;

    [RealServersFact]
    public async Task Texts_reports_and_what_cannot_be_read_survive_a_database_that_is_killed_again_and_again()
    {
        Assert.SkipWhen(ingress.Postgres is null, "the programs of the tests' PostgreSQL are not on this machine");
        var gateway = await Gateway.Register(ingress.Client, new { customProfile = OurGateway.Profile(), number = Gateway.NewNumber() });
        var (texts, reports) = (await ingress.Broker.Hear<InboundSmsReceived>(), await ingress.Broker.Hear<DeliveryReported>());
        var (sent, accepted, refusals) = (new ConcurrentDictionary<string, bool>(), new ConcurrentDictionary<string, Guid>(), new ConcurrentDictionary<HttpStatusCode, int>());
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (var no = 0; !stop.IsCancellationRequested; no++)
            {
                var (name, body) = Delivery(sender, no);
                sent[name] = true;
                for (var attempt = 0; attempt < 5 && !stop.IsCancellationRequested; attempt++)
                    if (await TryDeliver(gateway, body, refusals) is { } id)
                    {
                        accepted[name] = id;
                        break;
                    }
            }
        })).ToArray();

        for (var time = 0; time < 3; time++)
        {
            var target = accepted.Count + Random.Shared.Next(60, 300);
            await Eventually.Sees(() => accepted.Count, count => count >= target, TimeSpan.FromSeconds(60));
            await ingress.Postgres.Kill();
            await ingress.Postgres.Start();
        }
        var after = accepted.Count + 30;
        await Eventually.Sees(() => accepted.Count, count => count >= after, TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await Task.WhenAll(senders);
        refusals.Keys.Except([HttpStatusCode.ServiceUnavailable]).ShouldBeEmpty();
        refusals.ShouldNotBeEmpty("nothing was refused: the database was not gone for anybody");

        await using var database = NpgsqlDataSource.Create(ingress.ConnectionString);
        var stored = await Stored();
        stored.Select(s => s.Type).Distinct().Count().ShouldBe(3);
        stored.Select(s => s.Id).ShouldBeUnique();
        stored.Select(s => s.Name).ShouldBeUnique();
        stored.Where(s => !sent.ContainsKey(s.Name)).ShouldBeEmpty();
        var byName = stored.ToDictionary(s => s.Name, s => s.Id);
        accepted.Where(a => byName.GetValueOrDefault(a.Key) != a.Value).ShouldBeEmpty();

        // What is shown is what is in the log, and of what nobody could read every byte is there.
        var unreadable = stored.Where(s => s.Type == "ingress.delivery-quarantined.v1").ToDictionary(s => s.Id, s => s.Name);
        (await database.Query($"select id from quarantine where slug = {gateway.Slug}", r => r.GetGuid(0))).ShouldBe(unreadable.Keys, ignoreOrder: true);
        foreach (var (id, bytes) in await database.Query($"select id, body from raw_bodies", r => (r.GetGuid(0), r.GetFieldValue<byte[]>(1))))
            if (unreadable.Remove(id, out var digest))
                Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(digest, StringCompareShould.IgnoreCase);
        unreadable.ShouldBeEmpty();
        (await database.Query($"select coalesce(sum(sent + delivered), 0)::bigint from reported_texts where slug = {gateway.Slug}", r => r.GetInt64(0))).Single()
            .ShouldBe(stored.Count(s => s.Type == "ingress.delivery-reported.v1"));

        // And it is announced, under the id of the fact, by which consumers know a message that a crash made the relay publish twice.
        var announced = stored.Where(s => s.Type != "ingress.delivery-quarantined.v1").Select(s => s.EventId).ToHashSet();
        await Eventually.Sees(() => Heard().ToHashSet(), heard => announced.All(heard.Contains), TimeSpan.FromSeconds(60));
        // The log is read once more: what waited to be stored when its gateway was asked to come again may have been since.
        var heard = Heard().ToHashSet();
        heard.Except((await Stored()).Select(s => s.EventId)).ShouldBeEmpty();

        Task<List<(string Type, Guid EventId, Guid Id, string Name)>> Stored() => database.Query(
            $"""
            select type, id, substr(stream_id, position('-' in stream_id) + 1)::uuid,
                   coalesce(data ->> 'Digest', (case when type = 'ingress.sms-received.v1' then 'text ' else 'report on ' end) || (data ->> 'GatewayMessageId'))
            from mt_events where data ->> 'Endpoint' = {gateway.Slug}
                and type in ('ingress.sms-received.v1', 'ingress.delivery-reported.v1', 'ingress.delivery-quarantined.v1')
            """,
            r => (r.GetString(0), r.GetGuid(1), r.GetGuid(2), r.GetString(3)));

        IEnumerable<Guid> Heard() => texts.Envelopes.Select(e => e.MessageId).Concat(reports.Envelopes.Select(e => e.MessageId));
    }

    /// <summary>A text, a report or something that cannot be read, and the name by which it is known in the log.</summary>
    private static (string Name, byte[] Body) Delivery(int sender, int no)
    {
        var id = $"{sender}-{no}";
        var broken = Encoding.UTF8.GetBytes($"not json, {id}");
        return (no % 3) switch
        {
            0 => ($"text {id}", OurGateway.Text(id)),
            1 => ($"report on {id}", OurGateway.Report($"r{id}", id, no % 2 == 0 ? "SENT" : "DELIVERED")),
            _ => (QuarantinedDelivery.DigestOf(broken), broken),
        };
    }

    private static async Task<Guid?> TryDeliver(Gateway gateway, byte[] body, ConcurrentDictionary<HttpStatusCode, int> refusals)
    {
        try
        {
            using var response = await gateway.Deliver(body);
            if (response.StatusCode == HttpStatusCode.OK)
                return (await response.Content.ReadFromJsonAsync<JsonElement>()).EnumerateObject().Single().Value.GetGuid();
            refusals.AddOrUpdate(response.StatusCode, 1, (_, count) => count + 1);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The answer was lost on the way; as a gateway does, the same is delivered again.
        }
        await Task.Delay(50); // Gateways pause before they try again.
        return null;
    }
}
