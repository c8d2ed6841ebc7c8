using System.Diagnostics;
using System.Diagnostics.Metrics;
using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Gateway;
using Sms.Outbound.Recipients;
using Sms.Outbound.Replies;
using Sms.Outbound.Views;

namespace Sms.Outbound.UseCases;

/// <summary>
/// Sends what is due: claims it, calls the gateway, records the outcome. Lets expire what came too late, and declares the
/// outcome of an abandoned claim unknown. Any number of instances may do so at once: the claim is a commit with the stream's
/// expected version, so one instance gets it.
/// </summary>
/// <remarks>
/// <para>What is promised about STOP: a claim also writes to the recipient's stream, with the version at which the person was
/// seen not to be opted out. A STOP writes to the same stream. PostgreSQL lets one of the two be first: when it is the STOP, the
/// claim fails, is decided again and the answer is suppressed; when it is the claim, the answer was on its way before the STOP
/// was recorded. So once a STOP is recorded here no claim succeeds any more; what was claimed before is with the gateway within
/// the minute or not at all. A gateway that has accepted a text before cannot be asked to forget it.</para>
/// <para>What is promised about crashes: the claim is on disk before the gateway is called. Whoever finds a claim without an
/// outcome never repeats it (<see cref="ReplyDecider.AbandonedAfter"/>); the gateway knows no idempotency key, so it could be
/// a second text.</para>
/// </remarks>
public sealed class DispatchDueSms(
    IEventStore store, NpgsqlDataSource database, StoreSchema schema, GatewayClient gateway, DueSignal signal, TimeProvider clock,
    ILogger<DispatchDueSms> log) : BackgroundService
{
    // A phone sends one text in a second or two; more at once would only wait there instead of here.
    private const int AtOncePerEndpoint = 8;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly ActivitySource Traces = new("Sms.Outbound");
    private static readonly Counter<long> Attempts = new Meter("Sms.Outbound").CreateCounter<long>(
        "sms.outbound.attempts", description: "Attempts to hand a text to a gateway, by endpoint and outcome");

    private bool _outrun;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var underWay = new Dictionary<Guid, (string Endpoint, Task Work)>();
        try
        {
            await schema.Ready.WaitAsync(stoppingToken);
            while (true)
            {
                foreach (var (id, _) in underWay.Where(send => send.Value.Work.IsCompleted).ToList())
                    underWay.Remove(id);
                foreach (var due in await Due(underWay.Keys, stoppingToken))
                    if (underWay.Values.Count(send => send.Endpoint == due.Endpoint) < AtOncePerEndpoint)
                        underWay.Add(due.SendId, (due.Endpoint, Attend(due, stoppingToken)));
                await signal.Wait(LookEvery, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What has been claimed is finished: the gateway's answer is still worth having.
            await Task.WhenAll(underWay.Values.Select(send => send.Work));
        }
    }

    private async Task<IReadOnlyList<DueSends.Row>> Due(IEnumerable<Guid> besides, CancellationToken ct)
    {
        // An instance that was outrun goes on further down the line, away from the one that was faster.
        var skip = Interlocked.Exchange(ref _outrun, false) ? Random.Shared.Next(2 * AtOncePerEndpoint) : 0;
        try
        {
            return await DueSends.At(database, clock.GetUtcNow(), [.. besides], skip, AtOncePerEndpoint, ct);
        }
        catch (NpgsqlException e)
        {
            log.LogWarning("What is due cannot be read ({Reason}); looking again in {Wait}.", e.Message, LookEvery);
            return [];
        }
    }

    private async Task Attend(DueSends.Row due, CancellationToken stopping)
    {
        using var activity = Traces.StartActivity("dispatch sms", ActivityKind.Internal, due.TraceParent);
        var cause = new Cause(due.SmsId, due.CausedBy, Cause.System);
        try
        {
            if (await Claim(due, cause, stopping) is { } claimed)
                await Record(due, await Send(claimed.Request, claimed.Attempt), cause, stopping);
            signal.Set();
        }
        catch (VersionConflictException)
        {
            // Another instance has it, or something happened that it has to be decided again upon.
            Volatile.Write(ref _outrun, true);
            signal.Set();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Not claimed; the next instance will do it.
        }
        catch (Exception e)
        {
            log.LogError(e, "Send {SendId} could not be attended to.", due.SendId);
        }
    }

    private async Task<Send?> Claim(DueSends.Row due, Cause cause, CancellationToken stopping)
    {
        var claim = Guid.CreateVersion7();
        while (true)
        {
            try
            {
                var reply = await store.Load(Reply.Stream, due.SmsId, stopping);
                if (reply.State.Find(due.SendId) is not { } send)
                    return null;
                // Its commit went through and only the answer was lost: it is ours, unless others take it for abandoned by now.
                if (send.Claim == claim)
                    return clock.GetUtcNow() < send.ClaimedAt + ReplyDecider.AbandonedAfter / 2 ? send : null;
                var recipient = await store.Load(Recipient.Stream, Recipient.IdFor(send.Request.From, send.Request.To), stopping);

                var events = ReplyDecider.Decide(
                    reply.State, new ReplyCommand.Attend(due.SendId, recipient.State.OptedOut, claim, clock.GetUtcNow()));
                if (events.Length == 0)
                    return null;

                List<Append> appends = [reply.Append(events, cause)];
                var started = events.OfType<SendEvent.DispatchStarted>().SingleOrDefault();
                if (started is not null && send.Request.Purpose != SendPurpose.ConsentAnswer)
                    appends.Add(recipient.Append([new RecipientEvent.TextLeaving(due.SmsId, due.SendId, started.Attempt)], cause));
                await store.Commit(appends, handled: null, CancellationToken.None);
                return started is null ? null : send.After(started);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning("Whether send {SendId} is claimed cannot be told yet ({Reason}).", due.SendId, e.Message);
                await Task.Delay(LookEvery, stopping);
            }
        }
    }

    private async Task<ReplyCommand> Send(SendEvent.SmsRequested request, int attempt)
    {
        var answer = await gateway.Send(request);
        Attempts.Add(1, new("endpoint", request.Endpoint), new("outcome", answer.GetType().Name));
        if (answer is GatewayAnswer.WaitForOperator trouble)
            log.LogError(
                "The gateway of endpoint {Endpoint} takes no texts ({Reason}): check its address, key and account.",
                request.Endpoint, trouble.Reason);

        var retryAt = RetrySchedule.Next(answer, attempt, clock.GetUtcNow(), Random.Shared.NextDouble());
        return answer switch
        {
            GatewayAnswer.Accepted e => new ReplyCommand.RecordAccepted(request.SendId, attempt, e.GatewayId),
            GatewayAnswer.Unknown e => new ReplyCommand.RecordUnknown(request.SendId, attempt, e.Reason),
            _ => new ReplyCommand.RecordFailed(request.SendId, attempt, answer.Why, retryAt),
        };
    }

    /// <summary>The outcome is known only here: it is recorded however long the database takes to come back.</summary>
    private async Task Record(DueSends.Row due, ReplyCommand outcome, Cause cause, CancellationToken stopping)
    {
        for (var wait = TimeSpan.FromMilliseconds(100); ; wait = TimeSpan.FromSeconds(Math.Min(5, wait.TotalSeconds * 2)))
        {
            try
            {
                var reply = await store.Load(Reply.Stream, due.SmsId, CancellationToken.None);
                await store.Commit(reply, ReplyDecider.Decide(reply.State, outcome), cause, CancellationToken.None);
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
