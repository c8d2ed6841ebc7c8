using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sms.Architecture.Tests;

/// <summary>The repository as it lies on the disk, and the services as they were built from it. What is added is found by itself.</summary>
internal static partial class Tree
{
    public static readonly string Root = FindRoot();

    /// <summary>The name, the folder and the assembly of every service.</summary>
    public static readonly IReadOnlyList<(string Name, string Folder, Assembly Assembly)> Services =
    [
        .. Folders("services").Select(folder => (Path.GetFileName(folder).ToLowerInvariant(), folder, Load(folder))),
    ];

    public static IEnumerable<string> Folders(string kind) =>
        Directory.EnumerateDirectories(Path.Combine(Root, kind)).Where(folder => Project(folder) is not null).Order(StringComparer.Ordinal);

    /// <summary>The project file of a folder, or null.</summary>
    public static string? Project(string folder) => Directory.EnumerateFiles(folder, "*.csproj").SingleOrDefault();

    /// <summary>What a project refers to: names of projects, of packages.</summary>
    public static (string[] Projects, string[] Packages) References(string folder)
    {
        var items = XDocument.Load(Project(folder)!).Descendants().ToList();
        return (
            [.. Included("ProjectReference").Select(path => Path.GetFileName(Path.GetDirectoryName(path.Replace('\\', '/')))!)],
            [.. Included("PackageReference")]);

        IEnumerable<string> Included(string item) => items.Where(e => e.Name.LocalName == item).Select(e => e.Attribute("Include")!.Value);
    }

    /// <summary>Source files, path from the root and text.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(params string[] kinds) =>
        from kind in kinds
        from file in Directory.EnumerateFiles(Path.Combine(Root, kind), "*.cs", SearchOption.AllDirectories)
        where !BuildOutput().IsMatch(file)
        select (Path.GetRelativePath(Root, file), File.ReadAllText(file));

    private static Assembly Load(string folder)
    {
        var name = Path.GetFileNameWithoutExtension(Project(folder)!);
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException)
        {
            throw new InvalidOperationException($"{name} is not checked: let Sms.Architecture.Tests.csproj refer to it.");
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sms.Platform.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Sms.Platform.sln is not above the tests.");
        return folder;
    }

    [GeneratedRegex("[/\\\\](bin|obj)[/\\\\]")]
    private static partial Regex BuildOutput();
}
