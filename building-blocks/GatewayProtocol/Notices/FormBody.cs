using System.Text;

namespace Sms.GatewayProtocol;

/// <summary>Forms: <c>application/x-www-form-urlencoded</c> as the URL standard writes it, and queries, which are written the same.</summary>
internal static class FormBody
{
    private const int MostFields = 1000;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The fields in the order they stand. Never throws, whatever the bytes are.</summary>
    /// <returns>Why it is no form; else null.</returns>
    public static string? Read(ReadOnlySpan<byte> body, out List<KeyValuePair<string, string>> fields)
    {
        fields = [];
        var decoded = new byte[body.Length];
        foreach (var range in body.Split((byte)'&'))
        {
            var field = body[range];
            if (field.IsEmpty)
                continue;
            if (fields.Count == MostFields)
                return $"the form has more than {MostFields} fields";
            var equals = field.IndexOf((byte)'=');
            if (!TryDecode(equals < 0 ? field : field[..equals], decoded, out var name)
                || !TryDecode(equals < 0 ? [] : field[(equals + 1)..], decoded, out var value))
                return "the body is not a form in UTF-8";
            fields.Add(new(name, value));
        }
        return null;
    }

    /// <summary>The fields of a URL's query.</summary>
    public static string? ReadQuery(string url, out List<KeyValuePair<string, string>> fields)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        return Read(query < 0 ? [] : Encoding.UTF8.GetBytes(url[(query + 1)..]), out fields);
    }

    /// <summary>A form of these fields.</summary>
    public static byte[] Write(IEnumerable<KeyValuePair<string, string>> fields) =>
        Encoding.ASCII.GetBytes(string.Join('&', fields.Select(f => $"{Uri.EscapeDataString(f.Key)}={Uri.EscapeDataString(f.Value)}")));

    private static bool TryDecode(ReadOnlySpan<byte> written, byte[] room, out string text)
    {
        text = "";
        var length = 0;
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] == '%')
            {
                if (i + 2 >= written.Length || !char.IsAsciiHexDigit((char)written[i + 1]) || !char.IsAsciiHexDigit((char)written[i + 2]))
                    return false;
                room[length++] = (byte)(Convert.ToByte($"{(char)written[i + 1]}{(char)written[i + 2]}", 16));
                i += 2;
            }
            else
            {
                room[length++] = written[i] == '+' ? (byte)' ' : written[i];
            }
        }
        try
        {
            text = Strict.GetString(room, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
