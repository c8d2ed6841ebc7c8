using Sms.Testing;

namespace Sms.Helpdesk.Tests;

/// <summary>The document by which others write clients, as the running service serves it.</summary>
public sealed class OpenApiTests(ServiceUnderTest<Program> helpdesk) : IClassFixture<ServiceUnderTest<Program>>
{
    [RealServersFact]
    public Task Every_call_is_described_every_change_can_be_made_safely_and_whatever_is_read_can_be_read_as_it_was() => DescribedApi.ShouldBeComplete(
        helpdesk,
        safeAnyway: new Dictionary<string, string>
        {
            ["PUT /tickets/{id}/writing"] = "is said again every few seconds and no fact",
            ["DELETE /tickets/{id}/writing"] = "is the same however often",
            ["POST /texts/{smsId}/ticket"] = "a text is put on a ticket once, whoever asks",
        },
        onlyNow: new Dictionary<string, string>
        {
            ["GET /live"] = "tells what changes from now on",
            ["GET /tickets/{id}/canned-replies"] = "is what can be said next",
        });
}
