using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Npgsql;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Testing;

namespace Sms.Ingress.Tests;

/// <summary>What only a process of its own on a real socket shows.</summary>
public sealed class ProcessTests(IngressProcess ingress) : IClassFixture<IngressProcess>
{
    [RealServersFact]
    public Task Killed_again_and_again_under_load_it_keeps_and_announces_once_every_text_it_accepted_and_no_other() => UnderLoad(async () =>
    {
        await ingress.Kill();
        await ingress.Start();
    });

    [RealServersFact]
    public Task Told_to_stop_again_and_again_under_load_it_does_too() => UnderLoad(async () =>
    {
        await ingress.Stop();
        await ingress.Start();
    });

    [RealServersFact]
    public Task Cut_off_from_its_database_again_and_again_under_load_it_does_too_and_asks_for_everything_else_again() => UnderLoad(async () =>
    {
        var outage = await ingress.DatabaseOutage();
        var gateway = new Gateway(ingress.Client, "nowhere", Gateway.NewSecret());
        using (var answer = await gateway.Deliver(Gateway.Text()))
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await outage.DisposeAsync();
    });

    /// <summary>Gateways deliver, each text until it is accepted, while there is trouble again and again.</summary>
    private async Task UnderLoad(Func<Task> trouble)
    {
        var (gateway, heard) = (await Gateway.Register(ingress.Client), await ingress.Broker.Hear<InboundSmsReceived>());
        var (sent, accepted) = (new ConcurrentDictionary<string, bool>(), new ConcurrentDictionary<Guid, string>());
        var refusals = new ConcurrentDictionary<HttpStatusCode, int>();
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 16).Select(sender => Task.Run(async () =>
        {
            for (var no = 0; !stop.IsCancellationRequested; no++)
            {
                var text = Gateway.Text($"text {no} of sender {sender}");
                sent[text.Text] = true;
                // As a gateway does: the same again until it is accepted. Some give up, so some texts are never answered.
                for (var attempt = 0; attempt < 5 && !stop.IsCancellationRequested; attempt++)
                    if (await TryDeliver(gateway, text, refusals) is { } smsId)
                    {
                        accepted[smsId] = text.Text;
                        break;
                    }
            }
        })).ToArray();

        for (var time = 0; time < 3; time++)
        {
            var target = accepted.Count + Random.Shared.Next(50, 500);
            await Eventually.Sees(() => accepted.Count, count => count >= target);
            await trouble();
        }
        await stop.CancelAsync();
        await Task.WhenAll(senders);
        refusals.Keys.Except([HttpStatusCode.ServiceUnavailable]).ShouldBeEmpty();

        await using var database = NpgsqlDataSource.Create(ingress.ConnectionString);
        var stored = await Stored();
        stored.Select(s => s.SmsId).ShouldBeUnique();
        stored.Select(s => s.Text).ShouldBeUnique();
        stored.Where(s => !sent.ContainsKey(s.Text)).ShouldBeEmpty();
        var byId = stored.ToDictionary(s => s.SmsId);
        accepted.Where(a => byId[a.Key].Text != a.Value).ShouldBeEmpty();
        // The bytes were kept before the fact: whoever finds the fact finds them.
        (await database.Query(
            $"""
            select count(*) from mt_events e where e.type = 'ingress.sms-received.v1' and e.data ->> 'Endpoint' = {gateway.Slug}
                and not exists (select 1 from raw_bodies b where b.id = (e.data ->> 'SmsId')::uuid)
            """, r => r.GetInt64(0))).Single().ShouldBe(0);

        var text = Gateway.Text("the last");
        var last = await Eventually.Sees<Guid?>(() => TryDeliver(gateway, text, refusals), smsId => smsId is not null);
        await Eventually.Sees(() => heard.Envelopes.Select(e => e.Message.SmsId).ToHashSet(), ids => ids.Contains(last!.Value) && byId.Keys.All(ids.Contains), TimeSpan.FromSeconds(60));
        // A crash may make the relay publish a message again, but then under the same id, by which consumers know it.
        // The log is read once more: what waited to be stored when its gateway was asked to come again may have been since.
        var announced = heard.Envelopes.Where(e => e.Message.Endpoint == gateway.Slug).ToList();
        var log = (await Stored()).ToDictionary(s => s.SmsId, s => s.EventId);
        announced.Where(e => log.GetValueOrDefault(e.Message.SmsId) != e.MessageId).ShouldBeEmpty();

