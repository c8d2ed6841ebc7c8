using System.Net;
using System.Net.Http.Json;
using Sms.OptOut.Views;
using Sms.Testing;

namespace Sms.OptOut.Tests.Views;

public sealed class TextPreviewTests(ServiceUnderTest<Program> optOut) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Person _asha = new(optOut);

    [RealServersFact]
    public async Task A_text_is_previewed_as_it_would_be_ruled_on_and_nothing_is_entered()
    {
        (await Preview("STOP")).ShouldSatisfyAllConditions(
            p => p.Verdict.ShouldBe("opt-out"), p => p.Word.ShouldBe("STOP"), p => p.MatchedBy.ShouldBe("keyword"), p => p.Language.ShouldBe("en"), p => p.OptedOut.ShouldBeTrue(),
            p => p.Answer!.ShouldContain("unsubscribed"));
        (await Preview("stop ads")).Purpose.ShouldBe("marketing");
        (await Preview("where is my parcel?")).ShouldSatisfyAllConditions(p => p.Verdict.ShouldBe("clear"), p => p.Word.ShouldBeNull(), p => p.Answer.ShouldBeNull());
        (await Preview("I asked you twice already to please unsubscribe me from whatever this is, thank you")).ShouldSatisfyAllConditions(
            p => p.Verdict.ShouldBe("review"), p => p.AutomationPaused.ShouldBeTrue(), p => p.Deadline!.Value.ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddDays(10)));

        await _asha.Texts("hello", at: 0);
        var before = (await _asha.Consent()).Facts.Count;
        (await Preview("STOP", _asha.Number)).Verdict.ShouldBe("opt-out");
        (await _asha.Consent()).Facts.Count.ShouldBe(before);
        await _asha.Texts("STOP", at: 1);
        (await Preview("hello?", _asha.Number)).Verdict.ShouldBe("blocked");
        (await Preview("hello?")).Verdict.ShouldBe("clear");
    }

    [RealServersFact]
    public async Task What_cannot_be_a_text_or_a_number_is_refused_by_field()
    {
        foreach (var (body, field) in new (object, string)[] { (new { }, "text"), (new { text = " " }, "text"), (new { text = new string('x', 2001) }, "text"), (new { text = "hi", number = "?" }, "number") })
        {
            using var answer = await optOut.Client.PostAsJsonAsync("/endpoints/sms/words/preview", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"{field}\"");
        }
    }

    private async Task<TextPreview> Preview(string text, string? number = null)
    {
        using var answer = await optOut.Client.PostAsJsonAsync("/endpoints/sms/words/preview", new { text, number });
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<TextPreview>())!;
    }
}
