using System.Text;
using System.Text.Json;

namespace Sms.GatewayProtocol.Tests;

public sealed class SendingRequestTests
{
    private static readonly OutgoingText Text = new(
        "+6581230000", "+6591110000", "Grüße & 1+1", "0b0f6ad21c9e5a3b9f1e77e0c9a1d5aa", Device: "dev/1", Sim: "2", Account: "AC1", Callback: null);

    [Theory]
    [InlineData("mobile-api-connect", "/messages", """{"to":"+6581230000","text":"Grüße & 1+1","ref":"0b0f6ad21c9e5a3b9f1e77e0c9a1d5aa"}""")]
    [InlineData("smsgate", "/messages?skipPhoneValidation=true", """{"id":"0b0f6ad21c9e5a3b9f1e77e0c9a1d5aa","phoneNumbers":["+6581230000"],"textMessage":{"text":"Grüße & 1+1"},"deviceId":"dev/1","simNumber":2}""")]
    [InlineData("textbee", "/gateway/devices/dev%2F1/send-sms", """{"recipients":["+6581230000"],"message":"Grüße & 1+1","simSubscriptionId":2}""")]
    [InlineData("plivo", "/v1/Account/AC1/Message/", """{"src":"6591110000","dst":"6581230000","text":"Grüße & 1+1"}""")]
    [InlineData("twilio", "/2010-04-01/Accounts/AC1/Messages.json", "To=%2B6581230000&From=%2B6591110000&Body=Gr%C3%BC%C3%9Fe+%26+1%2B1")]
    public void Text_is_written_as_the_gateway_wants_it(string profile, string path, string body)
    {
        var request = SendingRequest.For(GatewayProfiles.BuiltIn[profile].Sending!, Text);
        request.Path.ShouldBe(path);
        Encoding.UTF8.GetString(request.Body).Replace("%20", "+", StringComparison.Ordinal).ShouldBe(body);
    }

    [Fact]
    public void Handle_is_cut_to_what_the_gateway_takes()
    {
        var rules = GatewayProfiles.BuiltIn["httpsms"].Sending!;
        Encoding.UTF8.GetString(SendingRequest.For(rules with { Handle = new(HandleKind.Echo, 16) }, Text).Body).ShouldContain("\"0b0f6ad21c9e5a3b\"");
    }

    [Fact]
    public void Path_that_names_a_device_needs_one() =>
        Should.Throw<ArgumentException>(() => SendingRequest.For(GatewayProfiles.BuiltIn["textbee"].Sending!, Text with { Device = null }));

    [Theory]
    [InlineData("/data/id", "x1")]
    [InlineData("/list/1", "7")]
    [InlineData("/list/9", null)]
    [InlineData("/data", null)]
    [InlineData("/none/at/all", null)]
    public void Answer_is_read_at_its_place(string place, string? value) =>
        SendingRequest.At(JsonSerializer.Deserialize<JsonElement>("""{"data":{"id":"x1"},"list":["a",7]}"""), place).ShouldBe(value);
}
