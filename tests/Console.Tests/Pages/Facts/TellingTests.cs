using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sms.Console.Pages.Facts;

namespace Sms.Console.Tests.Pages.Facts;

public sealed partial class TellingTests
{
    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, string> Sentences = XDocument.Load(Path.Combine(Root, "services", "Console", "Pages", "Facts", "FactWords.resx")).Root!
        .Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    // What services store, by name without the version: of each, one fact in every form it has had.
    private static readonly ILookup<string, JsonElement> Samples = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.v*.json", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "Samples")
        .ToLookup(file => Version().Replace(Path.GetFileName(file), ""), file => JsonElement.Parse(File.ReadAllText(file)));

    public static TheoryData<string> Told() => new(Sentences.Keys.Where(key => key.Contains('.', StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Told))]
    public void A_sentence_tells_only_what_the_service_stores(string name)
    {
        Samples[name].ShouldNotBeEmpty($"No service stores '{name}'.");
        foreach (Match hole in Holes().Matches(Sentences[name]))
            Samples[name].ShouldContain(fact => Holds(fact, hole.Groups[1].Value.Split('.')), $"{name}: {hole.Value}");
    }

    [Fact]
    public void What_a_text_leads_to_has_a_sentence() => Samples.Select(kind => kind.Key)
        .Where(name => name.Split('.')[0] is "helpdesk" or "outbound" || name.StartsWith("ingress.sms", StringComparison.Ordinal) || name.StartsWith("autoreply.sms", StringComparison.Ordinal))
        .Except(Sentences.Keys).Where(name => !name.EndsWith("-set", StringComparison.Ordinal) && !name.EndsWith("-removed", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void What_a_fact_does_not_hold_is_left_out()
    {
        Fill("Assigned[ to {Agent}][, team {Team}]", """{"Agent":"dana","Team":null}""").ShouldBe("Assigned to dana");
        Fill("Assigned[ to {Agent}][, team {Team}]", """{"Team":"night"}""").ShouldBe("Assigned, team night");
        Fill("Tags[ added: {Added}]", """{"Added":["vip","new"]}""").ShouldBe("Tags added: vip, new");
        Fill("By {Ruling.Rules}", """{"Ruling":{"Rules":["hours"]}}""").ShouldBe("By hours");
        Fill("Until {DueAt}", """{"DueAt":"2026-06-12T14:32:00+00:00"}""").ShouldBe("Until 14:32");
        Fill("Allowed: {Allowed}", """{"Allowed":false}""").ShouldBe("Allowed: no");
    }

    [Fact]
    public void Words_of_a_customer_are_no_sentence_of_ours() =>
        Fill("“{Text}”", """{"Text":"[hi] {From}","From":"+15550100"}""").ShouldBe("“[hi] {From}”");

    [Fact]
    public void A_very_long_text_is_cut() =>
        Fill("{Text}", JsonSerializer.Serialize(new { Text = new string('x', 1000) })).Length.ShouldBe(301);

    [Theory]
    [InlineData("operator:dana", "dana")]
    [InlineData("rule:hours", "rule hours")]
    [InlineData("system", "system")]
    public void People_are_named_by_their_name(string actor, string name) => Telling.Who(actor).ShouldBe(name);

    private static string Fill(string sentence, string fact) => Fill(sentence, JsonElement.Parse(fact));

    private static string Fill(string sentence, JsonElement fact) => Telling.Fill(sentence, fact, at => $"{at:HH:mm}", yes => yes ? "yes" : "no");

    private static bool Holds(JsonElement fact, ReadOnlySpan<string> path) =>
        path is [] || (fact.ValueKind == JsonValueKind.Object && fact.TryGetProperty(path[0], out var part) && Holds(part, path[1..]));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sms.Platform.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex(@"\{([\w.]+)\}")]
    private static partial Regex Holes();

    [GeneratedRegex(@"\.v\d+(\+.*)?\.json$")]
    private static partial Regex Version();
}
