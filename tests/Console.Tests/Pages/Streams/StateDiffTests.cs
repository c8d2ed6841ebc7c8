using System.Text.Json;
using Sms.Console.Pages.Streams;

namespace Sms.Console.Tests.Pages.Streams;

public sealed class StateDiffTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("null", "null")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1,2]}""")]
    public void The_same_has_no_difference(string before, string after) => Between(before, after).ShouldBeEmpty();

    [Fact]
    public void What_is_there_now_was_added_and_what_is_not_was_removed()
    {
        Between("null", """{"status":"new","texts":0}""").ShouldBe(["added status", "added texts"]);
        Between("""{"status":"new","owner":"dana"}""", """{"status":"open","owner":null}""").ShouldBe(["changed status", "removed owner"]);
    }

    [Fact]
    public void Within_things_only_what_differs_is_named() =>
        Between("""{"card":{"name":"A","tags":[]}}""", """{"card":{"name":"B","tags":[]}}""").ShouldBe(["changed card.name"]);

    [Fact]
    public void What_leaves_the_middle_of_a_list_is_one_difference()
    {
        Between("""{"tags":["a","b","c"]}""", """{"tags":["a","c"]}""").ShouldBe(["removed tags[]"]);
        Between("""{"tags":["a"]}""", """{"tags":["a","a"]}""").ShouldBe(["added tags[]"]);
        Between("""{"items":[{"id":1,"state":"x"},{"id":2}]}""", """{"items":[{"id":1,"state":"y"},{"id":2}]}""").ShouldBe(["changed items[].state"]);
    }

    [Fact]
    public void A_thing_of_another_kind_is_changed() => Between("""{"a":1}""", """{"a":{"b":1}}""").ShouldBe(["changed a"]);

    private static IEnumerable<string> Between(string before, string after) =>
        StateDiff.Between(JsonElement.Parse(before), JsonElement.Parse(after)).Select(difference => $"{difference.Kind} {difference.Path}");
}
