using System.Text.Json.Nodes;

namespace Sms.Yaml.Tests;

public sealed class LinedDocumentTests
{
    private const string Rules = """
        # what we answer
        timeZone: Europe/Berlin
        rules:
          - name: hours
            words: [HOURS, "no", no, 007, 7, true]
            reply: |
              9 to 18
              on weekdays
          - name: rest
        """;

    [Fact]
    public void YAML_is_read_as_JSON_with_the_line_of_every_field()
    {
        var document = LinedDocument.OfYaml(Rules);
        document.Root!.ToJsonString().ShouldBe(
            """{"timeZone":"Europe/Berlin","rules":[{"name":"hours","words":["HOURS","no","no","007",7,true],"reply":"9 to 18\non weekdays\n"},{"name":"rest"}]}""");
        document.LineOf("timeZone").ShouldBe(2);
        document.LineOf("rules[0].reply").ShouldBe(6);
        document.LineOf("rules[1].name").ShouldBe(9);
        document.LineOf("rules[1].words[3]").ShouldBe(9);
        document.LineOf("elsewhere").ShouldBeNull();
        document.At("rules[0].words").ShouldBe(" (line 5)");
    }

    [Theory]
    [InlineData("a: 1\na: 2", 2, "twice")]
    [InlineData("a: [1\nb: 2", 1, "no YAML")]
    [InlineData("a: 1\n---\nb: 2", 2, "second document")]
    [InlineData("a: !!binary abc", 1, "tags")]
    [InlineData("a: *nothing", 1, "nothing is called")]
    public void What_is_no_plain_document_is_refused_with_its_line(string text, long line, string reason)
    {
        var refused = Should.Throw<DocumentException>(() => LinedDocument.OfYaml(text));
        refused.Line.ShouldBe(line);
        refused.Message.ShouldContain(reason);
    }

    [Fact]
    public void A_few_lines_cannot_become_millions()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Should.Throw<DocumentException>(() => LinedDocument.OfYaml(bomb)).Message.ShouldContain("too much");
        Should.Throw<DocumentException>(() => LinedDocument.OfYaml(new string('[', 10_000))).Message.ShouldContain("deep");
    }

    [Fact]
    public void An_alias_repeats_what_it_stands_for() =>
        LinedDocument.OfYaml("a: &days [mon, tue]\nb: *days").Root!.ToJsonString().ShouldBe("""{"a":["mon","tue"],"b":["mon","tue"]}""");

    [Fact]
    public void JSON_that_is_none_is_refused_with_its_line() =>
        Should.Throw<DocumentException>(() => LinedDocument.OfJson("{\n\"a\": [")).Line.ShouldBe(2);

    [Theory]
    [InlineData("""{"a":"yes","b":"","c":"007","d":"a: b # c","e":"line\nline","f":[],"g":{},"h":null,"i":[1,"1",true,"true"],"j":[{"k":"😀 \"q\""}]}""")]
    public void What_is_written_reads_back_the_same(string json) =>
        LinedDocument.OfYaml(YamlText.Of(JsonNode.Parse(json))).Root!.ToJsonString().ShouldBe(JsonNode.Parse(json)!.ToJsonString());
}
