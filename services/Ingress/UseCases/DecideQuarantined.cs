using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Inbound;
using Sms.ServiceHost;

namespace Sms.Ingress.UseCases;

/// <summary>
/// A person decides about a delivery in quarantine: it is read again, as when the endpoint's profile has been put right, or
/// discarded. Read again it goes through the same reading and the same dedupe as if it had just come.
/// </summary>
public sealed class DecideQuarantined(IEventStore store, EndpointDirectory endpoints, RawBodies bodies, DeliveryLog deliveries, TimeProvider clock)
{
    private const int LongestReason = 500;

    /// <summary>Why a delivery is discarded.</summary>
    public sealed record Reason(string? Why);

    /// <summary>What became of a delivery that was read again.</summary>
    /// <param name="State"><c>released</c>, or still <c>open</c>.</param>
    /// <param name="Why">Why it still cannot be understood.</param>
    /// <param name="Became">The texts and reports it held.</param>
    /// <param name="KnownAlready">How many of these had come by another delivery meanwhile.</param>
    public sealed record Outcome(string State, string? Why, IReadOnlyList<Guid> Became, int KnownAlready);

    /// <summary>Maps <c>POST /quarantine/{id}/reprocess</c> and <c>POST /quarantine/{id}/discard</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/quarantine/{id:guid}/reprocess", (Guid id, HttpContext http, DecideQuarantined use, CancellationToken ct) => use.ReadAgain(id, http, ct))
            .RequireAuthorization(Roles.Admin).WithName("ReadQuarantinedAgain").WithSummary("Reads a delivery in quarantine again, as its endpoint reads now");
        api.MapPost("/quarantine/{id:guid}/discard", (Guid id, Reason reason, HttpContext http, DecideQuarantined use, CancellationToken ct) =>
            use.Discard(id, reason, http, ct)).RequireAuthorization(Roles.Admin).WithName("DiscardQuarantined").WithSummary("Discards a delivery in quarantine, for a reason");
    }

    private async Task<Results<Ok<Outcome>, NotFound>> ReadAgain(Guid id, HttpContext http, CancellationToken ct)
    {
        var quarantined = await store.Load(QuarantinedDelivery.Stream, id, ct);
        if (quarantined.State.Fact is not { } fact)
            return TypedResults.NotFound();
        quarantined.State.MustBeOpen();
        await endpoints.Read(ct);
        var endpoint = endpoints.Find(fact.Endpoint) ?? throw new RefusedException($"The endpoint '{fact.Endpoint}' is disabled: enable it first.");
        if (await RequestOf(id, fact, ct) is not { } request)
            throw new RefusedException("The raw bytes are not kept any more.");

        var meanings = Delivery.Read(endpoint, request, fact.ReceivedAt);
        if (meanings.FirstOrDefault(m => m.Kind is MeaningKind.Quarantined) is { Reason: var why })
        {
            await store.Commit(quarantined, [new InboundEvent.ReadInVain(why!)], http.Cause(), ct);
            return TypedResults.Ok(new Outcome("open", why, [], 0));
        }

        // Which of them are known already only the store can say, in the commit; what is recorded of it is therefore looked up
        // beforehand, and right unless the same is delivered in between.
        var became = meanings.Where(m => m.Append is not null).ToList();
        var known = 0;
        foreach (var meaning in became)
            known += await IsKnown(meaning, ct) ? 1 : 0;
        await store.Commit(
            [.. became.Select(m => m.Append!), quarantined.Append([new InboundEvent.Released([.. became.Select(m => m.Id)], known)], http.Cause())], null, ct);
        foreach (var meaning in became)
            deliveries.Note(endpoint.Slug, clock.GetUtcNow(), true, "released", meaning.Id, meaning.From);
        return TypedResults.Ok(new Outcome("released", null, [.. became.Select(m => m.Id)], known));
    }

    private async Task<Results<NoContent, NotFound, ValidationProblem>> Discard(Guid id, Reason reason, HttpContext http, CancellationToken ct)
    {
        if (reason.Why is not { Length: > 0 and <= LongestReason } why || string.IsNullOrWhiteSpace(why) || why.Contains('\0', StringComparison.Ordinal))
            return Problems.Invalid("why", $"must be 1 to {LongestReason} characters, without U+0000");
        var quarantined = await store.Load(QuarantinedDelivery.Stream, id, ct);
        if (quarantined.Version == 0)
            return TypedResults.NotFound();
        quarantined.State.MustBeOpen();
        await store.Commit(quarantined, [new InboundEvent.Discarded(why)], http.Cause(), ct);
        return TypedResults.NoContent();
    }

    private async Task<bool> IsKnown(Meaning meaning, CancellationToken ct) => meaning.Kind is MeaningKind.Sms
        ? (await store.Load(InboundSms.Stream, meaning.Id, ct)).Version > 0
        : (await store.Load(ReportedDelivery.Stream, meaning.Id, ct)).Version > 0;

    /// <summary>The request as it came, as far as it is kept.</summary>
    private async Task<InboundRequest?> RequestOf(Guid id, InboundEvent.DeliveryQuarantined fact, CancellationToken ct)
    {
        if (fact.Body is { } stored)
            return new InboundRequest("POST", "", fact.ContentType is null ? [] : [new HeaderLine("Content-Type", fact.ContentType)], stored);
        if (await bodies.Find(id, fact.ReceivedAt, ct) is not [var raw, ..])
            return null;
        var head = raw.Head is null ? null : JsonSerializer.Deserialize<RequestHead>(raw.Head);
        return new InboundRequest(head?.Method ?? "POST", head?.Url ?? "", head?.Headers ?? [], raw.Bytes);
    }
}
