using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sms.Yaml;

/// <summary>
/// A document people write, in YAML or JSON, as JSON nodes, with the line each of them was written on: what is wrong with it can
/// be said where it stands. YAML 1.2 in its JSON schema (<c>yes</c> is a text, <c>true</c> is not), one document, no tags.
/// </summary>
public sealed class LinedDocument
{
    private const int DeepestNesting = 64;
    private const int MostNodes = 2_000_000;

    private readonly Dictionary<string, long> _lines;

    private LinedDocument(JsonNode? root, Dictionary<string, long> lines) => (Root, _lines) = (root, lines);

    /// <summary>The document; null where it is empty or <c>null</c>.</summary>
    public JsonNode? Root { get; }

    /// <summary>The line, from 1, of the field at a path such as <c>rules[2].words[0]</c>, or of the nearest around it; null where none is known.</summary>
    public long? LineOf(string path)
    {
        for (var of = path; ; of = of[..Math.Max(of.LastIndexOf('.'), of.LastIndexOf('['))])
        {
            if (_lines.TryGetValue(of, out var line))
                return line;
            if (of.LastIndexOfAny(['.', '[']) <= 0)
                return null;
        }
    }

    /// <summary>The line as it ends a sentence: <c> (line 7)</c>, or nothing.</summary>
    public string At(string path) => LineOf(path) is { } line ? string.Create(CultureInfo.InvariantCulture, $" (line {line})") : "";

    /// <summary>Reads JSON. Its lines are not kept: who writes JSON has a program tell the field.</summary>
    /// <exception cref="DocumentException">It is no JSON.</exception>
    public static LinedDocument OfJson(string text)
    {
        try
        {
            return new LinedDocument(text.Length == 0 ? null : JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = DeepestNesting, AllowDuplicateProperties = false }), []);
        }
        catch (JsonException e)
        {
            throw new DocumentException("it is no JSON", (e.LineNumber ?? 0) + 1);
        }
    }

    /// <summary>Reads YAML.</summary>
    /// <exception cref="DocumentException">It is no YAML, or more than a document of plain values.</exception>
    public static LinedDocument OfYaml(string text)
    {
        var reading = new YamlReading(new Parser(new StringReader(text)));
        try
        {
            return new LinedDocument(reading.Document(), reading.Lines);
        }
        catch (YamlException e)
        {
            throw new DocumentException(e.InnerException?.Message ?? e.Message, e.Start.Line);
        }
        catch (InvalidOperationException)
        {
            // What YamlDotNet 16 says of a list that is never closed.
            throw new DocumentException("it is no YAML", reading.Line);
        }
    }

    private sealed class YamlReading(IParser parser)
    {
        private readonly Dictionary<string, JsonNode?> _anchors = [];
        private int _nodes;

        public Dictionary<string, long> Lines { get; } = [];

        public long Line => parser.Current?.End.Line ?? 1;

        public JsonNode? Document()
        {
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
                return null;
            parser.Consume<DocumentStart>();
            var root = Node("", 0);
            parser.Consume<DocumentEnd>();
            return parser.TryConsume<StreamEnd>(out _) ? root : throw Fault(parser.Current!, "there is a second document");
        }

        private JsonNode? Node(string path, int depth)
        {
            var at = parser.Current!;
            Lines.TryAdd(path, at.Start.Line);
            if (depth > DeepestNesting)
                throw Fault(at, "it is nested too deep");
            if (++_nodes > MostNodes)
                throw Fault(at, "there is too much of it");
            if (parser.TryConsume<AnchorAlias>(out var alias))
                return _anchors.TryGetValue(alias.Value.Value, out var same) ? Copy(same) : throw Fault(alias, $"nothing is called &{alias.Value.Value}");
            if (at is NodeEvent { Tag.IsEmpty: false } tagged && !tagged.Tag.IsNonSpecific)
                throw Fault(at, "tags are not read");
            var anchor = at is NodeEvent { Anchor.IsEmpty: false } anchored ? anchored.Anchor.Value : null;
            JsonNode? node;
            if (parser.TryConsume<Scalar>(out var scalar))
                node = Value(scalar);
            else if (parser.TryConsume<SequenceStart>(out _))
                node = Sequence(path, depth);
            else
                node = Mapping(path, depth);
            if (anchor is not null)
                _anchors[anchor] = node;
            return node;
        }

        private JsonArray Sequence(string path, int depth)
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                list.Add(Node(string.Create(CultureInfo.InvariantCulture, $"{path}[{list.Count}]"), depth + 1));
            return list;
        }

        private JsonObject Mapping(string path, int depth)
        {
            parser.Consume<MappingStart>();
            var fields = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var name = parser.Consume<Scalar>();
                if (fields.ContainsKey(name.Value))
                    throw Fault(name, $"'{name.Value}' is there twice");
                var field = path.Length == 0 ? name.Value : $"{path}.{name.Value}";
                Lines.TryAdd(field, name.Start.Line);
                fields.Add(name.Value, Node(field, depth + 1));
            }
            return fields;
        }

        // An alias repeats what it stands for, and what stands in that: counted, so that a few lines cannot become millions.
        private JsonNode? Copy(JsonNode? node)
        {
            _nodes += Count(node);
            return _nodes > MostNodes ? throw Fault(parser.Current!, "there is too much of it") : node?.DeepClone();
        }

        private static int Count(JsonNode? node) => node switch
        {
            JsonArray list => 1 + list.Sum(Count),
            JsonObject fields => 1 + fields.Sum(field => Count(field.Value)),
            _ => 1,
        };

        private static JsonValue? Value(Scalar scalar) =>
            scalar.Style is not ScalarStyle.Plain ? JsonValue.Create(scalar.Value)
            : scalar.Value switch
            {
                "" or "null" or "~" or "Null" or "NULL" => null,
                "true" or "True" or "TRUE" => JsonValue.Create(true),
                "false" or "False" or "FALSE" => JsonValue.Create(false),
                // 007 and +49 are what people call numbers and mean as texts.
                var plain when long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && number.ToString(CultureInfo.InvariantCulture) == plain => JsonValue.Create(number),
                var plain => JsonValue.Create(plain),
            };

        private static SemanticErrorException Fault(ParsingEvent at, string fault) => new(at.Start, at.End, fault);
    }
}

/// <summary>A document that cannot be read; its message says why and in which line.</summary>
/// <param name="reason">Why.</param>
/// <param name="line">The line, from 1.</param>
public sealed class DocumentException(string reason, long line) : Exception($"{reason} (line {line})")
{
    /// <summary>The line, from 1.</summary>
    public long Line { get; } = line;
}
