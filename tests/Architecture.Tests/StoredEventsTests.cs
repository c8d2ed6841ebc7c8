using System.Reflection;
using System.Text.RegularExpressions;
using Sms.EventStore;

namespace Sms.Architecture.Tests;

/// <summary>What is stored outlives the code that stored it.</summary>
public sealed partial class StoredEventsTests
{
    private static readonly Type[] Plain =
    [
        typeof(string), typeof(bool), typeof(byte), typeof(int), typeof(long), typeof(double), typeof(decimal), typeof(Guid), typeof(DateTimeOffset),
    ];

    private static readonly (string Service, string Name, Type Type)[] Stored =
    [
        .. from service in Tree.Services
           from type in service.Assembly.GetTypes()
           let name = type.GetCustomAttribute<StoredAsAttribute>()?.Name
           where name is not null
           select (service.Name, name, type),
    ];

    [Fact]
    public void A_stored_name_begins_with_its_service_and_ends_with_its_version() =>
        Stored.Where(stored => Form().Match(stored.Name) is not { Success: true } match || match.Groups["service"].Value != stored.Service)
            .Select(stored => stored.Name).ShouldBeEmpty();

    [Fact]
    public void No_two_events_have_the_same_stored_name() => Stored.Select(stored => stored.Name).ShouldBeUnique();

    [Fact]
    public void Every_event_of_every_stream_has_a_stored_name()
    {
        var facts = from service in Tree.Services
                    let types = service.Assembly.GetTypes()
                    from type in types
                    from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                    where field.FieldType.IsGenericType && field.FieldType.GetGenericTypeDefinition() == typeof(StreamOf<,>)
                    let kind = field.FieldType.GetGenericArguments()[1]
                    from fact in types
                    where !fact.IsAbstract && fact.IsAssignableTo(kind)
                    select fact;
        var all = facts.Distinct().ToList();
        all.Count.ShouldBeGreaterThan(10);
        all.Except(Stored.Select(stored => stored.Type)).ShouldBeEmpty();
    }

    [Fact]
    public void An_event_holds_plain_values_and_records_and_lists_of_them_only() =>
        Stored.SelectMany(stored => NotPlain(stored.Type, stored.Type.Name)).ShouldBeEmpty();

    [Fact]
    public void Every_stored_event_has_a_sample_in_the_tests_of_its_service() =>
        Stored.Where(stored => !File.Exists(Path.Combine(
                Tree.Root, "tests", stored.Type.Assembly.GetName().Name!["Sms.".Length..] + ".Tests", "Samples", stored.Name + ".json")))
            .Select(stored => stored.Name).ShouldBeEmpty();

    private static IEnumerable<string> NotPlain(Type type, string path)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var value = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (value.IsArray)
                value = value.GetElementType()!;
            else if (value.IsGenericType && value.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
                value = value.GetGenericArguments()[0];
            var here = $"{path}.{property.Name}";
            if (Plain.Contains(value))
                continue;
            if (value.Assembly != type.Assembly || value.GetMethod("<Clone>$") is null)
                yield return $"{here} is a {value.Name}";
            else
                foreach (var deeper in NotPlain(value, here))
                    yield return deeper;
        }
    }

    [GeneratedRegex("^(?<service>[a-z]+)\\.[a-z]+(-[a-z]+)*\\.v[1-9][0-9]*$")]
    private static partial Regex Form();
}
