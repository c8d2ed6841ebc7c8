using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Inbound;

namespace Sms.Ingress.UseCases;

/// <summary>
/// A gateway delivers a text, a report or a ping: proven on the raw bytes, stored, and only then answered. Our own trouble is a
/// 503, never a 4xx: some gateways drop a message for good on any 4xx.
/// </summary>
public sealed class ReceiveWebhook(
    EndpointDirectory endpoints, GroupCommit commits, RawBodies bodies, DeliveryLog deliveries, TimeProvider clock, IConfiguration configuration,
    IProblemDetailsService problems, ILogger<ReceiveWebhook> log)
{
    /// <summary>The largest body in bytes unless <c>Ingress:MaxBodyBytes</c> says otherwise.</summary>
    public const int DefaultMaxBodyBytes = 256 * 1024;

    // Held back from what is kept of a request: what opens doors.
    private static readonly string[] Credentials = ["Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key"];

    private static readonly Meter Meter = new("Sms.Ingress");
    private static readonly Counter<long> Outcomes =
        Meter.CreateCounter<long>("sms.ingress.deliveries", description: "Deliveries by outcome: accepted, duplicate, quarantined …, or why rejected.");
    private static readonly Histogram<double> AckTime = Meter.CreateHistogram<double>("sms.ingress.ack", "ms", "From request to answer, when stored.");

    private readonly int _maxBodyBytes = configuration.GetValue("Ingress:MaxBodyBytes", DefaultMaxBodyBytes);
    private readonly TimeSpan _bodyTime = TimeSpan.FromSeconds(configuration.GetValue("Ingress:BodySeconds", 10.0));

    /// <summary>
    /// Maps <c>POST /hooks/{endpoint}</c>. Public: the signature is the key. So that a text does not pay for looking who asks, and for
    /// pages that it does not get, what stands between routing and the routes is passed by.
    /// </summary>
    public static void Map(WebApplication app)
    {
        var door = app.Services.GetRequiredService<ReceiveWebhook>();
        app.MapPost("/hooks/{endpoint}", (RequestDelegate)door.Answer).ShortCircuit().Describe();
    }

    private async Task Answer(HttpContext http)
    {
        await Handle(http);
        if (http.Response is { StatusCode: >= StatusCodes.Status400BadRequest, HasStarted: false })
            await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = http, ProblemDetails = { Status = http.Response.StatusCode } });
    }

    /// <summary>Takes one delivery.</summary>
    internal async Task Handle(HttpContext http)
    {
        var now = InMicroseconds(clock.GetUtcNow());
        var slug = (string)http.Request.RouteValues["endpoint"]!;
        OpenEndpoint? endpoint = null;
        try
        {
            using var body = await HookBody.Read(http.Request, _maxBodyBytes, _bodyTime);
            var started = clock.GetTimestamp();
            if (body.Outcome is not BodyOutcome.Read)
            {
                RejectBody(http, body.Outcome, slug, now);
                return;
            }
            (endpoint, var request, var rejection) = await Prove(slug, body.Bytes, http, now, started);
            if (rejection is { } rejected)
            {
                Reject(http, rejected.Status, rejected.Reason, endpoint, now);
                return;
            }
            if (endpoint!.Limit is { } limit && !limit.TryTake(clock.GetElapsedTime(0).Ticks))
            {
                Reject(http, endpoint.Profile.Profile.Answers.RateLimitStatus, "too-many", endpoint, now);
                return;
            }

            var meanings = Delivery.Read(endpoint, request, now);
            if (http.Features.Get<Trial>() is { } trial)
                meanings = trial.InsteadOf(meanings);
            List<Append> appends = [.. from meaning in meanings where meaning.Append is not null select meaning.Append];
            IReadOnlyList<Appended> appended = [];
            if (appends.Count > 0)
            {
                if (commits.TryCommit(appends, ToKeep(meanings, request, http, now), Left(started)) is not { } committing)
                {
                    Reject(http, StatusCodes.Status503ServiceUnavailable, "busy", endpoint, now);
                    return;
                }
                appended = await committing;
            }
            Note(endpoint, now, meanings, appended);
            AckTime.Record(clock.GetElapsedTime(started).TotalMilliseconds);
            await Acknowledge(http, endpoint.Profile.Profile.Answers, meanings);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            log.LogWarning("A delivery could not be stored ({Kind}); the gateway is asked to try again.", e.GetType().Name);
            Reject(http, StatusCodes.Status503ServiceUnavailable, "store-unavailable", endpoint, now);
        }
    }

    /// <summary>The endpoint and the request when it is genuine, else how to reject it.</summary>
    private async ValueTask<(OpenEndpoint?, InboundRequest, (int Status, string Reason)?)> Prove(
        string slug, ReadOnlyMemory<byte> body, HttpContext http, DateTimeOffset now, long started)
    {
        for (var again = false; ; again = true)
        {
            if (again)
                await endpoints.LookAgain(Left(started), http.RequestAborted);
            var endpoint = endpoints.Find(slug);
            var request = endpoint is null ? default : RequestOf(endpoint, body, http);
            var proof = endpoint is null ? default : Proof.Verify(endpoint.Profile, request, endpoint.KeysAt(now), now);
            if (endpoint is not null && proof.IsGenuine)
                return (endpoint, request, null);
            if (endpoint is not null && proof.Rejection is Rejection.Compressed)
                return (endpoint, request, (StatusCodes.Status415UnsupportedMediaType, proof.Code));
            if (again)
                return endpoint is null
                    ? (null, default, (StatusCodes.Status404NotFound, "unknown-endpoint"))
                    : (endpoint, request, (StatusCodes.Status401Unauthorized, proof.Code));
        }
    }

    /// <summary>The request as the profile looks at it. Where it looks at the address, it is the public one.</summary>
    private static InboundRequest RequestOf(OpenEndpoint endpoint, ReadOnlyMemory<byte> body, HttpContext http)
    {
        var headers = new List<HeaderLine>(4);
        foreach (var name in endpoint.Profile.Headers)
            foreach (var value in http.Request.Headers[name])
                headers.Add(new HeaderLine(name, value ?? ""));
        return new InboundRequest(http.Request.Method, endpoint.Profile.LooksAtUrl ? PublicUrl(endpoint, http) : "", headers, body);
    }

    private static string PublicUrl(OpenEndpoint endpoint, HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw && raw[0] == '/'
            ? raw
            : http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
        return (endpoint.Settings.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host.ToUriComponent()}") + target;
    }

    private RawBody? ToKeep(IReadOnlyList<Meaning> meanings, in InboundRequest request, HttpContext http, DateTimeOffset now)
    {
        Meaning? quarantined = null;
        foreach (var meaning in meanings)
            if (meaning.Kind is MeaningKind.Quarantined)
                quarantined = meaning;
        return quarantined is not null ? new RawBody(quarantined.Id, now, HeadOf(request, http), request.Body.ToArray())
            : bodies.KeepsAll && meanings[0].Kind is not MeaningKind.Test ? new RawBody(meanings[0].Id, now, null, request.Body.ToArray())
            : null;
    }

    /// <summary>What of a request is needed to read it again, whatever the profile looks at by then.</summary>
    private static string HeadOf(in InboundRequest request, HttpContext http) => JsonSerializer.Serialize(new RequestHead(
        request.Method, request.Url,
        [.. from header in http.Request.Headers
            where !Credentials.Contains(header.Key, StringComparer.OrdinalIgnoreCase)
            from value in header.Value
            select new HeaderLine(header.Key, (value ?? "").Replace('\0', '\uFFFD'))]));

    private void Note(OpenEndpoint endpoint, DateTimeOffset now, IReadOnlyList<Meaning> meanings, IReadOnlyList<Appended> appended)
    {
        var at = 0;
        foreach (var meaning in meanings)
        {
            var known = meaning.Append is not null && appended[at++].Existed;
            var outcome = known && meaning.Kind is not MeaningKind.Test ? "duplicate" : meaning.Kind switch
            {
                MeaningKind.Sms => "accepted",
                MeaningKind.Report => "report",
                MeaningKind.Quarantined => "quarantined",
                MeaningKind.Ping => "ping",
                MeaningKind.Test => "test",
                _ => "ignored",
            };
            Outcomes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
            deliveries.Note(endpoint.Slug, now, true, outcome, meaning.Append is null ? null : meaning.Id, meaning.From);
        }
    }

    private void RejectBody(HttpContext http, BodyOutcome outcome, string slug, DateTimeOffset now)
    {
        var endpoint = endpoints.TryFind(slug);
        if (outcome is BodyOutcome.TooLarge)
        {
            Reject(http, StatusCodes.Status413PayloadTooLarge, "too-large", endpoint, now);
            return;
        }
        // Whose fault a slow network is cannot be told from here, and the 408 made for it would lose the text at some gateways.
        http.Response.Headers.Connection = "close";
        Reject(http, StatusCodes.Status503ServiceUnavailable, "too-slow", endpoint, now);
    }

    /// <summary>Says no, and to a stranger nothing more than that.</summary>
    private void Reject(HttpContext http, int status, string reason, OpenEndpoint? endpoint, DateTimeOffset now)
    {
        Outcomes.Add(1, new KeyValuePair<string, object?>("outcome", reason));
        if (endpoint is not null)
            deliveries.Note(endpoint.Slug, now, false, reason);
        http.Response.StatusCode = status;
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            http.Response.Headers.RetryAfter = (endpoint?.Profile.Profile.Answers.RetryAfterSeconds ?? 5).ToString(CultureInfo.InvariantCulture);
        else if (status == StatusCodes.Status415UnsupportedMediaType)
            http.Response.Headers.AcceptEncoding = "identity"; // RFC 7694: what would have been taken
    }

    private static async Task Acknowledge(HttpContext http, AnswerRules answers, IReadOnlyList<Meaning> meanings)
    {
        var (type, text) = answers.SuccessBody is null ? ("application/json", Told(meanings)) : (answers.SuccessContentType ?? "text/plain", answers.SuccessBody);
        var span = http.Response.BodyWriter.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, span);
        http.Response.ContentType = type;
        http.Response.ContentLength = length;
        http.Response.BodyWriter.Advance(length);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    /// <summary>What a delivery became, for who looks at answers: <c>{"sms":"…"}</c>; of a batch, how many. Written by hand: this is the hot path.</summary>
    private static string Told(IReadOnlyList<Meaning> meanings) => meanings is [var only]
        ? only.Kind switch
        {
            MeaningKind.Sms => $$"""{"sms":"{{only.Id}}"}""",
            MeaningKind.Report => $$"""{"report":"{{only.Id}}"}""",
            MeaningKind.Quarantined => $$"""{"quarantined":"{{only.Id}}"}""",
            MeaningKind.Test => """{"test":true}""",
            MeaningKind.Ping => """{"ping":true}""",
            _ => """{"ignored":true}""",
        }
        : string.Create(CultureInfo.InvariantCulture, $$"""{"sms":{{meanings.Count(m => m.Kind is MeaningKind.Sms)}},"reports":{{meanings.Count(m => m.Kind is MeaningKind.Report)}},"quarantined":{{meanings.Count(m => m.Kind is MeaningKind.Quarantined)}}}""");

    private TimeSpan Left(long started) =>
        GroupCommit.Patience - clock.GetElapsedTime(started) is var left && left > TimeSpan.FromMilliseconds(50) ? left : TimeSpan.FromMilliseconds(50);

    /// <summary>As exactly as PostgreSQL keeps times, so that what is looked for by its time is found.</summary>
    private static DateTimeOffset InMicroseconds(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));
}

/// <summary>What is kept of a request in quarantine beside its body.</summary>
/// <param name="Method">POST.</param>
/// <param name="Url">The public URL, where the profile looked at it.</param>
/// <param name="Headers">Its headers but for credentials.</param>
public sealed record RequestHead(string Method, string Url, IReadOnlyList<HeaderLine> Headers);
