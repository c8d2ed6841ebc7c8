using System.Net;
using System.Net.Http.Json;
using Sms.AutoReply.UseCases;
using Sms.Testing;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class PreviewReplyTests(ServiceUnderTest<Program> autoReply) : IClassFixture<ServiceUnderTest<Program>>
{
    [RealServersFact]
    public async Task A_preview_shows_the_text_its_encoding_and_its_segments()
    {
        var plain = await Preview(new { reply = "Hi {{contact.firstName | there}}, your ticket is #{{ticket.number}}." });
        plain.ShouldBe(new PreviewReply.Shown("Hi Sam, your ticket is #1234.", "GSM-7", 29, 1, ""));
        var emoji = await Preview(new { reply = "{{text}} 👍 ç", text = new string('x', 80) });
        (emoji.Encoding, emoji.Segments, emoji.OutsideGsm).ShouldBe(("UCS-2", 2, "👍ç"));
        (await autoReply.Client.PostAsJsonAsync("/rules/preview", new { reply = "{{who}}" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await autoReply.Client.PostAsJsonAsync("/rules/preview", new { reply = "x", timeZone = "Mars" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<PreviewReply.Shown> Preview(object draft) =>
        (await (await autoReply.Client.PostAsJsonAsync("/rules/preview", draft)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<PreviewReply.Shown>())!;
}
