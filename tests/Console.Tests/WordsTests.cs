using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sms.Console.Tests;

/// <summary>What pages say stands in resource files, so that it can be translated: nothing that a page asks for is missing there.</summary>
public sealed partial class WordsTests
{
    private static readonly string Pages = Path.Combine(Root(), "services", "Console", "Pages");

    public static TheoryData<string> Files() =>
        new(Directory.EnumerateFiles(Pages, "*.razor", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Pages, file)));

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_word_a_page_asks_for_is_there(string file)
    {
        var razor = File.ReadAllText(Path.Combine(Pages, file));
        foreach (var (name, words) in Localizers().Matches(razor).Select(match => (match.Groups["name"].Value, match.Groups["words"].Value)))
        {
            var known = Known(words);
            foreach (Match asked in Regex.Matches(razor, $$"""\b{{name}}\[(?<interpolated>\$?)"(?<key>[^"]+)"."""))
            {
                var key = asked.Groups["key"].Value;
                if (asked.Groups["interpolated"].Value.Length == 0)
                    known.ShouldContain(key, file);
                else
                    known.ShouldContain(word => Regex.IsMatch(word, "^" + Holes().Replace(Regex.Escape(key).Replace(@"\{", "{", StringComparison.Ordinal), ".+") + "$"), $"{file}: {key}");
            }
        }
    }

    [Fact]
    public void Pages_that_ask_are_found_at_all() =>
        Files().Count(file => Localizers().IsMatch(File.ReadAllText(Path.Combine(Pages, file.Data)))).ShouldBeGreaterThan(5);

    private static HashSet<string> Known(string words) =>
        [.. Directory.EnumerateFiles(Pages, words + ".resx", SearchOption.AllDirectories).SelectMany(file => XDocument.Load(file).Root!.Elements("data")).Select(data => data.Attribute("name")!.Value)];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sms.Platform.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex(@"@inject IStringLocalizer<(?<words>\w+)> (?<name>\w+)")]
    private static partial Regex Localizers();

    [GeneratedRegex(@"{[^}]*}")]
    private static partial Regex Holes();
}
