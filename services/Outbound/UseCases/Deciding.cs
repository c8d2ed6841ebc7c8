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
