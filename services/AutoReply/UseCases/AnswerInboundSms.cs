using MassTransit;
using Npgsql;
using Sms.AutoReply.Breakers;
using Sms.AutoReply.People;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Shadows;
using Sms.AutoReply.Views;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>The rules are tried on every inbound text.</summary>
public sealed class AnswerInboundSms(
    IEventStore store, NpgsqlDataSource database, RuleSets ruleSets, ReplyLifetime lifetime, TimeProvider clock, ILogger<AnswerInboundSms> log)
    : IConsumer<InboundSmsReceived>
{
    public async Task Consume(ConsumeContext<InboundSmsReceived> context)
    {
        var (message, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);

        var answer = await store.Load(Answer.Stream, message.SmsId, ct);
        if (answer.State.Decided)
        {
            await store.Commit([], cause.Handled, ct);
            return;
        }
        var sms = Received(message);
        var personId = Person.IdOf(sms.From);
        var person = await store.Load(Person.Stream, personId, ct);
        var (label, version, rules) = await ruleSets.For(message.Label, ct);
        var (reading, fromOurNumber) = await BreakerList.Read(database, rules.RuleSet.Limits, sms, ct);
        var (brake, opens, cap) = reading.Judge(rules.RuleSet.Limits, sms.Endpoint);

        var seen = person.State.Seen(sms.SmsId, fromOurNumber, brake);
        var ruling = AnswerDecider.Decide(rules, sms, seen, person.State.History);
        var shadow = await store.Load(Shadow.Stream, label, ct);
        var ruled = new AnswerEvent.SmsRuled
        {
            SmsId = sms.SmsId,
            Endpoint = sms.Endpoint,
            Label = label,
            RuleSetVersion = version,
            From = sms.From.Value,
            To = sms.To.Value,
            Text = sms.Text,
            ReceivedAt = sms.At,
            Ref = sms.Ref,
            TenantName = sms.TenantName,
            DeviceId = sms.DeviceId,
            Seen = seen,
            Person = personId,
            PersonVersion = person.Version,
            Ruling = ruling,
            Shadow = Shadow.Rule(shadow.State, shadow.Version, ruleSets.Compiled, sms, seen, person.State.History, ruling),
            RuledAt = clock.GetUtcNow(),
            LifetimeSeconds = (int)lifetime.Value.TotalSeconds,
        };

        var by = cause with { Actor = ruling.Rules is [var first, ..] ? $"rule:{first}" : Cause.System };
        var appends = new List<Append> { answer.Append([ruled], by) };
        if (PersonDecider.Ruled(person.State, sms, ruling) is { Length: > 0 } remembered)
            appends.Add(person.Append(remembered, by));
        if (opens is not null && ruling.Withheld == brake)
        {
            var breaker = await store.Load(Breaker.Stream, Breaker.IdOf(opens), ct);
            appends.Add(breaker.Append([new BreakerEvent.Opened(opens, cap!.Most, cap.Minutes, sms.SmsId, ruled.RuledAt)], by));
        }
        await store.Commit(appends, cause.Handled, ct);

        RuleMetrics.Ruled(ruling);
        if (appends.Exists(append => append.StreamType == Breaker.Stream.Name))
            log.LogError(
                "The breaker of {Scope} has opened: more than {Most} automatic replies in {Minutes} minutes. None leaves until somebody closes it.",
                opens, cap!.Most, cap.Minutes);
    }

    private static ReceivedSms Received(InboundSmsReceived sms) => new(
        sms.SmsId, sms.Endpoint, PhoneNumber.Parse(sms.From), PhoneNumber.Parse(sms.To), sms.Text, sms.ReceivedAt.ToUniversalTime(),
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
