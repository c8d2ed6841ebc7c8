using System.Text.Json;
using System.Text.Json.Nodes;
using Sms.Webhooks.Mappings;

namespace Sms.Webhooks.Tests.Mappings;

public sealed class TemplateTests
{
    private static readonly JsonNode Values = JsonNode.Parse("""{"data":{"name":"Ada & Co","empty":"","none":null,"n":42,"yes":true,"list":["a",{"b":2}]},"remote":{"id":"12"}}""")!;

    [Theory]
    [InlineData("\"{data.name}\"", "\"Ada & Co\"")]
    [InlineData("\"Hi {data.name}!\"", "\"Hi Ada & Co!\"")]
    [InlineData("\"{data.empty|data.name}\"", "\"Ada & Co\"")]
    [InlineData("\"{data.name:html}\"", "\"Ada &amp; Co\"")]
    [InlineData("\"{remote.id:number}\"", "12")]
    [InlineData("\"{data.n}\"", "42")]
    [InlineData("\"{data.yes}\"", "true")]
    [InlineData("\"{data.list}\"", """["a",{"b":2}]""")]
    [InlineData("\"{data.list.1.b}\"", "2")]
    [InlineData("""{"a":"{data.none}","b":{"c":"{data.nothing}"},"d":["{data.empty}","x"]}""", """{"b":{},"d":["x"]}""")]
    [InlineData("""{"a":1,"b":false,"c":"no hole"}""", """{"a":1,"b":false,"c":"no hole"}""")]
    public void Holes_are_filled_and_what_is_not_there_is_left_out(string template, string filled) =>
        JsonNode.DeepEquals(Template.Fill(JsonElement.Parse(template), Values), JsonNode.Parse(filled)).ShouldBeTrue();

    [Fact]
    public void Text_that_names_what_is_not_there_is_none()
    {
        Template.Text("/a/{data.nothing}", Values).ShouldBeNull();
        Template.Text("/a/{data.name}", Values, Uri.EscapeDataString).ShouldBe("/a/Ada%20%26%20Co");
    }

    [Theory]
    [InlineData("data.name", true)]
    [InlineData("data.empty", false)]
    [InlineData("data.none", false)]
    [InlineData("data.n=42", true)]
    [InlineData("data.n=43", false)]
    [InlineData("data.nothing=", false)]
    public void Conditions_hold_or_do_not(string condition, bool holds) => Template.Holds(condition, Values).ShouldBe(holds);

    [Theory]
    [InlineData("""{"name":"x","on":{}}""", "on")]
    [InlineData("""{"name":"X","on":{"*":[{"call":"POST"}]}}""", "name")]
    [InlineData("""{"name":"x","on":{"*":[{"call":"FETCH /"}]}}""", "on.*[0].call")]
    [InlineData("""{"name":"x","on":{"*":[{"call":"POST example.com"}]}}""", "on.*[0].call")]
    [InlineData("""{"name":"x","on":{"*":[{"call":"POST","body":{"a":"{secret.key}"}}]}}""", "on.*[0].body.a")]
    [InlineData("""{"name":"x","on":{"*":[{"call":"POST","body":"{data.x:shout}"}]}}""", "on.*[0].body")]
    [InlineData("""{"name":"x","on":{"*":[{"call":"POST","body":"{setting.unknown}"}]}}""", "on.*[0].body")]
    [InlineData("""{"name":"x","on":{"*":[{"call":"POST","headers":{"webhook-signature":"v1,AAAA"}}]}}""", "on.*[0].headers")]
    [InlineData("""{"name":"x","on":{"*":[{"call":"POST","headers":{"Host":"elsewhere"}}]}}""", "on.*[0].headers")]
    [InlineData("""{"name":"x","on":{"*":[{"call":"POST","remember":{"id":"id"}}]}}""", "on.*[0].remember.id")]
    [InlineData("""{"name":"x","on":{"*":[]}}""", "on.*")]
    [InlineData("""{"name":"x","colour":"red","on":{"*":[{"call":"POST"}]}}""", "colour")]
    [InlineData("not JSON", "")]
    public void Mapping_that_cannot_be_is_refused_with_the_field(string json, string field) =>
        BuiltInMappings.Parse(json).Problems.ShouldHaveSingleItem().Field.ShouldBe(field);
}
