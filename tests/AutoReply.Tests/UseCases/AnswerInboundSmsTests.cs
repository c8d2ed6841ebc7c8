using Sms.BusMessages;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class AnswerInboundSmsTests(ServiceUnderTest<Program> autoReply) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Business _business = new(autoReply);

    [RealServersFact]
    public async Task The_first_rule_that_matches_answers_and_is_named()
    {
        await _business.Rules(("hours", "exact", ["HOURS"], "9 to 18, {{from}}"), ("price", "contains", ["price"], "see {{tenantName}}"));
        var heard = await autoReply.Broker.Hear<SendSms>();
        var (hours, price) = (Business.Sms("hours"), Business.Sms("What's the PRICE?"));
        await autoReply.Publish(hours, hours.SmsId);
        await autoReply.Publish(price, price.SmsId);

        var sends = await Eventually.Sees(() => heard.Envelopes.ToList(), seen => seen.Count == 2);
        var send = sends.Single(s => s.Message.InReplyTo == hours.SmsId);
        send.CorrelationId.ShouldBe(hours.SmsId);
        send.Message.ShouldSatisfyAllConditions(
            s => s.Text.ShouldBe("9 to 18, +919876543210"), s => s.From.ShouldBe(hours.To), s => s.To.ShouldBe(hours.From),
            s => s.RequestedBy.ShouldBe("rule:hours"), s => (s.ExpiresAt - s.RequestedAt).ShouldBe(TimeSpan.FromMinutes(15)));
        sends.Single(s => s.Message.InReplyTo == price.SmsId).Message.Text.ShouldBe("see Acme Corp");
    }

    [RealServersFact]
    public async Task A_text_that_comes_again_by_redelivery_or_replay_is_answered_once()
    {
        await _business.Rules(("all", "any", [], "thanks"));
        var heard = await autoReply.Broker.Hear<SendSms>();
        var (sms, published, replayed) = (Business.Sms("hello"), Guid.CreateVersion7(), Guid.CreateVersion7());
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => autoReply.Publish(sms, sms.SmsId, published)));
        await autoReply.Publish(sms, sms.SmsId, replayed);

        await Eventually.Sees(
            () => autoReply.Database.Query(
                $"select message_id from sms_inbox where message_id in ({published}, {replayed})", r => r.GetGuid(0)),
            handled => handled.Count == 2);
        var last = Business.Sms("last");
        await autoReply.Publish(last, last.SmsId);
        await Eventually.Sees(() => heard.Messages, seen => seen.Any(s => s.InReplyTo == last.SmsId));
        heard.Messages.Count(s => s.InReplyTo == sms.SmsId).ShouldBe(1);
        (await autoReply.Log.Events($"answer-{sms.SmsId}", 0, 10, default)).Count.ShouldBe(1);
    }
}
