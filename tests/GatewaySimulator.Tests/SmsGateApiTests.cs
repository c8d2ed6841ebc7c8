using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sms.GatewayProtocol;
using Sms.Testing;

namespace Sms.GatewaySimulator.Tests;

/// <summary>The phone behind SMSGate: it knows a repetition, and reports what became of a text as the gateway's profile expects it.</summary>
public sealed class SmsGateApiTests : IAsyncLifetime
{
    private const string SigningKey = "key-of-the-phone";
    private static readonly string[] Events = ["sms:sent", "sms:delivered", "sms:failed"];

    private readonly Simulator _simulator = new(("SigningKey", SigningKey));
    private readonly ConcurrentQueue<Notice.DeliveryReport> _reports = [];
    private readonly ConcurrentQueue<ProofResult> _proofs = [];
    private WebApplication _receiver = null!;
    private int _refuse;

    public async ValueTask InitializeAsync()
    {
        _simulator.Http.DefaultRequestHeaders.Authorization = Password(Simulator.ApiKey);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.Run(Receive);
        await _receiver.StartAsync();
        foreach (var name in Events)
            (await _simulator.Call(HttpMethod.Post, "/3rdparty/v1/webhooks", $$"""{"id":"{{name}}","url":"{{_receiver.Urls.Single()}}/hooks","event":"{{name}}"}"""))
                .Status.ShouldBe(HttpStatusCode.Created);
    }

    public async ValueTask DisposeAsync()
    {
        await _simulator.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Without_the_password_nothing_is_answered()
    {
        _simulator.Http.DefaultRequestHeaders.Authorization = Password(Simulator.ApiKey + "0");
        (await Send("id-1")).ShouldBe(HttpStatusCode.Unauthorized);
        _simulator.Http.DefaultRequestHeaders.Authorization = null;
        (await Send("id-1")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_same_id_again_is_refused_and_texts_once()
    {
        (await Send("id-1")).ShouldBe(HttpStatusCode.Accepted);
        (await Send("id-1")).ShouldBe(HttpStatusCode.Conflict);
        (await _simulator.Call(HttpMethod.Post, "/3rdparty/v1/messages", """{"phoneNumbers":[],"textMessage":{"text":"x"}}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        await Eventually.Sees(OnPhone, texts => texts.Count == 1);
    }

    [Fact]
    public async Task A_text_is_reported_as_sent_and_delivered_each_proven_by_the_phones_key_until_it_is_accepted()
    {
        _refuse = 3;
        await Send("id-1");
        await Eventually.Sees(() => _reports, reports => reports.Count == 2);
        _reports.Select(report => (report.GatewayMessageId, report.Status)).ShouldBe([("id-1", GatewayProtocol.DeliveryStatus.Sent), ("id-1", GatewayProtocol.DeliveryStatus.Delivered)]);
        _proofs.ShouldAllBe(proof => proof.IsGenuine);
        _proofs.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Reports_can_come_more_than_once_and_in_the_wrong_order()
    {
        await _simulator.Behave("""{"reports":{"duplicates":1,"outOfOrder":true}}""");
        await Send("id-1");
        await Eventually.Sees(() => _reports, reports => reports.Count == 4);
        _reports.Select(report => report.Status).ShouldBe([GatewayProtocol.DeliveryStatus.Delivered, GatewayProtocol.DeliveryStatus.Delivered, GatewayProtocol.DeliveryStatus.Sent, GatewayProtocol.DeliveryStatus.Sent]);
        _reports.Select(report => report.DedupeKey).ShouldBeUnique();
    }

    [Fact]
    public async Task A_text_can_fail_and_the_next_does_not()
    {
        await _simulator.Behave("""{"reports":{"failNext":1}}""");
        await Send("id-1");
        await Eventually.Sees(() => _reports, reports => reports.Count == 1);
        await Send("id-2");
        await Eventually.Sees(() => _reports, reports => reports.Count == 3);
        _reports.Select(report => report.Status).ShouldBe([GatewayProtocol.DeliveryStatus.Failed, GatewayProtocol.DeliveryStatus.Sent, GatewayProtocol.DeliveryStatus.Delivered]);
    }

    [Fact]
    public async Task While_the_phone_is_offline_texts_are_taken_and_kept()
    {
        await _simulator.Behave("""{"send":{"noDevice":true}}""");
        (await Send("id-1")).ShouldBe(HttpStatusCode.Accepted);
        (await Send("id-2")).ShouldBe(HttpStatusCode.Accepted);
        (await OnPhone()).ShouldBeEmpty();
        await _simulator.Behave("{}");
        await Eventually.Sees(OnPhone, texts => texts.Count == 2);
        await Eventually.Sees(() => _reports, reports => reports.Count == 4);
    }

    [Fact]
    public async Task What_was_sent_through_the_other_gateway_is_not_reported_nor_an_event_that_nobody_wants()
    {
        foreach (var name in Events[..1])
            await _simulator.Call(HttpMethod.Delete, $"/3rdparty/v1/webhooks/{name}");
        _simulator.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Simulator.ApiKey);
        await _simulator.Send("hello");
        _simulator.Http.DefaultRequestHeaders.Authorization = Password(Simulator.ApiKey);
        await Send("id-1");
        await Eventually.Sees(() => _reports, reports => !reports.IsEmpty);
        _reports.ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.GatewayMessageId.ShouldBe("id-1"), r => r.Status.ShouldBe(GatewayProtocol.DeliveryStatus.Delivered));
    }

    private async Task Receive(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var profile = GatewayProfiles.BuiltIn["smsgate"].Compile();
        var request = new InboundRequest("POST", "", [.. http.Request.Headers.Select(h => new HeaderLine(h.Key, h.Value.ToString()))], body.ToArray());
        _proofs.Enqueue(Proof.Verify(profile, request, [profile.KeyOf(SigningKey)], DateTimeOffset.UtcNow));
        if (Interlocked.Decrement(ref _refuse) >= 0)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        foreach (var notice in Reading.Read(profile, request).Notices)
            _reports.Enqueue((Notice.DeliveryReport)notice);
    }

    private async Task<HttpStatusCode> Send(string id) => (await _simulator.Call(
        HttpMethod.Post, "/3rdparty/v1/messages?skipPhoneValidation=true",
        $$$"""{"id":"{{{id}}}","phoneNumbers":["+{{{Simulator.Customer}}}"],"textMessage":{"text":"hello"}}""")).Status;

    private async Task<JsonArray> OnPhone() => (await _simulator.Get($"/sim/phones/{Simulator.Customer}/messages"))["items"]!.AsArray();

    private static AuthenticationHeaderValue Password(string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{password}")));
}
