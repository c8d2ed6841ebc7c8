using System.Text;
using Sms.Contacts.Contacts;

namespace Sms.Contacts.Imports;

/// <summary>
/// vCards: versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) in, 4.0 out. Taken apart line by line as they come in; of each card is
/// kept what a contact has here: its name, numbers, language, time zone, categories, notes and UID, and e-mail, organisation and title
/// as fields of these names.
/// </summary>
public sealed class VCards
{
    private const string FieldProperty = "X-SMS-FIELD", ExternalIdProperty = "X-SMS-EXTERNAL-ID", UidSystem = "vcard:";
    private const int LongestLine = 16 * 1024, LongestOut = 75;

    private readonly StringBuilder _line = new();
    private readonly List<(string Property, string Value)> _card = [];
    private bool _inCard, _softBreak;

    /// <summary>Takes one more line, without its line break.</summary>
    /// <returns>A card, when the line before this one ended it.</returns>
    public ImportedRow? Take(string line)
    {
        // A line that begins with a space goes on with the one before (RFC 6350, 3.2); in 2.1 so does the one after a "=" at the end.
        var goesOn = _softBreak || line.StartsWith(' ') || line.StartsWith('\t');
        var card = goesOn ? null : End();
        if (_line.Length <= LongestLine)
            _line.Append(goesOn && !_softBreak ? line.AsSpan(1) : line);
        _softBreak = line.EndsWith('=') && _line.ToString().Contains("QUOTED-PRINTABLE", StringComparison.OrdinalIgnoreCase);
        if (_softBreak)
            _line.Length--;
        return card;
    }

    /// <summary>The last card, where no line followed its end.</summary>
    public ImportedRow? End()
    {
        var line = _line.ToString();
        _line.Clear();
        _softBreak = false;
        // What is longer is a picture.
        if (line.Length > LongestLine || Colon(line) is not (> 0 and var colon))
            return null;
        var head = line[..colon].Split(';');
        // "item1.TEL": what is grouped is still what it is.
        var property = head[0][(head[0].LastIndexOf('.') + 1)..].Trim().ToUpperInvariant();
        var value = head.Skip(1).Any(parameter => parameter.Contains("QUOTED-PRINTABLE", StringComparison.OrdinalIgnoreCase))
            ? QuotedPrintable(line[(colon + 1)..]) : line[(colon + 1)..];
        var ended = property == "END" && _inCard ? Card() : null;
        if (property is "BEGIN" or "END")
        {
            _card.Clear();
            _inCard = property == "BEGIN";
        }
        else if (_inCard)
        {
            _card.Add((property, value));
        }
        return ended;
    }

    private ImportedRow Card()
    {
        var fields = new Dictionary<string, string>();
        Field("email", First("EMAIL") is { } email && email.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? email[7..] : First("EMAIL"));
        Field("organisation", Parts("ORG", ';') is { Count: > 0 } names ? string.Join(", ", names) : null);
        Field("title", First("TITLE"));
        foreach (var own in All(FieldProperty))
            if (own.Split('=', 2) is [var name, var value])
                Field(name, value);
        List<string> ids = [.. All("UID").Select(uid => UidSystem + uid), .. All(ExternalIdProperty)];
        List<string> tags = Parts("CATEGORIES", ','), numbers = [.. All("TEL").Select(tel => tel.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) ? tel[4..].Split(';')[0] : tel)];
        var notes = string.Join('\n', All("NOTE"));
        return new ImportedRow(
            new ContactDraft(
                numbers.Count == 0 ? null : numbers,
                // N is family name; given name; further names.
                First("FN") ?? (Parts("N", ';', keepEmpty: true).Take(3).Reverse().Where(part => part.Length > 0).ToList() is { Count: > 0 } parts ? string.Join(' ', parts) : null),
                First("LANG"), All("TZ").FirstOrDefault(zone => zone.Contains('/')), tags.Count == 0 ? null : tags, fields.Count == 0 ? null : fields, ids.Count == 0 ? null : ids),
            notes.Length == 0 ? null : notes);

