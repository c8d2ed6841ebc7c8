using MassTransit;
using Sms.AutoReply.Rules;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>The rules are tried on every inbound text, and the first that matches answers it.</summary>
public sealed class AnswerInboundSms(IEventStore store, ReplyLifetime lifetime, TimeProvider clock) : IConsumer<InboundSmsReceived>
{
    public async Task Consume(ConsumeContext<InboundSmsReceived> context)
    {
        var (sms, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);

        var answer = await store.Load(Answer.Stream, sms.SmsId, ct);
        if (answer.State.Decided)
        {
            await store.Commit([], cause.Handled, ct);
            return;
        }
        var ruleSet = await store.Load(RuleSet.Stream, RuleSet.Default, ct);

        var decided = AnswerDecider.Decide(ruleSet.State, ruleSet.Version, Received(sms, clock.GetUtcNow()), lifetime.Value);

        var actor = decided is AnswerEvent.SmsAnswered answered ? $"rule:{answered.RuleName}" : Cause.System;
        await store.Commit(answer, [decided], cause with { Actor = actor }, ct);
    }

    private static ReceivedSms Received(InboundSmsReceived sms, DateTimeOffset now) => new(
        sms.SmsId, sms.Endpoint, PhoneNumber.Parse(sms.From), PhoneNumber.Parse(sms.To), sms.Text, now,
        sms.Ref, sms.TenantName, sms.DeviceId);
}

/// <summary>How long an automatic reply is worth sending (<c>AutoReply:ReplyLifetime</c>).</summary>
public sealed record ReplyLifetime(TimeSpan Value)
{
    /// <summary>Reads the setting, 15 minutes where there is none.</summary>
    /// <exception cref="InvalidOperationException">It is no positive time span such as <c>00:15:00</c>.</exception>
    public static ReplyLifetime From(IConfiguration configuration) => configuration["AutoReply:ReplyLifetime"] switch
    {
        null => new ReplyLifetime(TimeSpan.FromMinutes(15)),
        var text when TimeSpan.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero =>
            new ReplyLifetime(span),
        _ => throw new InvalidOperationException("AutoReply:ReplyLifetime must be a time span such as 00:15:00."),
    };
}
