using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Sms.GatewayProtocol;

/// <summary>What a signature covers: <see cref="ProofScheme.Signature.Covers"/> taken apart.</summary>
internal sealed partial class SignedBytes
{
    private readonly (Part Part, string Text)[] _parts;

    public SignedBytes(string template, TimestampRules? timestamp)
    {
        var parts = new List<(Part, string)>();
        var literalFrom = 0;
        foreach (Match match in Placeholder().Matches(template))
        {
            if (match.Index > literalFrom)
                parts.Add((Part.Literal, template[literalFrom..match.Index]));
            var name = match.Groups["name"].Value;
            parts.Add(name switch
            {
                "body" => (Part.Body, ""),
                "timestamp" => (Part.Header, timestamp!.Header),
                "url" => (Part.Url, ""),
                "url-without-query" => (Part.UrlWithoutQuery, ""),
                "sorted-form" => (Part.SortedForm, ""),
                "plivo-v3" => (Part.PlivoV3, ""),
                _ => (Part.Header, name["header:".Length..]),
            });
            literalFrom = match.Index + match.Length;
        }
        if (literalFrom < template.Length)
            parts.Add((Part.Literal, template[literalFrom..]));
        _parts = [.. parts];
        IsBodyOnly = _parts is [(Part.Body, _)];
        LooksAtUrl = _parts.Any(p => p.Part is Part.Url or Part.UrlWithoutQuery or Part.PlivoV3);
        CoversForms = _parts.Any(p => p.Part is Part.SortedForm or Part.PlivoV3) && _parts.All(p => p.Part is not Part.Body);
    }

    private enum Part
    {
        Literal,
        Body,
        Header,
        Url,
        UrlWithoutQuery,
        SortedForm,
        PlivoV3,
    }

    /// <summary>The names that may stand in braces.</summary>
    [GeneratedRegex(@"\{(?<name>body|timestamp|url|url-without-query|sorted-form|plivo-v3|header:[A-Za-z0-9!#$%&'*+.^_`|~-]+)\}")]
    public static partial Regex Placeholder();

    public bool IsBodyOnly { get; }

    public bool LooksAtUrl { get; }

    /// <summary>Whether the fields of a form are covered, and nothing of a body that is none.</summary>
    public bool CoversForms { get; }

    public IEnumerable<string> Headers => _parts.Where(p => p.Part is Part.Header).Select(p => p.Text);

    /// <summary>The URL as the gateway may have written it: as it is, without its port, and with the port that goes without saying.</summary>
    public IEnumerable<string> UrlsOf(string url)
    {
        yield return url;
        if (!_parts.Any(p => p.Part is Part.Url) || Authority().Match(url) is not { Success: true } match)
            yield break;
        var port = match.Groups["port"];
        yield return port.Success
            ? url.Remove(port.Index, port.Length)
            : url.Insert(match.Length, url.StartsWith("https", StringComparison.OrdinalIgnoreCase) ? ":443" : ":80");
    }

    /// <summary>Puts the bytes together.</summary>
    /// <returns>Why that cannot be done.</returns>
    public Rejection Write(in InboundRequest request, string url, IBufferWriter<byte> bytes)
    {
        foreach (var (part, text) in _parts)
        {
            switch (part)
            {
                case Part.Literal:
                    Encoding.UTF8.GetBytes(text, bytes);
                    break;
                case Part.Body:
                    bytes.Write(request.Body.Span);
                    break;
                case Part.Header:
                    var count = request.Count(text, out var value);
                    if (count != 1)
                        return count == 0 ? Rejection.MissingHeader : Rejection.DoubledHeader;
                    Encoding.UTF8.GetBytes(value, bytes);
                    break;
                case Part.Url:
                    Encoding.UTF8.GetBytes(url, bytes);
                    break;
                case Part.UrlWithoutQuery:
                    Encoding.UTF8.GetBytes(WithoutQuery(url), bytes);
                    break;
                default:
                    if (FormOf(request, out var form) is not null || FormBody.ReadQuery(url, out var query) is not null)
                        return Rejection.Malformed;
                    Encoding.UTF8.GetBytes(part is Part.SortedForm ? Sorted(form, "", "", distinct: true) : PlivoV3(url, query, form), bytes);
                    break;
            }
        }
        return Rejection.None;
    }

    // Twilio takes a field that came twice with the same value as one (twilio-python, request_validator.py).
    private static string Sorted(IEnumerable<KeyValuePair<string, string>> fields, string between, string after, bool distinct)
    {
        var pairs = distinct ? fields.Distinct() : fields;
        return string.Join(after, pairs.OrderBy(f => f.Key, StringComparer.Ordinal).ThenBy(f => f.Value, StringComparer.Ordinal)
            .Select(f => f.Key + between + f.Value));
    }

    // As plivo-python's signature_v3.py puts them together, to the question mark of an empty query.
    private static string PlivoV3(string url, List<KeyValuePair<string, string>> query, List<KeyValuePair<string, string>> form)
    {
        var sorted = Sorted(query, "=", "&", distinct: false);
        return WithoutQuery(url) + (sorted.Length > 0 || form.Count > 0 ? "?" : "") + sorted
            + (sorted.Length > 0 && form.Count > 0 ? "." : "") + Sorted(form, "", "", distinct: false);
    }

    private static string? FormOf(in InboundRequest request, out List<KeyValuePair<string, string>> fields)
    {
        fields = [];
        return request.IsForm ? FormBody.Read(request.Body.Span, out fields) : null;
    }

    private static string WithoutQuery(string url)
    {
        var end = url.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? url : url[..end];
    }

    [GeneratedRegex(@"^https?://(?:[^/?#@]*@)?(?:\[[^\]/?#]*\]|[^/?#:]*)(?<port>:[0-9]+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Authority();
}
