using Sms.OptOut.Consent;
using Sms.OptOut.Ledger;
using Sms.PhoneNumbers;

namespace Sms.OptOut.Tests;

public sealed class PersonalIdsTests
{
    private static readonly PhoneNumber Asha = PhoneNumber.Parse("+919876543210"), Shop = PhoneNumber.Parse("+911234500000");

    [Fact]
    public void The_streams_of_a_person_never_change_their_ids()
    {
        EarlierConsent.IdOf(Asha, Shop).ShouldBe(new Guid("df3e6a6c-bdf7-5784-a487-bf8175fa2ef7"));
        PersonLedger.IdOf(Asha).ShouldBe(PersonLedger.IdOf(PhoneNumber.Parse("00919876543210")));
        PersonLedger.IdOf(Asha).ShouldNotBe(PersonLedger.IdOf(Shop));
    }
}
