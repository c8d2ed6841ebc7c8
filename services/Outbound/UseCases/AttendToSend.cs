using System.Diagnostics;
using System.Diagnostics.Metrics;
using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Gateway;
using Sms.Outbound.Recipients;
using Sms.Outbound.Sends;
using Sms.Outbound.Views;

namespace Sms.Outbound.UseCases;

/// <summary>What became of attending to a text.</summary>
public enum Attended
{
    /// <summary>What was due is done.</summary>
    Done,

    /// <summary>Another instance was faster.</summary>
    Outrun,

    /// <summary>Something is wrong that trying again at once would not mend.</summary>
    Trouble,
}

/// <summary>
/// Does what is due for one text: claims it, calls the gateway, records the outcome. Lets it expire when it came too late, and
/// looks after an abandoned claim. Any number of instances may do so at once: the claim is a commit with the stream's expected
/// version, so one instance gets it.
/// </summary>
/// <remarks>
/// <para>What is promised about STOP: a claim also writes to the recipient's stream and to the person's, with the versions at
/// which they held nothing against it. A STOP, or whatever else takes consent away, writes to one of the two. PostgreSQL lets one
/// be first: when it is the STOP, the claim fails, is decided again and the text is suppressed; when it is the claim, the text was
/// on its way before the STOP was recorded. So once a STOP is recorded here no claim succeeds any more; what was claimed before is
/// with the gateway within the minute or not at all. A gateway that has accepted a text before cannot be asked to forget it.</para>
/// <para>What is promised about crashes: the claim is on disk before the gateway is called. Whoever finds a claim without an
/// outcome repeats it only where the gateway takes the same id twice for the same text; elsewhere it could be a second one.</para>
/// </remarks>
public sealed class AttendToSend(
    IEventStore store, GatewayClient gateway, GatewayAccounts accounts, Turns turns, QuietHours quietHours, DueSignal signal, TimeProvider clock,
    ILogger<AttendToSend> log)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private static readonly ActivitySource Traces = new("Sms.Outbound");
    private static readonly Counter<long> Attempts = new Meter("Sms.Outbound").CreateCounter<long>(
        "sms.outbound.attempts", description: "Attempts to hand a text to a gateway, by endpoint and outcome");

    /// <summary>Attends to a text, to the end.</summary>
    public async Task<Attended> Attend(DueSends.Row due, CancellationToken stopping)
    {
        using var activity = Traces.StartActivity("dispatch sms", ActivityKind.Internal, due.TraceParent);
        var cause = new Cause(due.SmsId ?? due.SendId, due.CausedBy, Cause.System);
        try
        {
            if (await Claim(due, cause, mayLeave: true, stopping) is { } claimed)
                await Record(due, await Send(claimed), cause, stopping);
        }
        catch (VersionConflictException)
        {
            // Another instance has it, or something happened that it has to be decided again upon.
            return Attended.Outrun;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Not claimed; the next instance will do it.
        }
        catch (Exception e)
        {
            log.LogError(e, "Send {SendId} could not be attended to.", due.SendId);
            return Attended.Trouble;
        }
        return Attended.Done;
    }

    /// <summary>
    /// Something about the recipient changed: stops the text if it must not leave any more. If it still may, it leaves when its
    /// turn comes, not now.
    /// </summary>
    public async Task LookAgain(DueSends.Row waiting, CancellationToken ct) =>
        await Claim(waiting, new Cause(waiting.SmsId ?? waiting.SendId, waiting.CausedBy, Cause.System), mayLeave: false, ct);

    private async Task<Send?> Claim(DueSends.Row due, Cause cause, bool mayLeave, CancellationToken stopping)
    {
        var (claim, (kind, id)) = (Guid.CreateVersion7(), Occasion.At(due.StreamId));
        for (var turn = false; ;)
        {
            try
            {
                var occasion = await store.Load(kind, id, stopping);
                if (occasion.State.Find(due.SendId) is not { Request: var asked } send)
                    return null;
                // Its commit went through and only the answer was lost: it is ours, unless others take it for abandoned by now.
                if (send.Claim == claim)
                    return clock.GetUtcNow() < send.ClaimedAt + SendDecider.AbandonedAfter / 2 ? send : null;
                var recipient = await store.Load(Recipient.Stream, Recipient.IdFor(asked.From, asked.To), stopping);
                var person = await store.Load(Person.Stream, Person.IdFor(asked.To), stopping);

                var now = clock.GetUtcNow();
                var events = SendDecider.Decide(occasion.State, new SendCommand.Attend(
                    due.SendId, Objection.To(asked.Purpose, send.Automated, recipient.State, person.State, now), claim, now)
                {
                    RepeatableAt = accounts.Of(asked.Endpoint).Account?.RepeatableAt,
                    Quiet = quietHours.At(asked.To, now),
                });
                var started = events.OfType<SendEvent.DispatchStarted>().SingleOrDefault();
                if (events.Length == 0 || (started is not null && !mayLeave))
                    return null;
                if (started is not null && !(turn = turn || await turns.Take(asked.Endpoint, asked.From, stopping)))
                    return null;

                List<Append> appends = [occasion.Append(events, cause)];
                if (started is not null && asked.Purpose != SendPurpose.ConsentAnswer)
                {
                    appends.Add(recipient.Append([new RecipientEvent.TextLeaving(due.SmsId ?? due.SendId, due.SendId, started.Attempt)], cause));
                    appends.Add(person.Append([new PersonEvent.TextLeaving(due.SendId, started.Attempt)], cause));
                }
                await store.Commit(appends, handled: null, CancellationToken.None);
                return started is null ? null : send.After(started);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning("Whether send {SendId} is claimed cannot be told yet ({Reason}).", due.SendId, e.Message);
                await Task.Delay(BetweenTries, stopping);
            }
        }
    }

    private async Task<SendCommand> Send(Send send)
    {
        var (id, attempt, endpoint) = (send.Id, send.Attempt, send.Request.Endpoint);
        var answer = await gateway.Send(send.Request);
        Attempts.Add(1, new("endpoint", endpoint), new("outcome", answer.GetType().Name));
        if (answer is GatewayAnswer.WaitForOperator trouble)
            log.LogError("The gateway of endpoint {Endpoint} takes no texts ({Reason}): check its address, key and account.", endpoint, trouble.Reason);

        var now = clock.GetUtcNow();
        var retryAt = RetrySchedule.Next(answer, attempt, now, Random.Shared.NextDouble());
        return answer switch
        {
            GatewayAnswer.Accepted e => new SendCommand.RecordAccepted(id, attempt, e.GatewayId),
            GatewayAnswer.Blocked e => new SendCommand.RecordBlocked(id, attempt, e.Reason, now),
            GatewayAnswer.Unknown e => new SendCommand.RecordUnknown(id, attempt, e.Reason, send.RepeatableAt is null ? null : retryAt),
            _ => new SendCommand.RecordFailed(id, attempt, answer.Why, retryAt, answer.WaitsFor),
        };
    }

    /// <summary>The outcome is known only here: it is recorded however long the database takes to come back.</summary>
    private async Task Record(DueSends.Row due, SendCommand outcome, Cause cause, CancellationToken stopping)
    {
        for (var wait = TimeSpan.FromMilliseconds(100); ; wait = TimeSpan.FromSeconds(Math.Min(5, wait.TotalSeconds * 2)))
        {
            try
            {
                await store.RecordOutcome(due.StreamId, due.SendId, due.Endpoint, outcome, cause);
                signal.Set();
                return;
            }
            catch (VersionConflictException)
            {
                continue;
            }
            catch (NpgsqlException e) when (!stopping.IsCancellationRequested)
            {
                log.LogWarning("The outcome of send {SendId} cannot be recorded yet ({Reason}).", due.SendId, e.Message);
            }
            await Task.Delay(wait, CancellationToken.None);
        }
    }
}
