using System.Globalization;

namespace Sms.GatewayProtocol;

/// <summary>Takes one notice's fields from what was found, and remembers the first thing that is wrong with them.</summary>
internal ref struct NoticeFields
{
    private const int LongestName = 320;
    private const int MostParts = 255; // GSM 03.40, 9.2.3.24.1: the parts of a text are counted in one byte.

    private readonly CompiledEvent? _rules;
    private readonly Source[]? _only;
    private readonly Value[] _values;
    private readonly Value[]? _element;
    private readonly InboundRequest _request;

    public NoticeFields(CompiledEvent rules, Value[] values, Value[]? element, in InboundRequest request) =>
        (_rules, _values, _element, _request) = (rules, values, element, request);

    /// <summary>A single field outside any event: the event's own name.</summary>
    public NoticeFields(Source[] only, Value[] values, Value[]? element, in InboundRequest request) =>
        (_only, _values, _element, _request) = (only, values, element, request);

    /// <summary>The first thing that is wrong; null while nothing is.</summary>
    public string? Wrong { get; private set; }

    /// <summary>A name, number or id; null when it is not there.</summary>
    public string? Take(NoticeField field) => Take(field, LongestName, mayBeNumber: true, mayBeBlank: false);

    /// <summary>The text itself, which may be empty and of any length.</summary>
    public string? TakeText() => Take(NoticeField.Text, int.MaxValue, mayBeNumber: false, mayBeBlank: true);

    /// <summary>Words for people, cut where they are too long.</summary>
    public string? TakeWords(NoticeField field) =>
        Take(field, int.MaxValue, mayBeNumber: true, mayBeBlank: false) is { } words
            ? words[..Math.Min(words.Length, char.IsHighSurrogate(words[Math.Min(words.Length, LongestName) - 1]) ? LongestName - 1 : LongestName)]
            : null;

    /// <summary>A time, UTC.</summary>
    public DateTimeOffset? TakeTime(NoticeField field, TimeFormat format)
    {
        if (Take(field, LongestName, mayBeNumber: format is TimeFormat.UnixSeconds or TimeFormat.UnixMilliseconds, mayBeBlank: false) is not { } written)
            return null;
        if (GatewayTimes.Read(written, format, out var time) is not { } problem)
            return time;
        Find(field, out var path);
        Wrong ??= $"{path} {problem}";
        return null;
    }

    /// <summary>Yes or no; no when it is not there.</summary>
    public bool TakeFlag(NoticeField field)
    {
        var value = Find(field, out var path);
        switch (value.Found)
        {
            case Found.Nothing or Found.Null or Found.False:
                return false;
            case Found.True:
                return true;
            case Found.Text when bool.TryParse(value.Text, out var flag):
                return flag;
            default:
                Wrong ??= $"{path} is neither true nor false";
                return false;
        }
    }

    /// <summary>How many parts.</summary>
    public int? TakeCount(NoticeField field)
    {
        if (Take(field) is not { } digits)
            return null;
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostParts)
            return count;
        Refuse(field, $"is not a count from 1 to {MostParts}");
        return null;
    }

    /// <summary>Says that a field is wrong.</summary>
    public void Refuse(NoticeField field, string problem) => Wrong ??= $"{PathOf(field)} {problem}";

    private string? Take(NoticeField field, int longest, bool mayBeNumber, bool mayBeBlank)
    {
        if (SourcesOf(field) is null)
            return null;
        var value = Find(field, out var path);
        var needed = _rules is not null && _rules.Needed[(int)field];
        var problem = value.Found switch
        {
            Found.Nothing => needed ? "is missing" : null,
            Found.Null => needed ? "is null" : null,
            Found.Text => value.Text.Length > longest ? $"is longer than {longest} characters"
                : needed && !mayBeBlank && string.IsNullOrWhiteSpace(value.Text) ? "is empty" : null,
            Found.Digits when mayBeNumber => value.Text.Length > longest ? $"is longer than {longest} characters" : null,
            Found.OtherNumber when mayBeNumber => "is a number that is not plain digits",
            Found.True or Found.False when field is NoticeField.Status => null,
            Found.HalfPair => "holds half of a surrogate pair",
            Found.Twice => "appears twice",
            _ => "is not a string",
        };
        if (problem is not null)
            Wrong ??= $"{(path.Length > 0 ? path : PathOf(field))} {problem}";
        if (problem is not null)
            return null;
        return value.Found switch
        {
            Found.Text when value.Text.Length > 0 || mayBeBlank => value.Text,
            Found.Digits => value.Text,
            Found.True => "true",
            Found.False => "false",
            _ => null,
        };
    }

    private readonly Source[]? SourcesOf(NoticeField field) => _only ?? _rules!.Sources[(int)field];

    private readonly string PathOf(NoticeField field) =>
        SourcesOf(field) is { } sources ? string.Join(" or ", sources.Select(s => s.Path))
        : System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(field.ToString());

    private readonly Value Find(NoticeField field, out string path)
    {
        path = "";
        if (SourcesOf(field) is not { } sources)
            return default;
        var found = default(Value);
        foreach (var source in sources)
        {
            var here = source.Kind switch
            {
                SourceKind.Body => _values[source.Slot],
                SourceKind.Element => _element![source.Slot],
                _ => InHeader(source.Path),
            };
            if (here.Found is not (Found.Nothing or Found.Null))
            {
                path = source.Path;
                return here;
            }
            if (here.Found is Found.Null)
                found = here;
        }
        return found;
    }

    private readonly Value InHeader(string name)
    {
        // A page of history has no head.
        if (_request.Headers is null)
            return default;
        return _request.Count(name, out var text) switch
        {
            0 => default,
            1 => new Value { Found = Found.Text, Held = text.Replace('\0', '\uFFFD') },
            _ => new Value { Found = Found.Twice },
        };
    }
}
