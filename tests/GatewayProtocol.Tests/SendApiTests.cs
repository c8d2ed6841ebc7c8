using System.Text.Json;

namespace Sms.GatewayProtocol.Tests;

public sealed class SendApiTests
{
    [Fact]
    public void A_request_leaves_out_what_is_not_given() =>
        JsonSerializer.Serialize(new SendRequest("+6581230000", "hello"), GatewayJson.Default.SendRequest)
            .ShouldBe("""{"to":"\u002B6581230000","text":"hello"}""");

    [Fact]
    public void The_documented_answer_is_read()
    {
        var accepted = JsonSerializer.Deserialize(
            """{"id":"msg_1","status":"queued","createdAt":"2026-06-12T14:32:00.000Z","more":1}""", GatewayJson.Default.SendAccepted);
        accepted.ShouldBe(new SendAccepted("msg_1", SendAccepted.Queued, new DateTimeOffset(2026, 6, 12, 14, 32, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void Times_are_written_in_utc_milliseconds() =>
        JsonSerializer.Serialize(
            new SendAccepted("msg_1", SendAccepted.Queued, new DateTimeOffset(2026, 6, 12, 16, 32, 0, 5, TimeSpan.FromHours(2))),
            GatewayJson.Default.SendAccepted)
            .ShouldBe("""{"id":"msg_1","status":"queued","createdAt":"2026-06-12T14:32:00.005Z"}""");

    [Theory]
    [InlineData("""{"error":"validation_error","issues":[{"path":["to"],"message":"Required"}]}""", GatewayErrors.ValidationError)]
    [InlineData("""{"error":"validation_error","issues":"to is required"}""", GatewayErrors.ValidationError)]
    [InlineData("""{"error":"no_active_device_for_tenant"}""", GatewayErrors.NoActiveDevice)]
    [InlineData("""{"error":"something_new","message":"?"}""", "something_new")]
    public void An_error_is_read_whatever_its_issues_look_like(string body, string error) =>
        JsonSerializer.Deserialize(body, GatewayJson.Default.GatewayError)!.Error.ShouldBe(error);
}
