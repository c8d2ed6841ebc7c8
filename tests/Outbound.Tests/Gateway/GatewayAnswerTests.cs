using System.Net;
using Sms.GatewayProtocol;
using static Sms.Outbound.Gateway.GatewayAnswer;

namespace Sms.Outbound.Tests.Gateway;

public sealed class GatewayAnswerTests
{
    private static readonly SendingRules Usual = GatewayProfiles.BuiltIn["mobile-api-connect"].Sending!;

    [Theory]
    [InlineData(202, null, "Accepted")]
    [InlineData(200, null, "Accepted")]
    [InlineData(503, "no_active_device_for_tenant", "WaitForDevice")]
    [InlineData(503, null, "TryLater")]
    [InlineData(429, null, "TryLater")]
    [InlineData(408, null, "TryLater")]
    [InlineData(400, "validation_error", "GiveUp")]
    [InlineData(413, null, "GiveUp")]
    [InlineData(422, null, "GiveUp")]
    [InlineData(401, "unauthorized", "WaitForOperator")]
    [InlineData(401, "invalid_api_key", "WaitForOperator")]
    [InlineData(403, "tenant_inactive", "WaitForOperator")]
    [InlineData(404, "not_found", "WaitForOperator")]
    [InlineData(307, null, "WaitForOperator")]
    [InlineData(500, null, "Unknown")]
    [InlineData(502, null, "Unknown")]
    [InlineData(504, null, "Unknown")]
    public void Every_answer_has_one_meaning(int status, string? error, string meaning) =>
        From(Usual, (HttpStatusCode)status, error, "msg_1", null).GetType().Name.ShouldBe(meaning);

    [Theory]
    [InlineData("twilio", 400, "21610", "Blocked")]
    [InlineData("twilio", 400, "21211", "GiveUp")]
    [InlineData("twilio", 500, null, "Unknown")]
    [InlineData("telnyx", 400, "40300", "Blocked")]
    [InlineData("vonage-messages", 403, "9", "WaitForOperator")]
    [InlineData("smsgate", 409, null, "Accepted")]
    [InlineData("smsgate", 503, null, "TryLater")]
    [InlineData("httpsms", 402, null, "WaitForOperator")]
    [InlineData("textbee", 400, "Device does not exist or is not enabled", "WaitForDevice")]
    public void Every_gateway_has_a_table_of_its_own(string profile, int status, string? error, string meaning) =>
        From(GatewayProfiles.BuiltIn[profile].Sending!, (HttpStatusCode)status, error, null, null).GetType().Name.ShouldBe(meaning);

    [Fact]
    public void Block_carries_the_gateways_code() =>
        From(GatewayProfiles.BuiltIn["twilio"].Sending!, HttpStatusCode.BadRequest, "21610", null, null).ShouldBe(new Blocked("21610"));

    [Fact]
    public void Accepted_text_carries_the_gateways_id() =>
        From(Usual, HttpStatusCode.Accepted, null, "msg_1", null).ShouldBe(new Accepted("msg_1"));

    [Fact]
    public void The_gateways_own_wish_when_to_come_back_is_kept() =>
        From(Usual, HttpStatusCode.TooManyRequests, null, null, TimeSpan.FromSeconds(7))
            .ShouldBe(new TryLater("http-429", TimeSpan.FromSeconds(7)));

    [Fact]
    public void Request_whose_body_was_never_begun_did_not_reach_the_gateway() =>
        None(written: false, "no-connection").ShouldBe(new TryLater("no-connection"));

    [Fact]
    public void Request_that_was_written_and_not_answered_may_have_reached_the_gateway() =>
        None(written: true, "timeout").ShouldBe(new Unknown("timeout"));

    [Fact]
    public void Reason_names_the_gateways_code_and_never_its_free_text()
    {
        From(Usual, HttpStatusCode.BadRequest, "validation_error", null, null).ShouldBe(new GiveUp("http-400 validation_error"));
        From(Usual, HttpStatusCode.BadRequest, "cannot text +6581230000", null, null).ShouldBe(new GiveUp("http-400"));
    }
}
