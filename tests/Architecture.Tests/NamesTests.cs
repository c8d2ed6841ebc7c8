using System.Text.RegularExpressions;

namespace Sms.Architecture.Tests;

/// <summary>A name says what a thing is. These words only say that its author did not know.</summary>
public sealed partial class NamesTests
{
    private static readonly HashSet<string> SayNothing = new(StringComparer.OrdinalIgnoreCase)
    {
        "Manager", "Helper", "Helpers", "Common", "Core", "Util", "Utils", "Utilities", "Base", "Dto", "Shared", "Processor", "Repository", "Mediator",
        "Handler", "Misc",
    };

    private static readonly string[] Kinds = ["services", "building-blocks", "tests"];

    [Fact]
    public void No_file_and_no_folder_has_a_name_that_says_nothing() =>
        Tree.Sources(Kinds).SelectMany(source => source.Path.Split('/', '\\', '.')).Distinct().Where(SaysNothing).ShouldBeEmpty();

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Tree.Sources(Kinds).SelectMany(source => Declaration().Matches(source.Text).Select(match => match.Groups["name"].Value)).Distinct()
            .Where(SaysNothing).ShouldBeEmpty();

    private static bool SaysNothing(string name) => Word().Matches(name).Any(word => SayNothing.Contains(word.Value));

    [GeneratedRegex(@"^[ \t]*(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref)[ ]+)*(?:record[ ]+(?:struct|class)|class|record|struct|interface|enum)[ ]+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")]
    private static partial Regex Word();
}
