using Sms.Testing;

namespace Sms.Contacts.Tests;

/// <summary>The document by which others write clients, as the running service serves it.</summary>
public sealed class OpenApiTests(ContactsUnderTest contacts) : IClassFixture<ContactsUnderTest>
{
    [RealServersFact]
    public Task Every_call_is_described_every_change_can_be_made_safely_and_whatever_is_read_can_be_read_as_it_was() => DescribedApi.ShouldBeComplete(
        contacts,
        safeAnyway: new Dictionary<string, string> { ["POST /imports/{id}/enter"] = "is the same import however often" },
        onlyNow: new Dictionary<string, string>
        {
            ["GET /contacts"] = "an index of what is so by now; whoever it finds can be read as they were",
            ["GET /contacts/export"] = "everybody there is, to be imported elsewhere",
            ["GET /contacts/{id}/merged/{part}/preview"] = "what a merge would make of them now",
            ["GET /contacts/{id}/timeline/live"] = "tells what changes from now on",
            ["GET /imports"] = "how far they are by now",
            ["GET /imports/{id}"] = "how far it is by now; its steps are in /streams/import-{id}",
            ["GET /imports/{id}/errors"] = "a row that was refused stays so",
        });
}
