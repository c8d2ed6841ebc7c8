using Sms.OptOut.Consent;
using Sms.PhoneNumbers;

namespace Sms.OptOut.Tests.Consent;

public sealed class ConsentStatusTests
{
    private static readonly PhoneNumber Asha = PhoneNumber.Parse("+919876543210"), Shop = PhoneNumber.Parse("+911234500000");

    [Fact]
    public void The_stream_of_a_person_and_a_number_never_changes_its_id() =>
        ConsentStatus.IdOf(Asha, Shop).ShouldBe(new Guid("df3e6a6c-bdf7-5784-a487-bf8175fa2ef7"));

    [Fact]
    public void Who_texts_whom_makes_a_difference() =>
        ConsentStatus.IdOf(Asha, Shop).ShouldNotBe(ConsentStatus.IdOf(Shop, Asha));
}
