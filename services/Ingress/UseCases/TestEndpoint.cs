using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Inbound;
using Sms.ServiceHost;

namespace Sms.Ingress.UseCases;

/// <summary>
/// An operator has an endpoint deliver a sample to itself: rightly signed, through the same door as a gateway's, up to the log.
/// What is stored there is that it was tested, not a text: nobody must be answered who never wrote.
/// </summary>
public static class TestEndpoint
{
    // A number that is given to nobody: 555-0100 to 555-0199 are kept for fiction (NANPA).
    private const string Nobody = "+12025550123", NobodyToo = "+12025550100";

    /// <summary>How the test went.</summary>
    /// <param name="Ok">Whether a gateway's delivery would have been stored.</param>
    /// <param name="Status">What the gateway would have been answered; 0 when the sample could not be made.</param>
    /// <param name="Steps">What was done and looked at, in order.</param>
    public sealed record Response(bool Ok, int Status, IReadOnlyList<ProofStep> Steps);

    /// <summary>Maps <c>POST /endpoints/{slug}/test</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/endpoints/{slug}/test", Test).RequireAuthorization(Roles.Admin)
        .WithName("TestEndpoint").WithSummary("Has an endpoint deliver a signed sample to itself, and says each step");

    private static async Task<Results<Ok<Response>, NotFound>> Test(
        string slug, HttpContext http, EndpointDirectory endpoints, ReceiveWebhook door, TimeProvider clock, CancellationToken ct)
    {
        await endpoints.Read(ct);
        if (endpoints.Find(slug) is not { } endpoint)
            return TypedResults.NotFound();
        var now = clock.GetUtcNow();
        var keys = endpoint.KeysAt(now);
        var url = (endpoint.Settings.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host.ToUriComponent()}") + $"/hooks/{slug}";
        InboundRequest sample;
        try
        {
            sample = Proof.Sign(endpoint.Profile, Samples.Request(endpoint.Profile, url, Text(endpoint, now)), keys[0], now, Guid.NewGuid().ToString("N"));
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            var why = keys.Length == 0 ? "the endpoint has no secret that counts" : e.Message.Split(" (Parameter")[0];
            return TypedResults.Ok(new Response(false, 0, [new ProofStep("sign a sample", false, "a sample signed as the gateway does", why)]));
        }

        var (_, proof) = Proof.Explain(endpoint.Profile, sample, keys, now);
        var trial = new Trial(WebhookEndpoint.Stream.Start(slug, [new EndpointEvent.Tested()], http.Cause(), ifStreamExists: [new EndpointEvent.Tested()]));
        var (status, answer) = await Deliver(slug, sample, url, trial, http, door);
        return TypedResults.Ok(new Response(status == StatusCodes.Status200OK && trial.Met is { Kind: MeaningKind.Sms }, status,
        [
            new ProofStep("sign a sample", true, Found: $"{sample.Method} {sample.Url}, {sample.Body.Length} bytes"),
            .. proof,
            new ProofStep("read it", trial.Met is { Kind: MeaningKind.Sms }, "a text", trial.Met is { } met ? met.Reason ?? $"{met.Kind} {met.Id}" : "it did not get that far"),
            new ProofStep("store and answer it", status == StatusCodes.Status200OK, "200", string.Create(CultureInfo.InvariantCulture, $"{status} {answer}")),
        ]));
    }

    private static Notice.Inbound Text(OpenEndpoint endpoint, DateTimeOffset now)
    {
        var ours = endpoint.Numbers is [var first, ..] ? first : new OurNumber(NobodyToo, null, null);
        var id = Guid.NewGuid().ToString("N");
        return new Notice.Inbound(
            "", Nobody, ours.Number, "This is a test.", now, id, id, ours.DeviceId ?? "dev_test", (ours.Sim ?? 1).ToString(CultureInfo.InvariantCulture),
            null, null, null, false, "");
    }

    private static async Task<(int Status, string Answer)> Deliver(
        string slug, InboundRequest sample, string url, Trial trial, HttpContext http, ReceiveWebhook door)
    {
        using var answer = new MemoryStream();
        var delivery = new DefaultHttpContext { RequestServices = http.RequestServices, RequestAborted = http.RequestAborted };
        (delivery.Request.Method, delivery.Request.Scheme, delivery.Request.Host) = (sample.Method, http.Request.Scheme, http.Request.Host);
        delivery.Features.Get<IHttpRequestFeature>()!.RawTarget = $"/hooks/{slug}" + sample.Url[url.Length..];
        delivery.Request.RouteValues["endpoint"] = slug;
        foreach (var header in sample.Headers)
            delivery.Request.Headers.Append(header.Name, header.Value);
        (delivery.Request.ContentLength, delivery.Request.Body, delivery.Response.Body) = (sample.Body.Length, new MemoryStream(sample.Body.ToArray()), answer);
        delivery.Features.Set(trial);
        await door.Handle(delivery);
        return (delivery.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }
}

/// <summary>A sample on its way through the door. Cannot come from outside: it is no part of a request.</summary>
/// <param name="instead">What is stored in place of the text it holds.</param>
internal sealed class Trial(Append instead)
{
    /// <summary>What it was taken for, once it got that far.</summary>
    public Meaning? Met { get; private set; }

    /// <summary>What is stored and answered in place of what it was taken for.</summary>
    public IReadOnlyList<Meaning> InsteadOf(IReadOnlyList<Meaning> meanings)
    {
        Met = meanings[0];
        return [new Meaning(MeaningKind.Test, Guid.Empty, instead)];
    }
}
