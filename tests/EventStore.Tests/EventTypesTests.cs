using System.Reflection;
using System.Text.Json;

namespace Sms.EventStore.Tests;

public sealed class EventTypesTests
{
    private static readonly EventTypes Types = new("bank", typeof(AccountEvent).Assembly);

    [Fact]
    public void Every_record_with_a_stored_name_is_known() =>
        Types.StoredNames.ShouldBe(
            ["bank.opened.v1", "bank.opened.v2", "bank.deposited.v1", "bank.repeated.v1"], ignoreOrder: true);

    [Fact]
    public void A_fact_is_stored_under_its_name() =>
        Types.NameOf(new AccountEvent.Repeated(1)).ShouldBe("bank.repeated.v1");

    [Fact]
    public void A_fact_without_a_name_cannot_be_stored() =>
        Should.Throw<InvalidOperationException>(() => Types.NameOf("a string")).Message.ShouldBe("String has no [StoredAs] name.");

    [Fact]
    public void A_stored_fact_is_read_back() =>
        Types.Read("bank.deposited.v1", """{"Amount": 3, "Note": "x"}""").ShouldBe(new AccountEvent.Deposited(3, "x"));

    [Fact]
    public void A_property_that_was_added_later_is_empty_in_older_events_and_one_that_was_dropped_is_passed_over() =>
        Types.Read("bank.deposited.v1", """{"Amount": 3, "Branch": "north"}""").ShouldBe(new AccountEvent.Deposited(3, null!));

    [Fact]
    public void A_fact_in_an_earlier_shape_is_read_in_its_present_one() =>
        Types.Read("bank.opened.v1", """{"Owner": "Ada"}""").ShouldBe(new AccountEvent.Opened("Ada", "EUR"));

    [Fact]
    public void An_unknown_name_is_an_error() =>
        Should.Throw<UnknownEventTypeException>(() => Types.Read("bank.closed.v1", "{}")).StoredName.ShouldBe("bank.closed.v1");

    [Fact]
    public void Data_that_is_null_is_an_error() =>
        Should.Throw<JsonException>(() => Types.Read("bank.deposited.v1", "null"));

    [Theory]
    [InlineData("bank.closed.v9", false, true)]
    [InlineData("bank.deposited.v1", true, true)]
    [InlineData("bankers.met.v1", false, false)]
    [InlineData("tombstone", false, false)]
    [InlineData("BANK.DEPOSITED.V1", false, false)]
    public void An_unknown_name_is_ours_when_it_begins_with_the_services(string name, bool known, bool ours) =>
        (Types.Knows(name), Types.IsOurs(name)).ShouldBe((known, ours));

    [Fact]
    public void A_name_of_another_service_is_refused_at_start() =>
        Should.Throw<InvalidOperationException>(() => new EventTypes("ban", typeof(AccountEvent).Assembly))
            .Message.ShouldContain("does not begin with 'ban.'");

    [Fact]
    public void Two_records_of_one_name_are_refused_at_start() =>
        Should.Throw<InvalidOperationException>(
            () => new EventTypes("bank", new AssemblyOf(typeof(AccountEvent.Deposited), typeof(string), typeof(AccountEvent.Deposited))))
            .Message.ShouldBe("'bank.deposited.v1' is claimed by Deposited and Deposited.");

    [Fact]
    public void Events_of_a_building_block_are_stored_behind_the_services_name()
    {
        var types = new EventTypes("shop", new AssemblyOf(), new AssemblyOf(typeof(AccountEvent.Deposited)));
        types.StoredNames.ShouldBe(["shop.bank.deposited.v1"]);
    }

    private sealed class AssemblyOf(params Type[] types) : Assembly
    {
        public override Type[] GetTypes() => types;
    }
}