        Task<List<(Guid SmsId, string Text, Guid EventId)>> Stored() => database.Query(
            $"select (data ->> 'SmsId')::uuid, data ->> 'Text', id from mt_events where type = 'ingress.sms-received.v1' and data ->> 'Endpoint' = {gateway.Slug}",
            r => (r.GetGuid(0), r.GetString(1), r.GetGuid(2)));
    }

    [RealServersFact]
    public async Task A_body_over_the_limit_is_refused_however_it_is_sent_and_the_largest_is_taken()
    {
        var gateway = await Gateway.Register(ingress.Client);
        foreach (var size in new[] { 65_537, 1_000_000 })
        {
            var body = new byte[size];
            var signature = WebhookSignature.Sign(body, gateway.Secret);
            (await gateway.Deliver(new ByteArrayContent(body), [signature])).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
            (await gateway.Deliver(new Chunked(body), [signature])).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        }
        var largest = Gateway.Text("");
        await gateway.Accepted(largest with { Text = new string('a', 65_536 - largest.ToJson().Length) });
    }

    [RealServersFact]
    public async Task A_text_may_come_in_chunks_of_any_size()
    {
        var gateway = await Gateway.Register(ingress.Client);
        foreach (var (length, size) in new[] { (20, 1), (20, 7), (20_000, 4096), (60_000, 60_000) })
        {
            var text = Gateway.Text(new string('\u0928', length / 3));
            var body = text.ToJson();
            using var response = await gateway.Deliver(new Chunked(body, size), [WebhookSignature.Sign(body, gateway.Secret)]);
            (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sms").GetGuid().ShouldBe(await gateway.Accepted(text));
        }
    }

    [RealServersFact]
    public async Task Somebody_who_hangs_up_in_the_middle_of_a_body_leaves_nothing_and_holds_up_nobody()
    {
        var gateway = await Gateway.Register(ingress.Client);
        for (var i = 0; i < 20; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", ingress.Client.BaseAddress!.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"POST {gateway.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: 200\r\n{WebhookSignature.Header}: sha256=00\r\n\r\n{{\"event\":"));
            socket.Close(0);
        }
        await gateway.Accepted(Gateway.Text());
    }

    [RealServersFact]
    public async Task A_body_that_does_not_come_in_time_is_asked_for_again_and_holds_up_nobody()
    {
        var gateway = await Gateway.Register(ingress.Client);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", ingress.Client.BaseAddress!.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST {gateway.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: 200\r\n\r\n{{\"event\":"));
        await gateway.Accepted(Gateway.Text());

        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        var answer = Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, patience.Token));
        answer.ShouldStartWith("HTTP/1.1 503");
        answer.ShouldContain("Connection: close");
        answer.ShouldContain("Retry-After: ");
    }

    [RealServersFact]
    public async Task Told_to_stop_it_first_says_that_it_is_not_ready_and_still_takes_what_comes()
    {
        var gateway = await Gateway.Register(ingress.Client);
        var ended = ingress.Stop();
        try
        {
            await Eventually.Sees(async () => (await ingress.Client.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5));
            await gateway.Accepted(Gateway.Text());
            await ended;
        }
        finally
        {
            await ingress.Start();
        }
    }

    [RealServersFact]
    public async Task Neither_numbers_nor_words_nor_secrets_reach_the_log_even_with_everything_logged()
    {
        var gateway = await Gateway.Register(ingress.Client);
        const string given = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIGdhdGV3YXk=";
        (await ingress.Client.PutAsJsonAsync($"/endpoints/{gateway.Slug}", new { secret = given, number = "911234555555" }))
            .EnsureSuccessStatusCode();

        var text = Gateway.Text("the secret garden", from: "919999955555") with { To = "911234555555" };
        await gateway.Accepted(text);
        await gateway.Accepted(text);
        (await gateway.With(otherSecret: "whsec_forged forged forged").Deliver(text)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await gateway.Deliver("{\"from\":\"919999955555\",\"text\":\"the secret garden"u8.ToArray())).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ingress.Client.GetAsync("/inbound")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ingress.Client.PutAsJsonAsync($"/endpoints/{gateway.Slug}", new { secret = given[..12], number = "---" }))
            .StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        await Eventually.Sees(() => ingress.Log.Count, lines => lines > 20);
        foreach (var personal in new[] { "99999", "55555", "garden", gateway.Secret, gateway.Secret["whsec_".Length..], given, given["whsec_".Length..][..6], "forged" })
            ingress.Log.Where(line => line.Contains(personal, StringComparison.Ordinal)).ShouldBeEmpty(personal);
    }

    private static async Task<Guid?> TryDeliver(Gateway gateway, InboundPayload text, ConcurrentDictionary<HttpStatusCode, int> refusals)
    {
        try
        {
            using var response = await gateway.Deliver(text);
            if (response.StatusCode == HttpStatusCode.OK)
                return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sms").GetGuid();
            refusals.AddOrUpdate(response.StatusCode, 1, (_, count) => count + 1);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // Nobody is there.
        }
        await Task.Delay(20); // Gateways pause before they try again; without it the senders would keep the cores from the restart.
        return null;
    }

    /// <summary>A body that does not say beforehand how long it is.</summary>
    private sealed class Chunked(byte[] body, int size = 8192) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var at = 0; at < body.Length; at += size)
            {
                await stream.WriteAsync(body.AsMemory(at, Math.Min(size, body.Length - at)));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
