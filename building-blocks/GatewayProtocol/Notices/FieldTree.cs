using System.Text;
using System.Text.Json;

namespace Sms.GatewayProtocol;

/// <summary>What was found at one place of a body.</summary>
internal enum Found : byte
{
    Nothing,
    Null,
    Text,
    Digits,
    OtherNumber,
    True,
    False,
    Container,
    Elements,
    HalfPair,
    Twice,
}

/// <summary>A place's content: text for a string or a number, a list of elements for an array that is gone through.</summary>
internal struct Value
{
    public Found Found;
    public object? Held;

    public readonly string Text => (string)Held!;
}

/// <summary>
/// The places of a JSON body that a profile looks at, as a tree, so that one pass over the bytes finds them all and allocates nothing
/// but what it finds. Everything else is passed over.
/// </summary>
internal sealed class FieldTree
{
    private const int DeepestNesting = 32;

    private readonly Node _root = new("", "", 0);

    /// <summary>How many places there are, counting the whole and those on the way.</summary>
    public int Count { get; private set; } = 1;

    private sealed class Node(string pointer, string name, int slot)
    {
        public readonly string Pointer = pointer;
        public readonly string Name = name;
        public readonly byte[] Utf8Name = Encoding.UTF8.GetBytes(name);
        public readonly int Slot = slot;
        public Node[] Children = [];
        public FieldTree? Each;
    }

    /// <summary>The slot of the value at a JSON pointer; the same for the same pointer.</summary>
    public int Add(string pointer) => Reach(pointer).Slot;

    /// <summary>The slot of the array at a JSON pointer, and the tree of each of its elements.</summary>
    public (int Slot, FieldTree Element) AddEach(string pointer)
    {
        var node = Reach(pointer);
        return (node.Slot, node.Each ??= new FieldTree());
    }

    private Node Reach(string pointer)
    {
        var node = _root;
        foreach (var name in JsonPointer.Names(pointer))
        {
            var next = Array.Find(node.Children, child => child.Name == name);
            if (next is null)
                node.Children = [.. node.Children, next = new Node($"{node.Pointer}/{name}", name, Count++)];
            node = next;
        }
        return node;
    }

