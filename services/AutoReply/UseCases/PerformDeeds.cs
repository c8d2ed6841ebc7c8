using Npgsql;
using Sms.AutoReply.Deeds;
using Sms.AutoReply.People;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Views;
using Sms.EventStore;

namespace Sms.AutoReply.UseCases;

/// <summary>
/// Does what rules want done later or outside, as long as the service runs, from what is stored and never while deciding. Each
/// attempt is entered before it is made: of several instances one makes it, and one that dies in the middle of it leaves it to the
/// others after a while, so a recipient can be told twice, and can tell by the id.
/// </summary>
public sealed class PerformDeeds(
    NpgsqlDataSource database, StoreSchema schema, IEventStore store, EventLog events, EventTypes types, MailServer mail, WebhookCalls webhooks,
    ReplyLifetime lifetime, TimeProvider clock, ILogger<PerformDeeds> log) : BackgroundService
{
    private const int AtOnce = 8;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1), AttemptLasts = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var due = 0;
            try
            {
                var deeds = await DeedList.Due(database, clock.GetUtcNow(), AtOnce, stoppingToken);
                due = deeds.Count;
                await Task.WhenAll(deeds.Select(deed => Attend(deed.Id, deed.SmsId, stoppingToken)));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException e)
            {
                due = 0;
                log.LogWarning("What is due cannot be attended to ({Reason}); looking again in {Wait}.", e.Message, LookEvery);
            }
            if (due < AtOnce)
                await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Attend(Guid id, Guid smsId, CancellationToken ct)
    {
        try
        {
            var progress = await store.Load(DeedProgress.Stream, id, ct);
            if (progress.State.IsOver || await Explanation.Find(events, types, smsId, ct) is not { } ruled)
                return;
            var deed = ruled.Ruling.Deeds.First(deed => deed.Id == id);
            var cause = new Cause(smsId, null, $"rule:{deed.Rule}");
            if (deed.Do == RuleAction.Replies)
            {
                var person = await store.Load(Person.Stream, ruled.Person, ct);
                await store.Commit(progress, [DelayedReply.Decide(ruled, deed, person.State, clock.GetUtcNow(), lifetime.Value)], cause, ct);
                return;
            }

            var attempt = progress.State.Attempts + 1;
            await store.Commit(progress, [new DeedEvent.Begun(id, attempt, clock.GetUtcNow() + AttemptLasts)], cause, ct);
            var trouble = await Perform(deed, ruled, ct);
            var now = clock.GetUtcNow();
            progress = await store.Load(DeedProgress.Stream, id, ct);
            await store.Commit(
                progress,
                [
                    trouble is null ? new DeedEvent.Done(id, now)
                    : trouble.IsFinal || attempt >= DeedProgress.MostAttempts ? new DeedEvent.GivenUp(id, trouble.Why, now)
                    : new DeedEvent.AttemptFailed(id, attempt, trouble.Why, now + DeedProgress.Pause(attempt)),
                ],
                cause, ct);
        }
        catch (VersionConflictException)
        {
            // Another instance was first.
        }
        catch (Exception e) when (e is not (OperationCanceledException or NpgsqlException))
        {
            // It is tried again once the attempt's time is over; the others go on.
            log.LogError(e, "Deed {DeedId} could not be attended to.", id);
        }
    }

    private Task<Trouble?> Perform(Deed deed, AnswerEvent.SmsRuled ruled, CancellationToken ct) => deed.Do switch
    {
        RuleAction.SendsEmail => mail.Send(deed, ct),
        RuleAction.CallsWebhook => webhooks.Call(deed, ruled, clock.GetUtcNow(), ct),
        _ => throw new InvalidOperationException($"Nobody knows how to do '{deed.Do}'."),
    };
}

/// <summary>Why an attempt failed.</summary>
/// <param name="Why">In a few words, without addresses.</param>
/// <param name="IsFinal">Whether trying again is no use.</param>
public sealed record Trouble(string Why, bool IsFinal);
