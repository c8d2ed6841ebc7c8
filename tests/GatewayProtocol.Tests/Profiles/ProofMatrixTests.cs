namespace Sms.GatewayProtocol.Tests.Profiles;

/// <summary>What every gateway's proof must stand.</summary>
public sealed class ProofMatrixTests
{
    private static readonly string[] WithoutBody = ["httpsms"];
    private static readonly string[] WithoutTime = ["mobile-api-connect", "textbee", "twilio", "plivo"];

    private static readonly Dictionary<string, (int Past, int Future)> Window = new()
    {
        ["smsgate"] = (300, 300),
        ["standard-webhooks"] = (300, 300),
        ["telnyx"] = (300, 300),
        ["httpsms"] = (659, 60), // nbf lies ten minutes back, iat does not; exp does not count itself (RFC 7519, 4.1.4)
        ["vonage-messages"] = (86_460, 60),
    };

    [Fact]
    public void Every_gateway_is_in_this_matrix() => Samplers.Names.ShouldBe(WithoutTime.Concat(Window.Keys), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void What_is_signed_correctly_is_genuine(string name)
    {
        var profile = Requests.Profile(name);
        var genuine = Samplers.Genuine(profile);
        profile.Verify(genuine, Requests.Now, Samplers.Key(profile)).ShouldBe("genuine");
        profile.Verify(genuine.Adding("Transfer-Encoding", "chunked").Adding("X-Forwarded-For", "10.0.0.1"), Requests.Now, Samplers.Key(profile))
            .ShouldBe("genuine");
        var lowerCase = genuine with { Headers = [.. genuine.Headers.Select(h => new HeaderLine(h.Name.ToLowerInvariant(), h.Value))] };
        profile.Verify(lowerCase, Requests.Now, Samplers.Key(profile)).ShouldBe("genuine");
        var needed = genuine with { Headers = [.. genuine.Headers.Where(h => profile.Headers.Contains(h.Name, StringComparer.OrdinalIgnoreCase))] };
        profile.Verify(needed, Requests.Now, Samplers.Key(profile)).ShouldBe("genuine");
        if (!profile.LooksAtUrl)
            profile.Verify(genuine with { Url = "" }, Requests.Now, Samplers.Key(profile)).ShouldBe("genuine");
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void A_body_with_one_changed_bit_is_not_unless_the_profile_says_that_the_body_is_not_covered(string name)
    {
        var profile = Requests.Profile(name);
        var genuine = Samplers.Genuine(profile);
        for (var bit = 0; bit < genuine.Body.Length * 8; bit += 7)
        {
            var body = genuine.Body.ToArray();
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            var came = profile.Verify(genuine with { Body = body }, Requests.Now, Samplers.Key(profile));
            if (WithoutBody.Contains(name))
                came.ShouldBe("genuine");
            else if (came == "genuine") // %2B and %2b are the same form.
                profile.ReadText(genuine with { Body = body }).ShouldBe(profile.ReadText(genuine));
            else
                came.ShouldBeOneOf("wrong-signature", "wrong-body", "malformed");
        }
        if (WithoutBody.Contains(name))
            profile.Profile.SecurityNote.ShouldNotBeNull().ShouldContain("not covered");
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void Any_header_of_the_proof_changed_is_rejected(string name)
    {
        var profile = Requests.Profile(name);
        var genuine = Samplers.Genuine(profile);
        foreach (var header in Samplers.ProofHeaders(profile))
            for (var at = 0; at < genuine.Headers.Single(h => h.Name == header).Value.Length - 4; at++)
            {
                var changed = genuine.WithHeader(header, value => value[..at] + (value[at] is '1' or 'A' ? '2' : '1') + value[(at + 1)..]);
                // The case of a word that only introduces the proof does not matter, and a changed one is no proof.
                profile.Verify(changed, Requests.Now, Samplers.Key(profile)).ShouldBeOneOf("wrong-signature", "malformed", "wrong-algorithm");
            }
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void A_header_of_the_proof_that_is_missing_empty_or_doubled_is_rejected(string name)
    {
        var profile = Requests.Profile(name);
        var genuine = Samplers.Genuine(profile);
        var key = Samplers.Key(profile);
        foreach (var header in Samplers.ProofHeaders(profile))
        {
            var value = genuine.Headers.Single(h => h.Name == header).Value;
            profile.Verify(genuine.WithHeader(header, _ => null), Requests.Now, key).ShouldBe("missing-header", header);
            profile.Verify(genuine.WithHeader(header, _ => ""), Requests.Now, key).ShouldBeOneOf("malformed", "wrong-signature");
            profile.Verify(genuine.Adding(header, value), Requests.Now, key).ShouldBe("doubled-header", header);
            profile.Verify(genuine.Adding(header.ToUpperInvariant(), "0"), Requests.Now, key).ShouldBe("doubled-header", header);
            profile.Verify(genuine.WithHeader(header, v => $"{v}, {v}"), Requests.Now, key).ShouldBeOneOf("malformed", "wrong-signature", "genuine");
        }
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void While_a_secret_is_rotated_old_and_new_prove_and_afterwards_only_the_new(string name)
    {
        var profile = Requests.Profile(name);
        var (old, next, other) = (Samplers.Key(profile, 1), Samplers.Key(profile, 2), Samplers.Key(profile, 3));
        Proof.Verify(profile, Samplers.Genuine(profile, 1), [old, next], Requests.Now).ShouldBe(new ProofResult(Rejection.None, 0));
        Proof.Verify(profile, Samplers.Genuine(profile, 2), [old, next], Requests.Now).ShouldBe(new ProofResult(Rejection.None, 1));
        profile.Verify(Samplers.Genuine(profile, 1), Requests.Now, next).ShouldBe("wrong-signature");
        profile.Verify(Samplers.Genuine(profile, 1), Requests.Now, other).ShouldBe("wrong-signature");
        profile.Verify(Samplers.Genuine(profile, 1), Requests.Now).ShouldBe("no-key");
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void What_is_too_old_or_from_the_future_is_rejected_where_the_scheme_has_a_time(string name)
    {
        var profile = Requests.Profile(name);
        var genuine = Samplers.Genuine(profile);
        string At(double seconds) => profile.Verify(genuine, Requests.Now.AddSeconds(seconds), Samplers.Key(profile));
        if (WithoutTime.Contains(name))
        {
            At(1e9).ShouldBe("genuine");
            return;
        }
        var (past, future) = Window[name];
        At(past).ShouldBe("genuine");
        At(past + 1).ShouldBe("stale");
        At(-future).ShouldBe("genuine");
        At(-future - 1).ShouldBe("from-the-future");
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void Hexadecimal_may_be_of_either_case_and_what_introduces_a_signature_may_be_dressed_or_left_out(string name)
    {
        var profile = Requests.Profile(name);
        if (profile.Profile.Proof is not ProofScheme.Signature { Encoding: SignatureEncoding.Hex, Header: var header, Prefix: var prefix })
            return;
        var genuine = Samplers.Genuine(profile);
        Func<string, string>[] dresses =
        [
            v => v.ToUpperInvariant(), v => $" {v}\t", v => prefix is null ? v : v[prefix.Length..], v => prefix is null ? v : prefix + v[prefix.Length..].ToUpperInvariant(),
        ];
        foreach (var dress in dresses)
            profile.Verify(genuine.WithHeader(header, dress), Requests.Now, Samplers.Key(profile)).ShouldBe("genuine");
        string[] wrong = ["sha1=", "sha256:", "sha256=sha256=", "v1,"];
        foreach (var dress in wrong)
            profile.Verify(genuine.WithHeader(header, v => dress + v), Requests.Now, Samplers.Key(profile)).ShouldBe("malformed");
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void A_compressed_body_is_refused_as_that_and_nothing_else(string name)
    {
        var profile = Requests.Profile(name);
        var genuine = Samplers.Genuine(profile);
        profile.Verify(genuine.Adding("Content-Encoding", "gzip"), Requests.Now, Samplers.Key(profile)).ShouldBe("compressed");
        profile.Verify(genuine.Adding("content-encoding", "br"), Requests.Now, Samplers.Key(profile)).ShouldBe("compressed");
        profile.Verify(genuine.Adding("Content-Encoding", "identity"), Requests.Now, Samplers.Key(profile)).ShouldBe("genuine");
        profile.Read(genuine.Adding("Content-Encoding", "gzip")).Reason.ShouldBe("the body is compressed");
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void An_empty_body_and_bytes_of_any_kind_can_be_signed(string name)
    {
        var profile = Requests.Profile(name);
        byte[][] bodies = [[], [0xFF, 0xFE, 0x00], "\uFEFF{}"u8.ToArray(), new byte[1 << 20]];
        foreach (var body in bodies)
        {
            var request = Samplers.Unsigned(profile) with { Body = body };
            if (profile.Profile.Content.Format is BodyFormat.Form)
                request = request with { Headers = [new HeaderLine("Content-Type", "application/json")] };
            // Plivo has no way to sign a body that is no form.
            profile.Verify(Samplers.Sign(profile, request), Requests.Now, Samplers.Key(profile)).ShouldBe(name == "plivo" && body.Length > 0 ? "wrong-body" : "genuine");
        }
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void Every_step_is_explained_and_the_last_says_what_decided(string name)
    {
        var profile = Requests.Profile(name);
        var key = Samplers.Key(profile);
        Proof.Explain(profile, Samplers.Genuine(profile), [key], Requests.Now).Steps[^1].Ok.ShouldBeTrue();
        var (result, steps) = Proof.Explain(profile, Samplers.Genuine(profile, 2), [key], Requests.Now);
        result.Rejection.ShouldBe(Rejection.WrongSignature);
        steps[^1].Ok.ShouldBeFalse();
        steps.ShouldContain(s => s.Step.StartsWith("what is signed", StringComparison.Ordinal) && s.Found!.Length > 0);
        foreach (var header in Samplers.ProofHeaders(profile))
            Proof.Explain(profile, Samplers.Genuine(profile).WithHeader(header, _ => null), [key], Requests.Now).Steps.ShouldContain(s => !s.Ok);
    }

    [Fact]
    public void A_long_body_is_not_shown_in_full() =>
        Proof.Explain(Requests.Profile("textbee"), Requests.Post(new byte[1 << 20], ("X-Signature", new string('0', 64))), [Samplers.Key(Requests.Profile("textbee"))], Requests.Now)
            .Steps.Max(s => s.Found?.Length ?? 0).ShouldBeLessThan(5000);

    [Fact]
    public void Verifying_costs_no_memory_where_only_the_body_is_signed()
    {
        var profile = Requests.Profile("textbee");
        var genuine = Samplers.Genuine(profile);
        SigningKey[] keys = [Samplers.Key(profile)];
        for (var warm = 0; warm < 20_000; warm++)
            Proof.Verify(profile, genuine, keys, Requests.Now);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Proof.Verify(profile, genuine, keys, Requests.Now);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
