using System.Security.Cryptography;

namespace Sms.ServiceHost.Tests;

public sealed class SecretBoxTests : IDisposable
{
    private const string Secret = "whsec_a secret with ünïcödé in it";
    private static readonly string MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly SecretBox _box = new("Some:MasterKey", MasterKey);

    [Fact]
    public void A_closed_secret_opens_under_the_same_master_key()
    {
        var closed = _box.Close("sms", Secret);
        using var afterRestart = new SecretBox("Some:MasterKey", MasterKey);
        afterRestart.Open("sms", closed).ShouldBe(Secret);
        closed.ShouldNotContain(Secret);
    }

    [Fact]
    public void The_same_secret_never_looks_the_same_twice() =>
        Enumerable.Range(0, 1000).Select(_ => _box.Close("sms", Secret)).ShouldBeUnique();

    [Fact]
    public void A_secret_copied_to_another_owner_does_not_open() =>
        Should.Throw<CryptographicException>(() => _box.Open("sales", _box.Close("sms", Secret)));

    [Fact]
    public void Another_master_key_does_not_open_it()
    {
        using var other = new SecretBox("Some:MasterKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        Should.Throw<CryptographicException>(() => other.Open("sms", _box.Close("sms", Secret)));
    }

    [Fact]
    public void One_changed_bit_anywhere_does_not_open()
    {
        var closed = Convert.FromBase64String(_box.Close("sms", Secret));
        for (var bit = 0; bit < closed.Length * 8; bit++)
        {
            var changed = closed.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Should.Throw<CryptographicException>(() => _box.Open("sms", Convert.ToBase64String(changed)), $"bit {bit}");
        }
    }

    [Fact]
    public void What_is_cut_short_does_not_open()
    {
        var closed = Convert.FromBase64String(_box.Close("sms", Secret));
        for (var length = 0; length < closed.Length; length++)
            Should.Throw<CryptographicException>(() => _box.Open("sms", Convert.ToBase64String(closed.AsSpan(0, length))), $"{length} bytes");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64 at all")]
    [InlineData("c2hvcnQ=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public void A_master_key_that_is_none_is_refused_with_what_to_do_and_without_being_quoted(string masterKey)
    {
        var refusal = Should.Throw<FormatException>(() => new SecretBox("Some:MasterKey", masterKey).Dispose()).Message;
        refusal.ShouldContain("Some:MasterKey");
        refusal.ShouldContain("openssl rand -base64 32");
        if (masterKey.Length > 0)
            refusal.ShouldNotContain(masterKey);
    }

    [Fact]
    public void The_same_secret_has_the_same_fingerprint_under_the_same_master_key_only()
    {
        using var afterRestart = new SecretBox("Some:MasterKey", MasterKey);
        using var other = new SecretBox("Some:MasterKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        afterRestart.Fingerprint(Secret).ShouldBe(_box.Fingerprint(Secret));
        other.Fingerprint(Secret).ShouldNotBe(_box.Fingerprint(Secret));
        _box.Fingerprint(Secret + "!").ShouldNotBe(_box.Fingerprint(Secret));
    }

    [Fact]
    public void A_secret_is_found_among_its_owners()
    {
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        Dictionary<Guid, string> secrets = new() { [one] = _box.Close("sms", "first"), [two] = _box.Close("sms", "second") };
        _box.Find("sms", secrets, "second").ShouldBe(two);
        _box.Find("sms", secrets, "third").ShouldBeNull();
    }

    [Fact]
    public void Many_open_and_close_at_once() =>
        Parallel.For(0, 2000, i => _box.Open("sms", _box.Close("sms", $"{Secret} {i}")).ShouldBe($"{Secret} {i}"));

    public void Dispose() => _box.Dispose();
}
