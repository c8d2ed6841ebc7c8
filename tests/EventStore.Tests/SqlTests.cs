using Sms.Testing;

namespace Sms.EventStore.Tests;

public sealed class SqlTests(StoreUnderTest under) : IClassFixture<StoreUnderTest>
{
    [Fact]
    public void Values_travel_beside_the_text_never_in_it()
    {
        var (status, id, note) = ("open'; drop table tickets; --", 7, (string?)null);
        Sql sql = $"update tickets set status = {status}, note = {note} where id = {id}";
        sql.Text.ShouldBe("update tickets set status = $1, note = $2 where id = $3");
        sql.Values.ShouldBe([status, null, 7]);
    }

    [Fact]
    public void Text_without_values_is_itself()
    {
        Sql sql = $"select 1";
        sql.Text.ShouldBe("select 1");
        sql.Values.ShouldBeEmpty();
    }

    [Fact]
    public void A_part_brings_its_values_and_they_are_counted_on()
    {
        Sql none = $"true";
        Sql both = $"{none.AsPart} and status = {"open"} and price > '$1'";
        Sql whole = $"select {1} from tickets where {both.AsPart} limit {10}";
        whole.Text.ShouldBe("select $1 from tickets where true and status = $2 and price > '$1' limit $3");
        whole.Values.ShouldBe([1, "open", 10]);
    }

    [Fact]
    public void A_value_that_is_written_as_an_interpolated_string_is_a_value()
    {
        Sql sql = $"select from accounts where id = {$"account-{7}"}";
        sql.Text.ShouldBe("select from accounts where id = $1");
        sql.Values.ShouldBe(["account-7"]);
    }

    [Fact]
    public void A_statement_is_no_value()
    {
        Sql part = $"true";
        Should.Throw<ArgumentException>(() => { Sql _ = $"select {part}"; }).Message.ShouldContain("AsPart");
    }

    [RealServersFact]
    public async Task A_query_maps_each_row()
    {
        var (text, number, id, at) = ("it's", 3L, Guid.NewGuid(), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var rows = await under.Database.Query(
            $"select {text}::text, {number}::bigint, {id}::uuid, {at}::timestamptz, {(string?)null}::text, n from generate_series(1, {2}) n",
            r => (r.GetString(0), r.GetInt64(1), r.GetGuid(2), r.GetFieldValue<DateTimeOffset>(3), r.IsDBNull(4), r.GetInt32(5)));
        rows.ShouldBe([(text, number, id, at, true, 1), (text, number, id, at, true, 2)]);
    }
}
