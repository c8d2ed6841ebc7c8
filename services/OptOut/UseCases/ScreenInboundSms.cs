using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.OptOut.Consent;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>
/// Every text is ruled on before anything may answer it, and one person's texts in the order in which they were stored, whatever
/// order they come in here. Ruling and ledger entry are one commit.
/// </summary>
/// <remarks>
/// <para>The order is kept by data, not by arrival: a text names the one before it of the same person. As long as that one has not been
/// ruled on, a text waits on its stream (the commit conflicts if it is being ruled on just then), and is ruled on in the very
/// commit that rules on it. So no instance, restart or redelivery clears a text past the STOP before it. A STOP itself never waits.</para>
/// <para>Two consent words of one person at once: both append to the person's ledger at the version they were decided on, so one of
/// them conflicts, and is decided again with the other in view.</para>
/// <para>An ordinary text only reads the ledger, so its <c>clear</c> may be committed just after an opt-out by other means, an
/// operator's say. That is the same history as the text having been ruled on first, and nothing leaks: the door (Outbound) checks
/// its own ledger when it releases a reply, and only <c>opt-out</c> and <c>opt-in</c> verdicts and <c>ConsentChanged</c> change that
/// ledger, never a <c>clear</c>. Appending every text to the ledger would close the window and make each proof as long as the conversation.</para>
/// </remarks>
public sealed class ScreenInboundSms(IEventStore store, PersonLedgers ledgers, WordBooks books, ConsentAnswers answers, TimeProvider clock)
    : IConsumer<InboundSmsReceived>
{
    public async Task Consume(ConsumeContext<InboundSmsReceived> context)
    {
        var (sms, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var (person, ourNumber, now) = (PhoneNumber.Parse(sms.From), PhoneNumber.Parse(sms.To), clock.GetUtcNow());

        var screening = await store.Load(Screening.Stream, sms.SmsId, ct);
        if (screening.State.Done)
        {
            await store.Commit([], cause.Handled, ct);
            return;
        }
        // Looked at before the ledger: if it has been ruled on, what follows from it is in there.
        var previous = sms.PreviousSmsId is { } id ? await store.Load(Screening.Stream, id, ct) : null;
        var rules = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State;
        var ledger = await ledgers.Load(person, ct);

        var text = new ScreenSms(
            sms.SmsId, sms.Endpoint, person, ourNumber, sms.Text, sms.SentAt.ToUniversalTime(), sms.ReceivedAt.ToUniversalTime(), now);
        var (ruling, recorded) = Rule(text, ledger.Ledger, rules);
        if (previous is { State.Done: false } && !Screening.HoldsAtOnce(ruling))
        {
            var waits = new ScreeningEvent.TextWaits(
                text.SmsId, context.MessageId!.Value, text.Endpoint, person.Value, ourNumber.Value, text.Text, text.SentAt, text.ReceivedAt, now);
            await store.Commit(previous, previous.State.LetWait(waits), cause, ct);
            return;
        }

        var ruled = new List<(EventStream<Screening, ScreeningEvent> Stream, ScreeningEvent.SmsScreened Ruling, Cause Cause)> { (screening, ruling, cause) };
        var (known, facts) = (ledger.Ledger.After(recorded), recorded.ToList());
        var waiting = new Queue<(ScreeningEvent.TextWaits Text, Guid For)>(screening.State.Waiting.Select(later => (later, sms.SmsId)));
        while (waiting.TryDequeue(out var next))
        {
            var later = await store.Load(Screening.Stream, next.Text.SmsId, ct);
            if (later.State.Done || ruled.Exists(r => r.Stream.StreamId == later.StreamId))
                continue;
            (ruling, recorded) = Rule(ScreenSms.Of(next.Text, now), known, rules);
            ruled.Add((later, ruling with { WaitedFor = next.For }, new Cause(next.Text.SmsId, next.Text.MessageId, Cause.System)));
            known = known.After(recorded);
            facts.AddRange(recorded);
            foreach (var further in later.State.Waiting)
                waiting.Enqueue((further, next.Text.SmsId));
        }

        var committed = await store.Commit(
            [.. ruled.Select(r => r.Stream.Append([r.Ruling], r.Cause)), .. ledger.Append([.. facts], cause)], cause.Handled, ct);
        if (!committed.AlreadyHandled)
            foreach (var one in ruled)
                ConsentMetrics.Ruled(one.Ruling.Verdict, one.Ruling.MatchedBy);
    }

    private (ScreeningEvent.SmsScreened Ruling, ConsentFact[] Recorded) Rule(ScreenSms text, PersonLedger ledger, Rulebook rules) =>
        ConsentDecider.Decide(ledger, rules, text, books.For(rules.WordsOf(text.Endpoint)).Read(text.Text), answers);
}

/// <summary>
/// One instance takes one person's texts one after the other, as they come: most come in order, and need not wait for each other
/// in the log then.
/// </summary>
public sealed class ScreenInboundSmsInOrder : ConsumerDefinition<ScreenInboundSms>
{
    private const int AtOnce = 32;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ScreenInboundSms> consumerConfigurator, IRegistrationContext context) =>
        consumerConfigurator.Message<InboundSmsReceived>(text => text.UsePartitioner(AtOnce, received => received.Message.From));
}
