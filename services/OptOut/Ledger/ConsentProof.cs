using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sms.EventStore;
using Sms.OptOut.Policies;

namespace Sms.OptOut.Ledger;

/// <summary>
/// A person's chain as a file that anybody can check with nothing but <c>sha256sum</c>, and who made it with <c>openssl</c>. It is
/// JSON, laid out in lines: a head, one line for each fact with the very bytes that were hashed, one line for each change of the
/// rules, and a last line with the end of the chain, the SHA-256 of all lines before it and their signature.
/// </summary>
public static class ConsentProof
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file, in UTF-8.</summary>
    public static byte[] Of(string person, IReadOnlyList<ConsentFact> facts, IReadOnlyList<RulebookEvent> rules, DateTimeOffset madeAt, ProofKey? key = null)
    {
        var lines = new StringBuilder();
        lines.Append(CultureInfo.InvariantCulture,
            $$"""{"proof":"sms-consent-proof.v1","person":{{JsonSerializer.Serialize(person, Plain)}},"madeAt":"{{madeAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}}","facts":[""").Append('\n');
        Append("fact", [.. facts.Select(fact => (fact.Hash, Encoding.UTF8.GetString(FactChain.Canonical(fact))))]);
        lines.Append("""],"rules":[""").Append('\n');
        Append("change", [.. rules.Select(change => (change.Hash, JsonSerializer.Serialize(change with { Hash = "" }, change.GetType(), EventJson.Options)))]);
        var signed = Encoding.UTF8.GetBytes(lines.ToString());
        lines.Append(CultureInfo.InvariantCulture,
            $"],\"head\":\"{(facts.Count == 0 ? FactChain.Origin : facts[^1].Hash)}\",\"digest\":\"{Convert.ToHexStringLower(SHA256.HashData(signed))}\"");
        if (key is not null)
            lines.Append(CultureInfo.InvariantCulture, $",\"key\":\"{key.Id}\",\"signature\":\"{key.Sign(signed)}\"");
        lines.Append("}\n");
        return Encoding.UTF8.GetBytes(lines.ToString());

        void Append(string name, (string Hash, string Json)[] entries)
        {
            for (var at = 0; at < entries.Length; at++)
                lines.Append(CultureInfo.InvariantCulture, $$"""{"hash":"{{entries[at].Hash}}","{{name}}":{{entries[at].Json}}}""").Append(at < entries.Length - 1 ? ",\n" : "\n");
        }
    }
}
