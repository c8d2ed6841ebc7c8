namespace Sms.GatewayProtocol;

/// <summary>
/// How many short messages a text is sent and billed as. One holds 140 octets: 160 characters of the GSM 7-bit alphabet (3GPP
/// TS 23.038, 6.2.1), or 70 units of UTF-16 as soon as one character is outside it. In a text of several, each gives six octets
/// to the header that joins them (TS 23.040, 9.2.3.24.1): 153 or 67 are left, and no character is split over two.
/// </summary>
/// <param name="Encoding"><c>GSM-7</c> or <c>UCS-2</c>.</param>
/// <param name="Units">Septets or UTF-16 units it takes: a character of the GSM extension table, or an emoji, takes two.</param>
/// <param name="Count">How many short messages.</param>
public sealed record Segments(string Encoding, int Units, int Count)
{
    /// <summary>What the longest text takes in the worst case: 1600 units of UTF-16.</summary>
    public const int MostPossible = 25;

    // The last one of the table, escape, is no character.
    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string Extension = "\f^{}\\[~]|€";

    /// <summary>Counts a text's segments.</summary>
    public static Segments Of(string text)
    {
        var gsm = text.All(character => Basic.Contains(character) || Extension.Contains(character));
        var (alone, joined) = gsm ? (160, 153) : (70, 67);

        var (units, count, used) = (0, 1, 0);
        for (var at = 0; at < text.Length;)
        {
            var pair = !gsm && char.IsSurrogatePair(text, at);
            var size = pair || (gsm && Extension.Contains(text[at])) ? 2 : 1;
            units += size;
            (count, used) = used + size > joined ? (count + 1, size) : (count, used + size);
            at += pair ? 2 : 1;
        }
        return new Segments(gsm ? "GSM-7" : "UCS-2", units, units <= alone ? 1 : count);
    }
}
