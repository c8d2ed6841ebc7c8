using System.Net;
using System.Net.Http.Json;
using Sms.AutoReply.Views;
using Sms.BusMessages;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.AutoReply.Tests.Views;

public sealed class RecentAnswersTests(ServiceUnderTest<Program> autoReply) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Business _business = new(autoReply);

    [RealServersFact]
    public async Task What_came_of_every_text_is_listed_newest_first_in_pages()
    {
        await _business.Rules(Some.Rule("hours", "exact", ["HOURS"], "9 to 18"));
        InboundSmsReceived[] texts = [Business.Sms("hours"), Business.Sms("hello"), Business.Sms("hours") with { From = "AD-AIRTEL" }];
        foreach (var sms in texts)
        {
            await autoReply.Publish(sms, sms.SmsId);
            await Eventually.Sees(async () => (await Answers("limit=1")).Items, items => items is [var newest] && newest.SmsId == sms.SmsId);
        }

        var first = await Answers("limit=2");
        first.Items.Select(a => (a.SmsId, a.Outcome, a.Why)).ShouldBe(
            [(texts[2].SmsId, "none", "sender-is-a-name"), (texts[1].SmsId, "none", null)]);
        var second = await Answers($"limit=1&after={first.Next}");
        second.Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            a => a.SmsId.ShouldBe(texts[0].SmsId), a => a.Outcome.ShouldBe("answered"), a => a.Rule.ShouldBe("hours"),
            a => a.Reply.ShouldBe("9 to 18"));

        (await autoReply.Client.GetAsync("/answers?after=nonsense")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<Page<RecentAnswer>> Answers(string query) =>
        (await autoReply.Client.GetFromJsonAsync<Page<RecentAnswer>>($"/answers?{query}"))!;
}
