using Sms.EventStore;
using Sms.Outbound.Sends;

namespace Sms.Outbound.UseCases;

internal static class Deciding
{
    private const int MostTries = 20;

    /// <summary>What follows from one command after the other, as facts.</summary>
    public static OccasionEvent[] DecideAll(this Occasion occasion, params ReadOnlySpan<SendCommand> commands)
    {
        List<OccasionEvent> all = [];
        foreach (var command in commands)
        {
            var events = SendDecider.Decide(occasion, command);
            occasion = events.Aggregate(occasion, Occasion.Reply.Evolve);
            all.AddRange(events);
        }
        return [.. all];
    }

    /// <summary>
    /// For a person who waits for the answer: load, decide and commit, and that again when a service was faster. What they asked for
    /// is decided on what is there by then.
    /// </summary>
    /// <exception cref="RefusedException">It cannot be.</exception>
    public static async Task Decide(
        this IEventStore store, StreamOf<Occasion, OccasionEvent> kind, Guid id, SendCommand command, Cause cause, CancellationToken ct) =>
        await Retried(async () =>
        {
            var occasion = await store.Load(kind, id, ct);
            await store.Commit(occasion, SendDecider.Decide(occasion.State, command), cause with { CorrelationId = id }, ct);
        });

    /// <summary>
    /// Records what came of an attempt. Where the gateway said by which id it knows the text, that id is the text's from here on, and
    /// reports about it that came before take effect.
    /// </summary>
    /// <exception cref="VersionConflictException">Somebody else was faster.</exception>
    public static async Task RecordOutcome(
        this IEventStore store, string streamId, Guid sendId, string endpoint, SendCommand outcome, Cause cause)
    {
        var (kind, id) = Occasion.At(streamId);
        var occasion = await store.Load(kind, id, CancellationToken.None);
        if (outcome is not SendCommand.RecordAccepted { GatewayId: { } gatewayId })
        {
            await store.Commit(occasion, SendDecider.Decide(occasion.State, outcome), cause, CancellationToken.None);
            return;
        }
        var text = await store.Load(GatewayText.Stream, GatewayText.IdFor(endpoint, gatewayId), CancellationToken.None);
        var events = occasion.State.DecideAll([outcome, .. text.State.About(sendId)]);
        List<Append> appends = events.Length == 0 ? [] : [occasion.Append(events, cause)];
        if (text.State.Assigned is null)
            appends.Add(text.Append([new GatewayTextEvent.IdAssigned(sendId, streamId)], cause));
        await store.Commit(appends, handled: null, CancellationToken.None);
    }

    /// <summary>Tries again as long as somebody else was faster, within reason.</summary>
    public static async Task Retried(Func<Task> commit)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                await commit();
                return;
            }
            catch (VersionConflictException) when (tried < MostTries)
            {
                // Decided again on what is there now.
            }
        }
    }
}
