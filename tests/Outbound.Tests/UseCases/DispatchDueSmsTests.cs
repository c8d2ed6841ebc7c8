using System.Net.Http.Json;
using Npgsql;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Recipients;
using Sms.Outbound.Views;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Outbound.Tests.UseCases;

/// <summary>From the request and the verdict on the bus to the customer's phone.</summary>
public sealed class DispatchDueSmsTests(OutboundWithGateway outbound) : IClassFixture<OutboundWithGateway>, IAsyncLifetime
{
    private readonly Customer _they = new();

    public async ValueTask InitializeAsync()
    {
        if (TestServers.Present)
            await outbound.GatewayIs(send: null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [RealServersFact]
    public async Task Answer_is_held_until_the_verdict_and_reaches_the_phone_after_it()
    {
        var answer = _they.Answer();
        await outbound.Hear(answer);
        await outbound.Becomes(answer.SendId, "held");
        (await outbound.OnPhoneOf(_they.Number)).ShouldBeEmpty();

        await outbound.Hear(Customer.Clear(answer));

        var sent = await outbound.Becomes(answer.SendId, "accepted");
        sent.History.Select(change => change.State).ShouldBe(["held", "cleared", "dispatching", "accepted"]);
        sent.History[0].Actor.ShouldBe("rule:hours");
        await PhoneHas(answer.Text);
        (await outbound.AtGateway()).Single(message => message.Ref == answer.SendId.ToString("N")).Id.ShouldBe(sent.Message.GatewayId);
    }

    [RealServersFact]
    public async Task Answer_that_comes_after_its_verdict_leaves_at_once()
    {
        var answer = _they.Answer();
        await outbound.Hear(Customer.Clear(answer));
        await outbound.Hear(answer);
        await outbound.Becomes(answer.SendId, "accepted");
    }

    [RealServersFact]
    public async Task Answer_asked_for_twenty_times_at_once_reaches_the_phone_once()
    {
        var answer = _they.Answer();
        await outbound.Hear([.. Enumerable.Repeat(answer, 20), Customer.Clear(answer)]);

        (await outbound.Becomes(answer.SendId, "accepted")).Message.Attempts.ShouldBe(1);
        await PhoneHas(answer.Text);
    }

    [RealServersFact]
    public async Task Three_instances_at_once_send_every_answer_once()
    {
        await outbound.Another();
        await outbound.Another();
        var answers = Enumerable.Range(0, 60)
            .Select(n => _they.Answer() with { Text = $"answer {n}", To = $"{_they.Number}{n % 3}" }).ToArray();
        await outbound.Hear([.. answers, .. answers.Select(Customer.Clear)]);

        foreach (var answer in answers)
            (await outbound.Becomes(answer.SendId, "accepted")).Message.Attempts.ShouldBe(1);
        var received = new List<string>();
        foreach (var phone in answers.Select(answer => answer.To).Distinct())
            received.AddRange((await outbound.OnPhoneOf(phone)).Select(message => message.Text));
        received.Order().ShouldBe(answers.Select(answer => answer.Text).Order());
        await RebuiltViews.ShouldEqualLive(outbound);
    }

    [RealServersFact]
    public async Task Only_the_confirmation_of_a_stop_leaves()
    {
        var answer = _they.Answer();
        await outbound.Hear(answer);
        await outbound.Hear(Customer.Stop(answer));

        (await outbound.Becomes(answer.SendId, "suppressed")).Message.Reason.ShouldBe("opt-out");
        await outbound.Becomes(Customer.Confirmation(answer), "accepted");
        await PhoneHas(Customer.Goodbye);
    }

    [RealServersFact]
    public async Task Stop_heard_five_times_at_once_is_confirmed_once()
    {
        var stopped = _they.Answer();
        await outbound.Hear([.. Enumerable.Repeat(Customer.Stop(stopped), 5)]);
        (await outbound.Becomes(Customer.Confirmation(stopped), "accepted")).Message.Attempts.ShouldBe(1);
        await PhoneHas(Customer.Goodbye);
    }

    [RealServersFact]
    public async Task Stop_overtakes_an_answer_that_waits_for_the_gateway()
    {
        await outbound.GatewayIs(new { noDevice = true });
        var (answer, stopped) = (await Cleared(), _they.Answer());
        (await outbound.Becomes(answer.SendId, "waiting")).Message.Reason.ShouldBe("http-503 no_active_device_for_tenant");

        await outbound.Hear(Customer.Stop(stopped));
        await outbound.Becomes(Customer.Confirmation(stopped), "waiting");
        await outbound.GatewayIs(send: null);

        (await outbound.Becomes(answer.SendId, "suppressed")).Message.Reason.ShouldBe(SuppressedBecause.OptedOutSince);
        await outbound.Becomes(Customer.Confirmation(stopped), "accepted");
        await PhoneHas(Customer.Goodbye);
    }

    [RealServersFact]
    public async Task Answer_about_to_be_claimed_is_suppressed_when_a_stop_is_recorded_first()
    {
        var (answer, stopped) = (_they.Answer(), _they.Answer());
        await WhileTheirStreamIsLocked(async waiting =>
        {
            await outbound.Publish(Customer.Stop(stopped), stopped.InReplyTo);
            await waiting(1);
            await outbound.Hear(Customer.Clear(answer), answer);
            await waiting(2);
        });

        (await outbound.Becomes(answer.SendId, "suppressed")).Message.Reason.ShouldBe(SuppressedBecause.OptedOutSince);
        await outbound.Becomes(Customer.Confirmation(stopped), "accepted");
        await PhoneHas(Customer.Goodbye);
    }

    [RealServersFact]
    public async Task Stop_that_comes_while_an_answer_is_being_claimed_is_recorded_after_the_claim()
    {
        var (answer, stopped) = (_they.Answer(), _they.Answer());
        await WhileTheirStreamIsLocked(async waiting =>
        {
            await outbound.Hear(Customer.Clear(answer), answer);
            await waiting(1);
            await outbound.Publish(Customer.Stop(stopped), stopped.InReplyTo);
            await waiting(2);
        });

        await outbound.Becomes(answer.SendId, "accepted");
        await outbound.Becomes(Customer.Confirmation(stopped), "accepted");
        (await outbound.Store.Load(Recipient.Stream, Recipient.IdFor(answer.From, answer.To), TestContext.Current.CancellationToken))
            .State.OptedOut.ShouldBeTrue();
    }

    [RealServersFact]
    public async Task Text_the_gateway_took_without_saying_so_is_not_repeated_but_left_to_a_person()
    {
        await outbound.GatewayIs(new { acceptThenDropNext = 1 });
        var answer = await Cleared();

        (await outbound.Becomes(answer.SendId, "unknown")).Message.Attempts.ShouldBe(1);
        (await outbound.Client.GetFromJsonAsync<Page<SentLog.Row>>("/messages?state=unknown"))!.Items
            .ShouldContain(message => message.SendId == answer.SendId);
        await PhoneHas(answer.Text);
    }

    [RealServersFact]
    public async Task Gateway_that_fails_in_the_middle_may_have_sent_the_text()
    {
        await outbound.GatewayIs(new { failNext = 1 });
        (await outbound.Becomes((await Cleared()).SendId, "unknown")).Message.Reason.ShouldNotBeNull().ShouldStartWith("http-500");
    }

    [RealServersFact]
    public async Task Gateway_that_asks_for_patience_gets_the_text_later()
    {
        await outbound.GatewayIs(new { rateLimited = true, retryAfterSeconds = 1 });
        var answer = await Cleared();
        var failed = (await outbound.Becomes(answer.SendId, "waiting")).History[^1];
        (failed.RetryAt - failed.At).ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
        await outbound.GatewayIs(send: null);

        (await outbound.Becomes(answer.SendId, "accepted")).Message.Attempts.ShouldBeGreaterThan(1);
        await PhoneHas(answer.Text);
    }

    [RealServersFact]
    public async Task Gateway_that_cannot_be_reached_certainly_did_not_send_the_text() =>
        (await outbound.Becomes((await Cleared("closed")).SendId, "waiting")).Message.Reason.ShouldBe("ConnectionError");

    [RealServersFact]
    public async Task Wrong_key_is_waited_out() =>
        (await outbound.Becomes((await Cleared("wrong-key")).SendId, "waiting")).Message.Reason.ShouldBe("http-401 invalid_api_key");

    [RealServersFact]
    public async Task Number_the_gateway_refuses_is_given_up()
    {
        var answer = _they.Answer() with { To = "56161" };
        await outbound.Hear(Customer.Clear(answer), answer);
        (await outbound.Becomes(answer.SendId, "failed")).Message.Reason.ShouldBe("http-400 validation_error");
    }

    [RealServersFact]
    public async Task Endpoint_without_a_gateway_fails_and_says_so() =>
        (await outbound.Becomes((await Cleared("nowhere")).SendId, "failed")).Message.Reason.ShouldBe("no-gateway-for-this-endpoint");

    [RealServersFact]
    public async Task Held_answer_expires_by_itself_and_a_late_verdict_does_not_revive_it()
    {
        var answer = _they.Answer() with { ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(1) };
        await outbound.Hear(answer);
        await outbound.Becomes(answer.SendId, "expired");
        await outbound.Hear(Customer.Clear(answer));
        (await outbound.Find(answer.SendId)).History.Select(change => change.State).ShouldBe(["held", "expired"]);
    }

    [RealServersFact]
    public async Task Claim_of_an_instance_that_is_gone_is_not_repeated()
    {
        // What a crash between the claim and the call, or between the call and its record, leaves behind.
        var (answer, longAgo) = (_they.Answer(), DateTimeOffset.UtcNow.AddMinutes(-2));
        await outbound.Store.Commit(
        [
            Occasion.Reply.Start(answer.InReplyTo.ToString(),
            [
                new OccasionEvent.VerdictRecorded("clear", true, answer.Endpoint, answer.To, answer.From, longAgo, longAgo),
                new SendEvent.SmsRequested(
                    answer.SendId, SendPurpose.Reply, answer.Endpoint, answer.From, answer.To, answer.Text, answer.RequestedBy,
                    longAgo, longAgo.AddHours(1)),
                new SendEvent.SmsCleared(answer.SendId, "clear", longAgo),
                new SendEvent.DispatchStarted(answer.SendId, 1, Guid.NewGuid(), longAgo),
            ], new Cause(answer.InReplyTo, null, Cause.System)),
        ], handled: null, TestContext.Current.CancellationToken);

        (await outbound.Becomes(answer.SendId, "unknown")).Message.Reason.ShouldBe("abandoned");
        (await outbound.OnPhoneOf(_they.Number)).ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task Id_that_is_used_for_another_text_ends_among_the_dead_letters_and_the_first_text_stands()
    {
        var answer = await Cleared();
        await outbound.Becomes(answer.SendId, "accepted");

        var otherText = answer with { Text = "something else" };
        var otherQuestion = answer with { InReplyTo = Guid.NewGuid() };
        await outbound.Publish(otherText, otherText.InReplyTo);
        await outbound.Publish(otherQuestion, otherQuestion.InReplyTo);

        await Eventually.Sees(() => outbound.DeadLetters("outbound-request-sms"), letters => letters == 2);
        await PhoneHas(answer.Text);
    }

    private async Task<SendSms> Cleared(string endpoint = OutboundWithGateway.Endpoint)
    {
        var answer = _they.Answer() with { Endpoint = endpoint };
        await outbound.Hear(Customer.Clear(answer), answer);
        return answer;
    }

    /// <summary>Makes whoever writes to the customer's stream wait in line, and lets them go in the order they came.</summary>
    private async Task WhileTheirStreamIsLocked(Func<Func<int, Task>, Task> act)
    {
        var optedIn = _they.Answer();
        await outbound.Hear(Customer.Clear(optedIn) with { Verdict = "opt-in", RepliesAllowed = false, SentAt = DateTimeOffset.UtcNow.AddHours(-1) });
        var stream = Recipient.Stream.StreamId(Recipient.IdFor(optedIn.From, optedIn.To).ToString());

        await using var connection = await outbound.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("select 1 from mt_streams where id = $1 for update", connection, transaction)
        {
            Parameters = { new NpgsqlParameter { Value = stream } },
        };
        await command.ExecuteNonQueryAsync();

        await act(inLine => Eventually.Sees(
            () => outbound.Database.Query(
                $"select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
                r => r.GetInt64(0)),
            waiting => waiting[0] == inLine));
        await transaction.CommitAsync();
    }

    private Task<IReadOnlyList<OutboundWithGateway.Received>> PhoneHas(string text) => Eventually.Sees(
        () => outbound.OnPhoneOf(_they.Number), received => received.Select(message => message.Text).SequenceEqual([text]));
}