    /// <summary>Finds the values in a body. Never throws, whatever the bytes are.</summary>
    /// <returns>Why the body is not JSON that can be looked through; else null.</returns>
    public string? Read(ReadOnlySpan<byte> body, out Value[] values)
    {
        values = new Value[Count];
        if (body.IsEmpty)
            return "the body is empty";
        if (!System.Text.Unicode.Utf8.IsValid(body))
            return "the body is not valid UTF-8";
        try
        {
            // One deeper than allowed, so that it is this method and not the reader that notices.
            var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DeepestNesting + 1 });
            json.Read();
            if (json.TokenType != (_root.Each is null ? JsonTokenType.StartObject : JsonTokenType.StartArray))
                return _root.Each is null ? "the body is not a JSON object" : "the body is not a JSON array";
            Node? doubled = null;
            if (!Walk(ref json, _root, values, ref doubled))
                return $"the body is nested deeper than {DeepestNesting} levels";
            json.Read(); // Throws if anything follows the object.
            // Of a field that appears twice the notice that needs it tells; an object that does makes one out of two.
            return doubled is null ? null : $"{doubled.Pointer} appears twice";
        }
        catch (JsonException e)
        {
            return $"the body is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";
        }
    }

    private static bool Walk(ref Utf8JsonReader json, Node node, Value[] values, ref Node? doubled)
    {
        ref var value = ref values[node.Slot];
        if (value.Found != Found.Nothing)
        {
            value = new Value { Found = Found.Twice };
            if (node.Children.Length > 0 || node.Each is not null)
                doubled ??= node;
        }
        else
        {
            Take(ref json, ref value);
        }

        if (json.TokenType == JsonTokenType.StartArray && node.Each is { } element)
            return WalkEach(ref json, element, ref value, ref doubled);
        if (json.TokenType == JsonTokenType.StartObject && node.Children.Length > 0)
        {
            var next = 0;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var child = Named(ref json, node.Children, ref next);
                json.Read();
                if (!(child is null ? TrySkip(ref json) : Walk(ref json, child, values, ref doubled)))
                    return false;
            }
            return true;
        }
        if (json.TokenType == JsonTokenType.StartArray && node.Children.Length > 0)
        {
            for (var index = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; index++)
            {
                var child = Numbered(index, node.Children);
                if (!(child is null ? TrySkip(ref json) : Walk(ref json, child, values, ref doubled)))
                    return false;
            }
            return true;
        }
        return TrySkip(ref json);
    }

    private static bool WalkEach(ref Utf8JsonReader json, FieldTree element, ref Value array, ref Node? doubled)
    {
        var elements = new List<Value[]>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var values = new Value[element.Count];
            if (!Walk(ref json, element._root, values, ref doubled))
                return false;
            elements.Add(values);
        }
        if (array.Found != Found.Twice)
            array = new Value { Found = Found.Elements, Held = elements };
        return true;
    }

    // A gateway writes its fields in one order, mostly the profile's: looking on from the last one found finds the next at once.
    private static Node? Named(ref Utf8JsonReader json, Node[] children, ref int next)
    {
        try
        {
            for (var i = 0; i < children.Length; i++)
            {
                var at = next + i < children.Length ? next + i : next + i - children.Length;
                if (!json.ValueTextEquals(children[at].Utf8Name))
                    continue;
                next = at + 1 < children.Length ? at + 1 : 0;
                return children[at];
            }
        }
        catch (InvalidOperationException)
        {
            // A name with half a surrogate pair in it is none of ours.
        }
        return null;
    }

    private static Node? Numbered(int index, Node[] children)
    {
        foreach (var child in children)
            if (int.TryParse(child.Name, out var number) && number == index)
                return child;
        return null;
    }

    private static void Take(ref Utf8JsonReader json, ref Value value)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                try
                {
                    value.Held = json.GetString()!.Replace('\0', '\uFFFD');
                    value.Found = Found.Text;
                }
                catch (InvalidOperationException)
                {
                    value.Found = Found.HalfPair;
                }
                break;
            case JsonTokenType.Number:
                value.Held = Encoding.ASCII.GetString(json.ValueSpan);
                value.Found = json.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? Found.OtherNumber : Found.Digits;
                break;
            default:
                value.Found = json.TokenType switch
                {
                    JsonTokenType.Null => Found.Null,
                    JsonTokenType.True => Found.True,
                    JsonTokenType.False => Found.False,
                    _ => Found.Container,
                };
                break;
        }
    }

    private static bool TrySkip(ref Utf8JsonReader json)
    {
        if (json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return true;
        var depth = json.CurrentDepth;
        while (json.Read() && json.CurrentDepth > depth)
            if (json.CurrentDepth >= DeepestNesting)
                return false;
        return true;
    }
}

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>The most names a pointer of a profile may have.</summary>
    public const int Deepest = 8;

    /// <summary>The names on the way, unescaped; nothing for the whole document.</summary>
    public static IEnumerable<string> Names(string pointer) =>
        pointer.Split('/').Skip(1).Select(name => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));

    /// <summary>Whether it is one, and not deeper than a profile may look.</summary>
    public static bool IsValid(string pointer)
    {
        if (!pointer.StartsWith('/') || pointer.Length > 320)
            return false;
        for (var i = pointer.IndexOf('~', StringComparison.Ordinal); i >= 0; i = pointer.IndexOf('~', i + 1))
            if (i + 1 == pointer.Length || pointer[i + 1] is not ('0' or '1'))
                return false;
        return pointer.AsSpan().Count('/') <= Deepest;
    }
}
