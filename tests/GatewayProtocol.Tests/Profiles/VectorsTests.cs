using System.Text;

namespace Sms.GatewayProtocol.Tests.Profiles;

/// <summary>Signatures that were computed elsewhere: published by those whose schemes they are, or made with Python's hmac and OpenSSL.</summary>
public sealed class VectorsTests
{
    // Python: hmac over the published sample of docs.sms-gate.app, key of eight characters as the phone makes them.
    [Fact]
    public void Smsgate_signs_the_body_and_then_the_time() =>
        Verify("smsgate", "k3yOf8Ch",
            Requests.Post(
                """{"deviceId":"ffffffffceb0b1db0000018e937c815b","event":"sms:received","id":"Ey6ECgOkVVFjz3CL48B8C","payload":{"messageId":"abc123","message":"Android is always a sweet treat!","sender":"6505551212","recipient":"+1234567890","simNumber":1,"receivedAt":"2024-06-22T15:46:11.000+07:00"},"webhookId":"LreFUt-Z3sSq0JufY9uWB"}""",
                ("X-Timestamp", "1781274750"), ("X-Signature", "5d1897ac47553fed7063e22ac2505af41a94d13a0a17b16bc8c42f6ad643dcfe")));

    // Python: hmac over the published sample of textbee's documentation.
    [Fact]
    public void Textbee_signs_the_body() =>
        Verify("textbee", "a-signing-secret-of-28-chars",
            Requests.Post(
                """{"smsId":"smsId","sender":"+123456789","message":"message","receivedAt":"2025-10-05T13:00:35.208Z","deviceId":"deviceId","webhookSubscriptionId":"webhookSubscriptionId","webhookEvent":"MESSAGE_RECEIVED"}""",
                ("X-Signature", "d6794f99ff105c4c01e514ed18f0ed7045411590eb66de9f81c7c0a504bfb9e4")));

    // Python: the claims that httpsms's webhook_service.go writes.
    [Fact]
    public void Httpsms_sends_a_token_for_the_url() =>
        Verify("httpsms", "a-signing-key-of-24-chars",
            Requests.Post("{}", ("Authorization", "Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhcGkuaHR0cHNtcy5jb20iLCJzdWIiOiJXQjdEUkRXckpaUkdiWXJ2MkNLR2txYnp2cWRDIiwiYXVkIjpbImh0dHBzOi8vc21zLmV4YW1wbGUuY29tL2hvb2tzL3Nob3AiXSwiZXhwIjoxNzgxMjc1MzUwLCJuYmYiOjE3ODEyNzQxNTAsImlhdCI6MTc4MTI3NDc1MH0.ieSIMT1CfZS1RjwyUG347O2RBkfMd-zX2EnSB70130c")));

    // Python: the claims that developer.vonage.com, "Decoding signed webhooks", names.
    [Fact]
    public void Vonage_sends_a_token_with_the_digest_of_the_body() =>
        Verify("vonage-messages", "a-signature-secret-of-28-chr",
            Requests.Post(
                """{"channel":"sms","message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab","to":"447700900000","from":"447700900001","timestamp":"2026-06-12T14:32:00Z","text":"Hello From Vonage!","sms":{"num_messages":"1"},"usage":{"currency":"EUR","price":"0.0333"}}""",
                ("Authorization", "Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3ODEyNzQ3NTAsImp0aSI6IjVmMWUzYzJhIiwiaXNzIjoiVm9uYWdlIiwicGF5bG9hZF9oYXNoIjoiNTE0MzVmMGYzZWY0OGIxY2ZhMTNmODI2NGY2M2ZhYTRiZTU4MmEwOTdhMDg4YTQwNmY3YjY1NTQ1YzAwNTkzMSIsImFwaV9rZXkiOiJhMWIyYzNkNCIsImFwcGxpY2F0aW9uX2lkIjoiYWFhYWFhYWEtYmJiYi00Y2NjLThkZGQtMDEyMzQ1Njc4OWFiIn0.cvQijuvgCTRmFOM6JiemgY4fIedePodg_ZFhX1ksczw")));

    // Python's cryptography (OpenSSL), private key 00 01 02 … 1f.
    [Fact]
    public void Telnyx_signs_the_time_a_bar_and_the_body() =>
        Verify("telnyx", "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=",
            Requests.Post(
                """{"data":{"event_type":"message.received","id":"b301ed3f-1490-491f-995f-6e64e69674d4","occurred_at":"2026-06-12T14:32:00.000+00:00","payload":{"from":{"phone_number":"+13125550001"},"id":"84cca175-9755-4859-b67f-4730d7f58aa3","text":"Hello from Telnyx!","to":[{"phone_number":"+17735550002","status":"webhook_delivered"}],"received_at":"2026-06-12T14:32:00.000+00:00","parts":1},"record_type":"event"}}""",
                ("telnyx-timestamp", "1781274750"), ("telnyx-signature-ed25519", TelnyxSignature)));

    private const string TelnyxSignature = "dete/sw7lXQgX6AnZ0GkIh1sd7A97Sdovt3g4Oicd4O5AGj/wqfcMYYTWhPRpIvblDoamF6zheIyfx1XiXQmCw==";

