using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Inbound;

namespace Sms.Ingress.UseCases;

/// <summary>
/// A gateway delivers a text: proven on the raw bytes, stored, and only then answered. Our own trouble is a 503, never a 4xx:
/// some gateways drop a message for good on any 4xx.
/// </summary>
public sealed class ReceiveSms(EndpointDirectory endpoints, GroupCommit commits, TimeProvider clock, IConfiguration configuration)
{
    /// <summary>The largest body in bytes unless <c>Ingress:MaxBodyBytes</c> says otherwise.</summary>
    public const int DefaultMaxBodyBytes = 256 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Meter Meter = new("Sms.Ingress");
    private static readonly Counter<long> Deliveries =
        Meter.CreateCounter<long>("sms.ingress.deliveries", description: "Deliveries by outcome: accepted, duplicate, unreadable, or why rejected.");
    private static readonly Histogram<double> AckTime = Meter.CreateHistogram<double>("sms.ingress.ack", "ms", "From request to answer, when stored.");

    private readonly int _maxBodyBytes = configuration.GetValue("Ingress:MaxBodyBytes", DefaultMaxBodyBytes);

    /// <summary>Maps <c>POST /hooks/{endpoint}</c>. Public: the signature is the key.</summary>
    public static void Map(WebApplication app) =>
        app.MapPost("/hooks/{endpoint}", (RequestDelegate)(http => http.RequestServices.GetRequiredService<ReceiveSms>().Handle(http)));

    private async Task Handle(HttpContext http)
    {
        var started = clock.GetTimestamp();
        var slug = (string)http.Request.RouteValues["endpoint"]!;
        var rented = await ReadBody(http.Request);
        if (rented is not { } body)
        {
            Answer(http, StatusCodes.Status413PayloadTooLarge, "too-large");
            return;
        }

        try
        {
            if (await Prove(slug, body, http) is { } rejected)
            {
                Answer(http, rejected.Status, rejected.Reason);
                return;
            }
            var (id, append) = Delivery.Read(slug, body.Span, http.Request.ContentType, clock.GetUtcNow());
            if (commits.TryCommit(append) is not { } committing)
            {
                Unavailable(http, "queue-full");
                return;
            }
            var appended = await committing.WaitAsync(Patience, http.RequestAborted);

            Deliveries.Add(1, new KeyValuePair<string, object?>("outcome", appended.Existed ? "duplicate"
                : append.StreamType == InboundSms.Unreadable.Name ? "unreadable" : "accepted"));
            AckTime.Record(clock.GetElapsedTime(started).TotalMilliseconds);
            await Acknowledge(http, append.StreamType, id);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            http.RequestServices.GetRequiredService<ILogger<ReceiveSms>>()
                .LogWarning("A delivery could not be stored ({Kind}); the gateway is asked to try again.", e.GetType().Name);
            Unavailable(http, "store-unavailable");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body.Rented);
        }
    }

    /// <summary>Null when the delivery is genuine, else how to reject it.</summary>
    private async ValueTask<(int Status, string Reason)?> Prove(string slug, Body body, HttpContext http)
    {
        var signature = http.Request.Headers[WebhookSignature.Header];
        for (var again = false; ; again = true)
        {
            if (again)
                await endpoints.LookAgain(http.RequestAborted);
            var keys = endpoints.Find(slug)?.KeysAt(clock.GetUtcNow());
            // Two signatures are one too many: which of them a proxy or a later version looks at is anybody's guess.
            if (keys is not null && signature.Count == 1 && WebhookSignature.Verify(body.Span, signature[0], keys))
                return null;
            if (again)
                return keys is null ? (StatusCodes.Status404NotFound, "unknown-endpoint") : (StatusCodes.Status401Unauthorized, "bad-signature");
        }
    }

    private readonly record struct Body(byte[] Rented, int Length)
    {
        public ReadOnlySpan<byte> Span => Rented.AsSpan(0, Length);
    }

    /// <summary>The raw bytes; null when there are more than allowed.</summary>
    private async ValueTask<Body?> ReadBody(HttpRequest request)
    {
        if (request.ContentLength > _maxBodyBytes)
            return null;
        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? 4096) + 1);
        var length = 0;
        try
        {
            while (await request.Body.ReadAsync(buffer.AsMemory(length)) is var read and > 0)
            {
                length += read;
                if (length > _maxBodyBytes)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return null;
                }
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
        return new Body(buffer, length);
    }

    private static async Task Acknowledge(HttpContext http, string kind, Guid id)
    {
        // {"sms":"<id>"} or {"unreadable":"<id>"}, written by hand: this is the hot path.
        var json = http.Response.BodyWriter.GetSpan(128);
        var length = Encoding.UTF8.GetBytes($$"""{"{{kind}}":"{{id}}"}""", json);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = length;
        http.Response.BodyWriter.Advance(length);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static void Unavailable(HttpContext http, string reason)
    {
        http.Response.Headers.RetryAfter = "5";
        Answer(http, StatusCodes.Status503ServiceUnavailable, reason);
    }

    private static void Answer(HttpContext http, int status, string reason)
    {
        Deliveries.Add(1, new KeyValuePair<string, object?>("outcome", reason));
        http.Response.StatusCode = status;
    }
}
