using System.Net.Http.Json;
using Npgsql;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Recipients;
using Sms.Outbound.Views;
using Sms.Testing;

namespace Sms.Outbound.Tests.UseCases;

/// <summary>Texts that answer none, and consent that changes while a text waits.</summary>
public sealed class ConsentTests(OutboundWithGateway outbound) : IClassFixture<OutboundWithGateway>, IAsyncLifetime
{
    private readonly Customer _they = new();

    public async ValueTask InitializeAsync()
    {
        if (TestServers.Present)
            await outbound.GatewayIs(send: null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [RealServersFact]
    public async Task Text_that_answers_none_waits_for_OptOut_and_leaves_with_the_fact_it_rests_on()
    {
        var reminder = _they.Reminder();
        await outbound.Hear(reminder);
        var asked = await outbound.Question(reminder.SendId);
        asked.ShouldSatisfyAllConditions(
            a => a.To.ShouldBe(_they.Number), a => a.Purpose.ShouldBe("notification"), a => a.RequestedBy.ShouldBe("rule:reminders"));
        (await outbound.Find(reminder.SendId)).Message.State.ShouldBe("held");

        var ruled = Customer.Allow(asked);
        await outbound.Hear(ruled);
        (await outbound.Becomes(reminder.SendId, "accepted")).Message.Consent.ShouldNotBeNull().ShouldSatisfyAllConditions(
            proof => proof.Said.ShouldBe("opted-in"), proof => proof.FactId.ShouldBe(ruled.FactId), proof => proof.FactHash.ShouldBe(ruled.FactHash));
    }

    [RealServersFact]
    public async Task Ruling_against_it_stops_it_and_says_which_fact_did()
    {
        var reminder = _they.Reminder();
        await outbound.Hear(reminder);
        var ruled = Customer.Allow(await outbound.Question(reminder.SendId)) with { Allowed = false, Reason = "no-consent" };
        await outbound.Hear(ruled);
        (await outbound.Becomes(reminder.SendId, "suppressed")).Message.Consent.ShouldNotBeNull().FactId.ShouldBe(ruled.FactId);
    }

    [RealServersFact]
    public async Task Review_lets_people_answer_and_silences_rules()
    {
        var (rule, agent) = (_they.Answer(), _they.Answer());
        agent = agent with { InReplyTo = rule.InReplyTo, RequestedBy = "operator:ann" };
        await outbound.Hear(rule, agent, Customer.Clear(rule) with { Verdict = "review", AutomationPaused = true });
        await outbound.Becomes(agent.SendId, "accepted");
        (await outbound.Becomes(rule.SendId, "suppressed")).Message.Reason.ShouldBe(SuppressedBecause.AutomationPaused);
    }

    [RealServersTheory]
    [InlineData(OutboundWithGateway.Us)]
    [InlineData(null)]
    public async Task Opt_out_by_an_operator_stops_what_waits_for_the_gateway_at_once(string? ourNumber)
    {
        await outbound.GatewayIs(new { rateLimited = true, retryAfterSeconds = 600 });
        var answer = _they.Answer();
        await outbound.Hear(Customer.Clear(answer), answer);
        await outbound.Becomes(answer.SendId, "waiting");

        var changed = _they.Changed("opted-out", ourNumber);
        await outbound.Hear(changed);
        (await outbound.Becomes(answer.SendId, "suppressed")).Message.Consent.ShouldNotBeNull().FactId.ShouldBe(changed.FactId);
    }

    [RealServersFact]
    public async Task Change_that_leaves_a_waiting_text_alone_does_not_send_it_early()
    {
        await outbound.GatewayIs(new { rateLimited = true, retryAfterSeconds = 600 });
        var answer = _they.Answer();
        await outbound.Hear(Customer.Clear(answer), answer);
        await outbound.Becomes(answer.SendId, "waiting");
        await outbound.Hear(_they.Changed("opted-out") with { Purpose = "marketing" });
        (await outbound.Find(answer.SendId)).Message.ShouldSatisfyAllConditions(m => m.State.ShouldBe("waiting"), m => m.Attempts.ShouldBe(1));
    }

    [RealServersFact]
    public async Task Opt_out_from_all_our_numbers_that_is_recorded_first_stops_a_text_that_is_just_being_claimed()
    {
        await outbound.Hear(_they.Changed("opted-in"));
        var (changed, answer) = (_they.Changed("opted-out"), _they.Answer());
        await using (var connection = await outbound.Database.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var command = new NpgsqlCommand("select 1 from mt_streams where id = $1 for update", connection, transaction);
            command.Parameters.Add(new NpgsqlParameter { Value = Person.Stream.StreamId(Person.IdFor(_they.Number).ToString()) });
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await outbound.Publish(changed, changed.FactId);
            await Waiting(1);
            await outbound.Hear(Customer.Clear(answer), answer);
            await Waiting(2);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }
        (await outbound.Becomes(answer.SendId, "suppressed")).Message.Consent.ShouldNotBeNull().FactId.ShouldBe(changed.FactId);
        (await outbound.OnPhoneOf(_they.Number)).ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task Every_text_that_left_had_consent_and_one_that_had_none_would_be_found()
    {
        var (good, bad, stopped) = (_they.Answer(), _they.Answer(), _they.Answer());
        await outbound.Hear(Customer.Clear(good), good);
        await outbound.Becomes(good.SendId, "accepted");
        var before = await Report();
        before.Texts.ShouldBeEmpty();
        before.Checked.ShouldBeGreaterThan(0);

        // Planted: a text that leaves without a verdict, and one that leaves after a STOP.
        var (now, ct) = (DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
        await outbound.Store.Commit([Planted(bad, cleared: false, now)], handled: null, ct);
        var recipient = await outbound.Store.Load(Recipient.Stream, Recipient.IdFor(stopped.From, stopped.To), ct);
        await outbound.Store.Commit(
        [
            Planted(stopped, cleared: true, now),
            recipient.Append(
                [new RecipientEvent.OptedOut(Guid.NewGuid(), now), new RecipientEvent.TextLeaving(stopped.InReplyTo, stopped.SendId, 1)],
                new Cause(null, null, Cause.System)),
        ], handled: null, ct);

        (await Report()).Texts.Select(text => (text.SendId, text.Flaw)).ShouldBe([(bad.SendId, "never-cleared"), (stopped.SendId, "opted-out-since")]);
    }

    private static Append Planted(SendSms sms, bool cleared, DateTimeOffset now) => Occasion.Reply.Start(sms.InReplyTo.ToString(),
    [
        .. cleared ? (OccasionEvent[])[new OccasionEvent.VerdictRecorded("clear", true, sms.Endpoint, sms.To, sms.From, now, now)] : [],
        new SendEvent.SmsRequested(
            sms.SendId, SendPurpose.Reply, sms.Endpoint, sms.From, sms.To, sms.Text, sms.RequestedBy, now, now.AddHours(1)),
        .. cleared ? (OccasionEvent[])[new SendEvent.SmsCleared(sms.SendId, "clear", now)] : [],
        new SendEvent.DispatchStarted(sms.SendId, 1, Guid.NewGuid(), now),
        new SendEvent.SmsAccepted(sms.SendId, 1, "msg_planted"),
    ], new Cause(sms.InReplyTo, null, Cause.System));

    private async Task<SentWithoutConsent.Report> Report() =>
        (await outbound.Client.GetFromJsonAsync<SentWithoutConsent.Report>("/reports/sent-without-consent"))!;

    private Task<List<long>> Waiting(int inLine) => Eventually.Sees(
        () => outbound.Database.Query(
            $"select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", r => r.GetInt64(0)),
        waiting => waiting[0] == inLine);
}
