using System.Security.Cryptography;
using Sms.OptOut.Ledger;

namespace Sms.OptOut.Tests.Ledger;

public sealed class ProofKeyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_key_is_read_as_PEM_and_as_its_base64_alone_and_is_the_same()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var pem = ProofKey.From(made.ExportPkcs8PrivateKeyPem())!;
        using var line = ProofKey.From($" {Convert.ToBase64String(made.ExportPkcs8PrivateKey())}\n")!;
        line.Id.ShouldBe(pem.Id);
        pem.Id.ShouldMatch("^[0-9a-f]{16}$");
        made.VerifyData("bytes"u8.ToArray(), Convert.FromHexString(line.Sign("bytes"u8)), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void Without_a_key_proofs_are_not_signed(string? setting) => ProofKey.From(setting).ShouldBeNull();

    [Fact]
    public void What_is_no_such_key_stops_the_service_and_is_not_quoted()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var right = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var wrong in new[] { "hello", "aGVsbG8=", other.ExportPkcs8PrivateKeyPem(), right.ExportSubjectPublicKeyInfoPem() })
            Should.Throw<InvalidOperationException>(() => ProofKey.From(wrong)).Message.ShouldSatisfyAllConditions(
                m => m.ShouldContain("OptOut:ProofKey"), m => m.ShouldNotContain(wrong));
    }

    [Fact]
    public void A_key_is_noted_when_it_comes_into_use_and_not_again_until_another_was_in_between()
    {
        using var first = New();
        using var second = New();
        var keys = ProofKeys.Stream.Initial;
        foreach (var (key, noted) in new[] { (first, 1), (first, 0), (second, 1), (second, 0), (first, 1) })
        {
            var introduced = ProofKeys.Introduce(keys, key, Noon);
            introduced.Length.ShouldBe(noted);
            keys = keys.AddRange(introduced);
        }
        keys.Select(key => key.KeyId).ShouldBe([first.Id, second.Id, first.Id]);
    }

    internal static ProofKey New()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return ProofKey.From(made.ExportPkcs8PrivateKeyPem())!;
    }
}
