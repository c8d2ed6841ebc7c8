using MassTransit;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.OptOut.Consent;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>
/// Every text is ruled on before anything may answer it. Ruling and ledger entry are one commit.
/// </summary>
/// <remarks>
/// <para>Two consent words of one person at once: both append to the person's ledger at the version they were decided on, so one of
/// them conflicts, and is decided again with the other in view.</para>
/// <para>An ordinary text beside a STOP only reads the ledger, so its <c>clear</c> may be committed just after the opt-out.
/// That is the same history as the text having been ruled on first, and nothing leaks: the door (Outbound) checks its own
/// ledger when it releases a reply, and only <c>opt-out</c> and <c>opt-in</c> verdicts and <c>ConsentChanged</c> change that ledger,
/// never a <c>clear</c>. Appending every text to the ledger would close the window and make each proof as long as the conversation.</para>
/// </remarks>
public sealed class ScreenInboundSms(IEventStore store, PersonLedgers ledgers, WordBooks books, ConsentAnswers answers, TimeProvider clock)
    : IConsumer<InboundSmsReceived>
{
    public async Task Consume(ConsumeContext<InboundSmsReceived> context)
    {
        var (sms, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var (person, ourNumber) = (PhoneNumber.Parse(sms.From), PhoneNumber.Parse(sms.To));

        var screening = await store.Load(Screening.Stream, sms.SmsId, ct);
        if (screening.State.Done)
        {
            await store.Commit([], cause.Handled, ct);
            return;
        }
        var rules = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State;
        var ledger = await ledgers.Load(person, ct);

        var (ruling, recorded) = ConsentDecider.Decide(
            ledger.Ledger, rules,
            new ScreenSms(sms.SmsId, sms.Endpoint, person, ourNumber, sms.Text, sms.SentAt.ToUniversalTime(), sms.ReceivedAt.ToUniversalTime(), clock.GetUtcNow()),
            books.For(rules.WordsOf(sms.Endpoint)).Read(sms.Text), answers);

        var committed = await store.Commit([screening.Append([ruling], cause), .. ledger.Append(recorded, cause)], cause.Handled, ct);
        if (!committed.AlreadyHandled)
            ConsentMetrics.Ruled(ruling.Verdict, ruling.MatchedBy);
    }
}

/// <summary>
/// One person's texts are ruled on one after the other, as they came: a text that follows a STOP is not cleared beside it. What
/// other instances take from the queue meanwhile is not held back, so this closes the gap of a backlog and not that of two instances.
/// </summary>
public sealed class ScreenInboundSmsInOrder : ConsumerDefinition<ScreenInboundSms>
{
    private const int AtOnce = 32;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ScreenInboundSms> consumerConfigurator, IRegistrationContext context) =>
        consumerConfigurator.Message<InboundSmsReceived>(text => text.UsePartitioner(AtOnce, received => received.Message.From));
}
