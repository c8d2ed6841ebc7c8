using System.Text.Json;

namespace Sms.Console.Pages.Streams;

/// <summary>What is not the same in two states.</summary>
/// <param name="Path">Where: the names that lead there.</param>
/// <param name="Kind"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Before">What stood there; null where it was added.</param>
/// <param name="After">What stands there now; null where it was removed.</param>
public sealed record Difference(string Path, string Kind, JsonElement? Before, JsonElement? After);

/// <summary>Compares what a stream said at two versions.</summary>
public static class StateDiff
{
    /// <summary>Every difference between two states, in the order of the later one; nothing counts as an empty thing.</summary>
    public static IEnumerable<Difference> Between(JsonElement before, JsonElement after) => Between("", before, after);

    private static IEnumerable<Difference> Between(string path, JsonElement before, JsonElement after)
    {
        if (IsNothing(before) ? IsNothing(after) : !IsNothing(after) && JsonElement.DeepEquals(before, after))
            return [];
        return (before.ValueKind, after.ValueKind) switch
        {
            (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined, JsonValueKind.Object) or (JsonValueKind.Object, JsonValueKind.Null or JsonValueKind.Undefined)
                => Fields(after).Union(Fields(before)).SelectMany(name => Between(path.Length == 0 ? name : $"{path}.{name}", Field(before, name), Field(after, name))),
            (JsonValueKind.Array, JsonValueKind.Array) => Items(path, [.. before.EnumerateArray()], [.. after.EnumerateArray()]),
            _ when IsNothing(before) => [new(path, "added", null, after)],
            _ when IsNothing(after) => [new(path, "removed", before, null)],
            _ => [new(path, "changed", before, after)],
        };
    }

    // By value, not by place: what was taken out of the middle of a list is one difference and not one for all that follow.
    private static IEnumerable<Difference> Items(string path, List<JsonElement> before, List<JsonElement> after)
    {
        before.RemoveAll(item =>
        {
            var same = after.FindIndex(other => JsonElement.DeepEquals(item, other));
            if (same >= 0)
                after.RemoveAt(same);
            return same >= 0;
        });
        if (before is [{ ValueKind: JsonValueKind.Object } was] && after is [{ ValueKind: JsonValueKind.Object } now])
            return Between($"{path}[]", was, now);
        return [.. before.Select(item => new Difference($"{path}[]", "removed", item, null)), .. after.Select(item => new Difference($"{path}[]", "added", null, item))];
    }

    private static bool IsNothing(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    private static IEnumerable<string> Fields(JsonElement value) => value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().Select(field => field.Name) : [];

    private static JsonElement Field(JsonElement value, string name) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var field) ? field : default;
}
