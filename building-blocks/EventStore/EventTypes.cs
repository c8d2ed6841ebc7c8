using System.Reflection;
using System.Text.Json;

namespace Sms.EventStore;

/// <summary>Which stored names a service knows, and the record behind each.</summary>
public sealed class EventTypes
{
    private readonly Dictionary<string, Type> _types = [];
    private readonly Dictionary<Type, (string Name, string DotnetType)> _names = [];
    private readonly string _prefix;

    /// <summary>Finds every <see cref="StoredAsAttribute"/> in the service's assembly and in the building blocks that keep streams for it.</summary>
    /// <param name="service">The service's name, the first word of all its stored names.</param>
    /// <param name="assembly">Where its events are.</param>
    /// <param name="blocks">Building blocks with events of their own, whose names are stored behind the service's.</param>
    /// <exception cref="InvalidOperationException">Two records claim one name, or a name is another service's.</exception>
    public EventTypes(string service, Assembly assembly, params IEnumerable<Assembly> blocks)
    {
        _prefix = service + ".";
        foreach (var (type, name) in StoredIn(assembly))
            Add(type, name.StartsWith(_prefix, StringComparison.Ordinal) ? name
                : throw new InvalidOperationException($"{type.Name} is stored as '{name}', which does not begin with '{_prefix}'."));
        foreach (var (type, name) in blocks.SelectMany(StoredIn))
            Add(type, _prefix + name);
    }

    private static IEnumerable<(Type Type, string Name)> StoredIn(Assembly assembly) =>
        from type in assembly.GetTypes()
        let name = type.GetCustomAttribute<StoredAsAttribute>()?.Name
        where name is not null
        select (type, name);

    private void Add(Type type, string name)
    {
        if (!_types.TryAdd(name, type))
            throw new InvalidOperationException($"'{name}' is claimed by {_types[name].Name} and {type.Name}.");
        // The form Marten writes: assembly without version, nested types with a plus.
        _names.Add(type, (name, $"{type.FullName}, {type.Assembly.GetName().Name}"));
    }

    /// <summary>All stored names, old versions included.</summary>
    public IEnumerable<string> StoredNames => _types.Keys;

    /// <summary>Every stored name and the record behind it, old versions included.</summary>
    internal IEnumerable<KeyValuePair<string, Type>> Records => _types;

    /// <summary>The name a fact is stored under.</summary>
    public string NameOf(object fact) => Of(fact).Name;

    internal string DotnetTypeOf(object fact) => Of(fact).DotnetType;

    private (string Name, string DotnetType) Of(object fact) =>
        _names.TryGetValue(fact.GetType(), out var names)
            ? names
            : throw new InvalidOperationException($"{fact.GetType().Name} has no [StoredAs] name.");

    /// <summary>Reads a stored fact, in its present shape.</summary>
    /// <exception cref="UnknownEventTypeException">The name is unknown.</exception>
    public object Read(string storedName, string json)
    {
        if (!_types.TryGetValue(storedName, out var type))
            throw new UnknownEventTypeException(storedName);
        var fact = JsonSerializer.Deserialize(json, type, EventJson.Options)
            ?? throw new JsonException($"A stored '{storedName}' is null.");
        while (fact is IEarlierVersion earlier)
            fact = earlier.Upcast();
        return fact;
    }

    /// <summary>Whether this version of the service can read the name.</summary>
    public bool Knows(string storedName) => _types.ContainsKey(storedName);

    /// <summary>
    /// Whether an unknown name is this service's own, written by a newer version of it, as opposed to one that somebody
    /// else put into the log.
    /// </summary>
    public bool IsOurs(string storedName) => storedName.StartsWith(_prefix, StringComparison.Ordinal);
}
