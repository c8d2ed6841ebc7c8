using System.Diagnostics;
using System.Text;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using static Sms.OptOut.Tests.Facts;

namespace Sms.OptOut.Tests.Ledger;

/// <summary>Files made here are checked by <c>./sms verify-proof</c>, which shares no line of code with what made them.</summary>
public sealed class ConsentProofTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sms-proof");

    private static byte[] Proof(int facts, int changes = 0, ProofKey? key = null)
    {
        var ledger = Chained(Enumerable.Range(0, facts).Select(i =>
            Of(i % 2 == 0 ? FactKind.OptedOut : FactKind.OptedIn, Noon.AddMinutes(i)) with { Wrote = "Stop \"it\" \\ ü 🛑 \t\n", Reason = "said: }],{\"hash\"" }));
        var (rules, made) = (Rulebook.Stream.Initial, new List<RulebookEvent>());
        for (var i = 0; i < changes; i++)
        {
            made.Add(rules.Chain(new RulebookEvent.PolicyScheduled(ConsentPolicy.Initial with { PolicyId = Guid.NewGuid(), Name = "Ünë <policy>" }) { Actor = "operator:meera", At = Noon }));
            rules = Rulebook.Stream.Evolve(rules, made[^1]);
        }
        return ConsentProof.Of(Asha, ledger.Facts, made, Noon, key);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(3, 2)]
    [InlineData(300, 1)]
    public void A_proof_as_it_was_made_is_confirmed(int facts, int changes) =>
        Verify(Proof(facts, changes)).ShouldHaveSingleItem().ShouldContain($"as it was made: {facts} facts");

    [Fact]
    public void A_proof_is_JSON() => System.Text.Json.JsonDocument.Parse(Proof(3, 2)).RootElement.GetProperty("facts").GetArrayLength().ShouldBe(3);

    [Fact]
    public void Whichever_byte_is_changed_it_is_found()
    {
        foreach (var (proof, every) in new[] { (Proof(1), 1), (Proof(3, 2), 13) })
            Verify(Changed(proof, every)).ShouldAllBe(line => line.Contains("NOT as it was made"));

        static byte[][] Changed(byte[] proof, int every) => [.. Enumerable.Range(0, proof.Length).Where(at => at % every == 0).Select(at =>
        {
            var copy = (byte[])proof.Clone();
            copy[at] ^= (byte)(1 << at % 8);
            return copy;
        })];
    }

    [Fact]
    public void Bytes_that_are_missing_or_too_many_are_found()
    {
        var proof = Proof(2, 1);
        Verify(proof[..^1], proof[..^2], [.. proof, (byte)'\n'], [.. proof, (byte)' '], [.. proof, 0], [0, .. proof], [], proof[..100])
            .ShouldAllBe(line => line.Contains("NOT as it was made"));
    }

    [Fact]
    public void The_first_fact_that_was_changed_taken_out_or_moved_is_named()
    {
        var lines = Encoding.UTF8.GetString(Proof(5)).Split('\n');
        Verify(
                Edited(l => l[3] = l[3].Replace("opted-out", "opted-in", StringComparison.Ordinal)),
                Edited(l => l.RemoveAt(2)),
                Edited(l => (l[1], l[2]) = (l[2], l[1])),
                Edited(l => l[4] = l[4].Replace("\"hash\"", "\"hast\"", StringComparison.Ordinal)))
            .Select(line => line[(line.IndexOf("made: ", StringComparison.Ordinal) + 6)..]).ShouldBe([
                "fact 3 was changed", "fact 2 does not follow the one before it: something was taken out, put in or moved",
                "fact 1 does not follow the one before it: something was taken out, put in or moved", "fact 4 cannot be read",
            ]);

        byte[] Edited(Action<List<string>> edit)
        {
            var copy = lines.ToList();
            edit(copy);
            return Encoding.UTF8.GetBytes(string.Join('\n', copy));
        }
    }

    [Fact]
    public void Who_made_a_proof_is_checked_with_the_public_key_and_so_is_every_byte_of_the_signature()
    {
        using var key = ProofKeyTests.New();
        var proof = Proof(1, 1, key);
        System.Text.Json.JsonDocument.Parse(proof).RootElement.GetProperty("key").GetString().ShouldBe(key.Id);
        Verify(proof).ShouldHaveSingleItem().ShouldContain($"signed with the key {key.Id} (not checked");
        VerifyWith(key, proof).ShouldHaveSingleItem().ShouldContain($"and signed with the key {key.Id}");

        var last = proof.AsSpan()[..^1].LastIndexOf((byte)'\n') + 1;
        VerifyWith(key, [.. Enumerable.Range(last, proof.Length - last).Where(at => at % 3 == 0).Select(at =>
        {
            var copy = (byte[])proof.Clone();
            copy[at] ^= 1;
            return copy;
        })]).ShouldAllBe(line => line.Contains("NOT as it was made"));
    }

    [Fact]
    public void A_chain_that_somebody_else_has_written_anew_is_sound_and_not_ours()
    {
        using var ours = ProofKeyTests.New();
        using var theirs = ProofKeyTests.New();
        VerifyWith(ours, Proof(2, 0, theirs), Proof(2)).Select(line => line[(line.IndexOf("made: ", StringComparison.Ordinal) + 6)..])
            .ShouldBe([$"it is signed with the key {theirs.Id}, and this key is {ours.Id}", "it is not signed"]);
    }

    private string[] VerifyWith(ProofKey key, params byte[][] files)
    {
        var pem = Path.Combine(_folder.FullName, "key.pem");
        File.WriteAllText(pem, key.PublicKey);
        return Verify(["--key", pem], files);
    }

    private string[] Verify(params byte[][] files) => Verify([], files);

    /// <summary>What the command says of each file, a line for each.</summary>
    private string[] Verify(string[] options, byte[][] files)
    {
        var names = files.Select((bytes, no) =>
        {
            var name = Path.Combine(_folder.FullName, $"{no}.json");
            File.WriteAllBytes(name, bytes);
            return name;
        }).ToArray();
        using var sms = Process.Start(new ProcessStartInfo(Path.Combine(Root(), "sms"), ["verify-proof", .. options, .. names]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = sms.StandardError.ReadToEndAsync();
        var said = sms.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        sms.WaitForExit();
        errors.Result.ShouldBeEmpty();
        said.Length.ShouldBe(files.Length);
        sms.ExitCode.ShouldBe(said.Any(line => line.Contains("NOT")) ? 1 : 0);
        return said;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sms.Platform.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