    // The vector that the libraries of Standard Webhooks are tested with (standard-webhooks/standard-webhooks, libraries/*/tests).
    [Theory]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "genuine")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE", "genuine")]
    [InlineData("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "genuine")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "malformed")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "malformed")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "malformed")]
    [InlineData("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=", "wrong-signature")]
    public void Standard_webhooks_signs_id_time_and_body_and_lists_signatures(string header, string expected)
    {
        var profile = Requests.Profile("standard-webhooks");
        var at = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);
        var request = Requests.Post(
            """{"test": 2432232314}""", ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("webhook-timestamp", "1614265330"), ("webhook-signature", header));
        profile.Verify(request, at, profile.KeyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).ShouldBe(expected);
        profile.Verify(request, at, profile.KeyOf("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).ShouldBe(expected);
    }

    // twilio-python, tests/unit/test_request_validator.py, with its token.
    [Theory]
    [InlineData("https://mycompany.com/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    [InlineData("https://mycompany.com:1234/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    [InlineData("http://mycompany.com:1234/myapp.php?foo=1&bar=2", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=")]
    [InlineData("https://mycompany.com/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w=")]
    [InlineData("http://mycompany.com/myapp.php?foo=1&bar=2", "0ZXoZLH/DfblKGATFgpif+LLRf4=")]
    public void Twilio_signs_the_url_with_or_without_its_port_and_the_sorted_form(string url, string signature)
    {
        var request = new InboundRequest("POST", url,
            [new("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"), new("X-Twilio-Signature", signature)],
            "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309"u8.ToArray());
        Twilio.Verify(request, Requests.Now, ShortKey("12345")).ShouldBe("genuine");
        Twilio.Verify(request with { Url = url.Replace("foo=1", "foo=2", StringComparison.Ordinal) }, Requests.Now, ShortKey("12345")).ShouldBe("wrong-signature");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234", "", "IK+Dwps556ElfBT0I3Rgjkr1wJU=", "genuine")]
    [InlineData("application/json", """{"property": "value", "boolean": true}""", "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620", "a9nBmqA0ju/hNViExpshrM61xv4=", "genuine")]
    [InlineData("application/json", """{"property": "value", "boolean": false}""", "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620", "a9nBmqA0ju/hNViExpshrM61xv4=", "wrong-body")]
    public void Twilio_signs_a_field_given_twice_once_and_other_bodies_by_their_digest(string type, string body, string query, string signature, string expected) =>
        Twilio.Verify(
            new InboundRequest("POST", "https://mycompany.com/myapp.php?foo=1&bar=2" + query, [new("Content-Type", type), new("X-Twilio-Signature", signature)], Encoding.UTF8.GetBytes(body)),
            Requests.Now, ShortKey("12345")).ShouldBe(expected);

    // plivo-python, tests/resources/test_signature.py, with its token.
    [Theory]
    [InlineData("https://answer.url", "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=", "genuine")]
    [InlineData("https://answer.url?a=b", "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=", "genuine")]
    [InlineData("https://answer.url/", "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=", "wrong-signature")]
    public void Plivo_signs_the_url_without_query_and_a_nonce_in_version_2(string url, string signature, string expected) =>
        Plivo.Verify(
            new InboundRequest("POST", url, [new("X-Plivo-Signature-V2", signature), new("X-Plivo-Signature-V2-Nonce", "12345")], default),
            Requests.Now, ShortKey("my_auth_token")).ShouldBe(expected);

    // Computed by plivo-python's signature_v3.py.
    [Theory]
    [InlineData("POST", "", "From=14155550100&To=14155550199&Text=Hi+there+%26+%C3%A9&Type=sms&MessageUUID=5b40a428-bfc7-4daf-9d06-726c558bf3b8", "2VRHVlhIzNLcGWzwHSoFVBfZeaGQBVp869kr9G4U+vA=")]
    [InlineData("POST", "?b=2&a=1&a=0", "From=14155550100&To=14155550199&Text=Hi+there+%26+%C3%A9&Type=sms&MessageUUID=5b40a428-bfc7-4daf-9d06-726c558bf3b8", "ndPqL77JMlyZEqE0MPzFI+yoZyDOIaGtmjbgSUSnDug=")]
    [InlineData("GET", "?b=2&a=1", "", "Oc4X1/mQi9pArR45RQkwnDK78Pd7CCt29SV/2VbpYcc=")]
    public void Plivo_signs_url_query_form_and_nonce_in_version_3(string method, string query, string body, string signature)
    {
        const string token = "MaAuthTokenOfThirtyCharacters0";
        var request = new InboundRequest(method, Requests.Url + query,
            [
                new("Content-Type", "application/x-www-form-urlencoded"), new("X-Plivo-Signature-V3", $"AAAA{signature[4..]},{signature}"),
                new("X-Plivo-Signature-V3-Nonce", "12345"), new("X-Plivo-Signature-V2", "of no account where there is version 3"),
            ],
            Encoding.UTF8.GetBytes(body));
        Plivo.Verify(request, Requests.Now, Plivo.KeyOf(token)).ShouldBe("genuine");
        Plivo.Verify(request with { Body = Encoding.UTF8.GetBytes(body + "&x=") }, Requests.Now, Plivo.KeyOf(token)).ShouldBe("wrong-signature");
    }

    // RFC 7515, A.1.
    [Theory]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "genuine")]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", "malformed")]
    [InlineData("eBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "wrong-signature")]
    public void The_published_json_web_signature_verifies(string signature, string expected)
    {
        var profile = Json("""{ "scheme": "jwt", "mustExpire": true, "key": { "reading": "base64" } }""");
        var request = Requests.Post("", ("Authorization", $"Bearer eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.{signature}"));
        var key = profile.KeyOf("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        profile.Verify(request, DateTimeOffset.FromUnixTimeSeconds(1_300_819_379), key).ShouldBe(expected);
        if (expected == "genuine")
            profile.Verify(request, DateTimeOffset.FromUnixTimeSeconds(1_300_819_380 + 60), key).ShouldBe("stale");
    }

    // RFC 8032, 7.1: tests 1, 2, 3 and SHA(abc).
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    [InlineData("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42", "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f", "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704")]
    public void The_published_ed25519_signatures_verify(string seed, string publicKey, string message, string signature) => VerifyEd25519(seed, publicKey, message, signature);

    // Made with Python's cryptography (OpenSSL): private key, public key, message, signature.
    [Fact]
    public void Ed25519_agrees_with_openssl()
    {
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Vectors", "ed25519.txt")))
            if (line.Split(' ') is [var seed, var publicKey, var message, var signature])
                VerifyEd25519(seed, publicKey, message == "-" ? "" : message, signature);
    }

    [Fact]
    public void An_ed25519_signature_has_no_second_form_and_a_key_must_be_a_point()
    {
        var profile = Json("""{ "scheme": "signature", "key": { "reading": "public-key" }, "algorithm": "ed25519", "covers": "{body}", "header": "S", "encoding": "hex" }""");
        var key = profile.KeyOf(Convert.ToBase64String(Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")));
        const string r = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155";
        // S + L says the same to who does not look.
        profile.Verify(Requests.Post("", ("S", r + "4c8c7872aa064e049dbb3013fbf29380d25bf5f0595bbe24655141438e7a101b")), Requests.Now, key).ShouldBe("wrong-signature");
        // y = 2 is on no point; p + 1 is y = 1 written otherwise; so is every bit set.
        string[] noPoints = ["02" + new string('0', 62), "ee" + new string('f', 60) + "7f", new string('f', 64)];
        foreach (var bad in noPoints)
            profile.Verify(Requests.Post("", ("S", r + r)), Requests.Now, profile.KeyOf(Convert.ToBase64String(Convert.FromHexString(bad)))).ShouldBe("wrong-signature");
    }

    private static readonly CompiledProfile Twilio = Requests.Profile("twilio");
    private static readonly CompiledProfile Plivo = Requests.Profile("plivo");

    // What is published was computed with keys that are too short to be taken elsewhere.
    private static SigningKey ShortKey(string secret) => SigningKey.From(new KeyRules { Shortest = 1 }, secret);

    private static CompiledProfile Json(string proof) =>
        GatewayProfiles.Parse($$"""
            {
              "name": "vector", "proof": {{proof}},
              "content": { "format": "json", "events": [{ "means": "inbound", "fields": { "from": "/from", "text": "/text", "messageId": "/id" } }] },
              "duplicates": { "inbound": ["messageId"] }, "securityNote": "For tests."
            }
            """).Profile.ShouldNotBeNull().Compile();

    private static void Verify(string name, string secret, InboundRequest request) =>
        Requests.Profile(name).Verify(request, Requests.Now, Requests.Profile(name).KeyOf(secret)).ShouldBe("genuine");

    private static void VerifyEd25519(string seed, string publicKey, string message, string signature)
    {
        var profile = Json("""{ "scheme": "signature", "key": { "reading": "public-key" }, "algorithm": "ed25519", "covers": "{body}", "header": "S", "encoding": "hex" }""");
        var pair = SigningKey.FromEd25519Seed(Convert.FromHexString(seed));
        Convert.ToHexStringLower(Convert.FromBase64String(pair.ToPublicKey())).ShouldBe(publicKey);
        var request = Requests.Post(Convert.FromHexString(message));
        Proof.Sign(profile, request, pair, Requests.Now, "").Headers.ShouldContain(new HeaderLine("S", signature));

        var key = profile.KeyOf(pair.ToPublicKey());
        profile.Verify(request.Adding("S", signature), Requests.Now, key).ShouldBe("genuine");
        profile.Verify(request.Adding("S", signature[..126] + (signature[126] == '0' ? "1" : "0") + signature[127..]), Requests.Now, key).ShouldBe("wrong-signature");
        profile.Verify((request with { Body = (byte[])[.. request.Body.ToArray(), 0] }).Adding("S", signature), Requests.Now, key).ShouldBe("wrong-signature");
    }
}
