using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sms.OptOut.Ledger;

/// <summary>
/// How facts hang together. The canonical form of a fact is one line of JSON in UTF-8: the members below in this order, those
/// that are null left out, no spaces; of a string only the quote, the backslash, control characters and what lies beyond the basic plane are
/// escaped; times are UTC with seven decimals. A fact's hash is the SHA-256 of that line, which holds the hash of the fact before it.
/// </summary>
public static class FactChain
{
    /// <summary>What the first fact of a chain names as the one before.</summary>
    public static readonly string Origin = new('0', 64);

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Puts a fact at the end of a chain.</summary>
    /// <param name="fact">The fact; its number and hashes are set here.</param>
    /// <param name="last">The last fact of the chain, or null for the first.</param>
    public static ConsentFact Chain(ConsentFact fact, ConsentFact? last)
    {
        var placed = fact with { No = (last?.No ?? 0) + 1, Previous = last?.Hash ?? Origin };
        return placed with { Hash = HashOf(placed) };
    }

    /// <summary>The hash a fact should have.</summary>
    public static string HashOf(ConsentFact fact) => Convert.ToHexStringLower(SHA256.HashData(Canonical(fact)));

    /// <summary>The number of the first fact that is not what it was when it was entered, or null when all are.</summary>
    public static int? FirstBroken(IEnumerable<ConsentFact> facts)
    {
        var (no, previous) = (0, Origin);
        foreach (var fact in facts)
        {
            no++;
            if (fact.No != no || fact.Previous != previous || fact.Hash != HashOf(fact))
                return no;
            previous = fact.Hash;
        }
        return null;
    }

    /// <summary>The bytes that are hashed.</summary>
    public static byte[] Canonical(ConsentFact fact)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("no", fact.No);
            Text("id", fact.FactId.ToString());
            Text("previous", fact.Previous);
            Text("kind", fact.Kind);
            Text("person", fact.Person);
            Text("ourNumber", fact.OurNumber);
            Text("endpoint", fact.Endpoint);
            Text("purpose", fact.Purpose);
            Text("reach", fact.Reach);
            Text("effectiveAt", Time(fact.EffectiveAt));
            Text("recordedAt", Time(fact.RecordedAt));
            Text("actor", fact.Actor);
            Text("source", fact.Source);
            Text("smsId", fact.SmsId?.ToString());
            Text("wrote", fact.Wrote);
            Text("word", fact.Word);
            Text("matchedBy", fact.MatchedBy);
            Text("shown", fact.Shown);
            Text("reason", fact.Reason);
            Text("reference", fact.Reference?.ToString());
            Text("deadline", fact.Deadline is { } deadline ? Time(deadline) : null);
            json.WriteEndObject();

            void Text(string name, string? value)
            {
                if (value is not null)
                    json.WriteString(name, Encoding.UTF8.GetBytes(value)); // as bytes, so that half a character is replaced before it is stored as after
            }
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