        IEnumerable<string> All(string property) => _card.Where(line => line.Property == property).Select(line => Unescaped(line.Value)).Where(text => text.Length > 0);

        string? First(string property) => All(property).FirstOrDefault();

        void Field(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
                fields.TryAdd(name, value);
        }

        List<string> Parts(string property, char between, bool keepEmpty = false) =>
            [.. _card.Where(line => line.Property == property).SelectMany(line => Split(line.Value, between)).Where(part => keepEmpty || part.Length > 0)];
    }

    // The first colon that is not inside a quoted parameter.
    private static int Colon(string line)
    {
        var quoted = false;
        for (var at = 0; at < line.Length; at++)
            if (line[at] == '"')
                quoted = !quoted;
            else if (line[at] == ':' && !quoted)
                return at;
        return -1;
    }

    private static string Unescaped(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var at = 0; at < value.Length; at++)
            if (value[at] != '\\' || at + 1 == value.Length)
                text.Append(value[at]);
            else
                text.Append(value[++at] is 'n' or 'N' ? '\n' : value[at]);
        return text.Replace("\0", "").ToString().Trim();
    }

    private static IEnumerable<string> Split(string value, char between)
    {
        var start = 0;
        for (var at = 0; at < value.Length; at++)
            if (value[at] == '\\')
            {
                at++;
            }
            else if (value[at] == between)
            {
                yield return Unescaped(value[start..at]);
                start = at + 1;
            }
        yield return Unescaped(value[start..]);
    }

    // RFC 2045, 6.7; the bytes are taken for UTF-8, which is what phones write.
    private static string QuotedPrintable(string value)
    {
        var bytes = new List<byte>(value.Length);
        for (var at = 0; at < value.Length; at++)
            if (value[at] == '=' && at + 2 < value.Length && byte.TryParse(value.AsSpan(at + 1, 2), System.Globalization.NumberStyles.HexNumber, null, out var one))
            {
                bytes.Add(one);
                at += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(value[at].ToString()));
            }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>A contact as a card, with its line breaks.</summary>
    public static string Write(Guid id, ContactCard card)
    {
        var text = new StringBuilder("BEGIN:VCARD\r\nVERSION:4.0\r\n");
        Line("FN", card.Name ?? (card.Numbers is [var number, ..] ? number : id.ToString()));
        Line("UID", card.ExternalIds.FirstOrDefault(known => known.StartsWith(UidSystem, StringComparison.Ordinal))?[UidSystem.Length..] ?? $"urn:uuid:{id}");
        foreach (var tel in card.Numbers.Order(StringComparer.Ordinal))
            Line("TEL", tel);
        Line("LANG", card.Language);
        Line("TZ", card.TimeZone);
        if (card.Tags.Count > 0)
            Folded("CATEGORIES:" + string.Join(',', card.Tags.Select(Escaped)));
        foreach (var note in card.Notes)
            Line("NOTE", note.Text);
        foreach (var (name, value) in card.Fields)
            if (name switch { "email" => "EMAIL", "organisation" => "ORG", "title" => "TITLE", _ => null } is { } property)
                Line(property, value);
            else
                Line(FieldProperty, $"{name}={value}");
        foreach (var external in card.ExternalIds.Where(known => !known.StartsWith(UidSystem, StringComparison.Ordinal)))
            Line(ExternalIdProperty, external);
        return text.Append("END:VCARD\r\n").ToString();

        void Line(string property, string? value)
        {
            if (value is not null)
                Folded($"{property}:{Escaped(value)}");
        }

        // RFC 6350, 3.2.
        void Folded(string line)
        {
            var bytes = 0;
            foreach (var rune in line.EnumerateRunes())
            {
                if ((bytes += rune.Utf8SequenceLength) > LongestOut)
                {
                    text.Append("\r\n ");
                    bytes = 1 + rune.Utf8SequenceLength;
                }
                text.Append(rune.ToString());
            }
            text.Append("\r\n");
        }
    }

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal);
}
