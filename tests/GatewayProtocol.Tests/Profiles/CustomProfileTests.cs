using System.Text.Json.Nodes;

namespace Sms.GatewayProtocol.Tests.Profiles;

/// <summary>Profiles that users write.</summary>
public sealed class CustomProfileTests
{
    // The Android forwarder with a template of one's own, and a signing proxy in front of it.
    private const string Mine = """
        {
          "name": "my-forwarder",
          "proof": {
            "algorithm": "hmac-sha512", "covers": "{timestamp}\n{url}\n{body}", "header": "X-Sign", "encoding": "base64",
            "key": { "reading": "hex" }, "timestamp": { "header": "X-Time", "unit": "milliseconds", "toleranceSeconds": 30 }, "scheme": "signature"
          },
          "content": {
            "format": "json", "times": "unix-milliseconds",
            "events": [{ "means": "inbound", "fields": { "from": "/from", "text": "/text", "sentAt": ["/sentStamp", "/receivedStamp"], "sim": "/sim" } }]
          },
          "duplicates": { "inbound": ["from", "sim", "text", "sentAt"] }
        }
        """;

    [Fact]
    public void A_profile_that_a_user_writes_proves_and_reads()
    {
        var profile = Parse(Mine).Compile();
        var key = profile.KeyOf(string.Concat(Enumerable.Repeat("0123456789abcdef", 4)));
        var signed = Proof.Sign(profile, Requests.Post("""{"from":"AD-BANK","text":"hi","sentStamp":1781274720000,"receivedStamp":1,"sim":"sim1"}"""), key, Requests.Now, "");
        profile.Verify(signed, Requests.Now, key).ShouldBe("genuine");
        profile.Verify(signed, Requests.Now.AddSeconds(31), key).ShouldBe("stale");
        profile.Verify(signed with { Url = Requests.Url + "?x" }, Requests.Now, key).ShouldBe("wrong-signature");
        profile.LooksAtUrl.ShouldBeTrue();
        profile.Headers.ShouldBe(["X-Time", "X-Sign", "Content-Type", "Content-Encoding"], ignoreOrder: true);
        var text = profile.ReadText(signed);
        (text.From, text.Text, text.SentAt, text.Sim).ShouldBe(("AD-BANK", "hi", Samplers.Text.SentAt, "sim1"));
        profile.Read(signed.WithBody("""{"from":"1","text":"hi","receivedStamp":"x"}""")).Reason.ShouldBe("/receivedStamp is not a Unix time");
    }

    [Fact]
    public void The_profile_in_the_documentation_can_be_used()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sms.Platform.sln")))
            folder = Path.GetDirectoryName(folder)!;
        var page = File.ReadAllText(Path.Combine(folder, "docs", "gateway-profiles.md"));
        Parse(page.Split("```json")[1].Split("```")[0]).Compile().Profile.Name.ShouldBe("my-forwarder");
        foreach (var name in Samplers.Names)
            page.ShouldContain($"| `{name}` |");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"name\":\"x\",}")]
    [InlineData("{\"name\":\"x\"}")]
    public void What_is_no_profile_is_refused(string json)
    {
        var parsed = GatewayProfiles.Parse(json);
        parsed.Profile.ShouldBeNull();
        parsed.Problems.ShouldHaveSingleItem().Reason.ShouldNotBeNullOrWhiteSpace();
    }

    /// <summary>Pointer to a value, the JSON put there (null: taken away), the pointer complained of, and words of the reason.</summary>
    public static TheoryData<string, string?, string, string> Refused => new()
    {
        { "/name", "\"My Forwarder\"", "/name", "lower-case letters" },
        { "/name", "7", "/name", "kind" },
        { "/name", "null", "/name", "null" },
        { "/name", null, "", "lacks name" },
        { "/nam", "1", "/nam", "not a field of a profile" },
        { "/proof", null, "", "lacks proof" },
        { "/proof/scheme", "\"magic\"", "/proof", "signature, jwt, first-present" },
        { "/proof/scheme", null, "/proof", "scheme" },
        { "/proof/algorithm", "\"md5\"", "/proof/algorithm", "hmac-sha256" },
        { "/proof/algorithm", "1", "/proof/algorithm", "hmac-sha256" },
        { "/proof/algorithm", "\"ed25519\"", "/proof/key/reading", "public-key" },
        { "/proof/covers", "\"{timestamp}\"", "/proof/covers", "covers nothing" },
        { "/proof/covers", "\"{body}\"", "/proof/covers", "timestamp" },
        { "/proof/covers", "\"{timestamp}{Body}\"", "/proof/covers", "in braces" },
        { "/proof/covers", "\"{timestamp}{url}\"", "/securityNote", "body" },
        { "/proof/covers", "\"{timestamp}{body}{header:a b}\"", "/proof/covers", "in braces" },
        { "/proof/timestamp", null, "/proof/timestamp", "is missing" },
        { "/proof/timestamp/toleranceSeconds", "0", "/proof/timestamp/toleranceSeconds", "1 to 86400" },
        { "/proof/timestamp/toleranceSeconds", "\"30\"", "/proof/timestamp/toleranceSeconds", "kind" },
        { "/proof/timestamp/header", "\"\"", "/proof/timestamp/header", "header" },
        { "/proof/header", "\"X Sign\"", "/proof/header", "header" },
        { "/proof/prefix", "\"\"", "/proof/prefix", "characters" },
        { "/proof/separator", "\"ab\"", "/proof/separator", "one character" },
        { "/proof/separator", "\"a\"", "/proof/separator", "no letter" },
        { "/proof/bodyDigestParameter", "\"x\"", "/proof/bodyDigestParameter", "is for signatures" },
        { "/proof/key/shortest", "4", "/proof/key/shortest", "8 to 64" },
        { "/proof/key/reading", "\"rot13\"", "/proof/key/reading", "as-written" },
        { "/content/format", "\"xml\"", "/content/format", "json, form" },
        { "/content/format", "\"form\"", "/content/events/0/fields/from", "form's field" },
        { "/content/events", "[]", "/content/events", "1 to 64" },
        { "/content/events", "[null]", "/content/events/0", "null" },
        { "/content/event", "\"event\"", "/content/event", "JSON pointer" },
        { "/content/event", "\"/event\"", "/content/events/0/is", "must name an event" },
        { "/content/events/0/is", "[\"a\"]", "/content/events", "without names" },
        { "/content/events/0/means", "\"inbound-mail\"", "/content/events/0/means", "inbound" },
        { "/content/events/0/fields/sender", "\"/x\"", "/content/events/0/fields/sender", "from, to, text" },
        { "/content/events/0/fields/from", "\"from\"", "/content/events/0/fields/from", "JSON pointer" },
        { "/content/events/0/fields/from", "\"/a~2\"", "/content/events/0/fields/from", "JSON pointer" },
        { "/content/events/0/fields/from", "\"/1/2/3/4/5/6/7/8/9\"", "/content/events/0/fields/from", "at most 8" },
        { "/content/events/0/fields/from", "[]", "/content/events/0/fields/from", "kind" },
        { "/content/events/0/fields/from", "7", "/content/events/0/fields/from", "kind" },
        { "/content/events/0/fields/from", "\"header:\"", "/content/events/0/fields/from", "header" },
        { "/content/events/0/fields/from", null, "/content/events/0/fields", "where from is" },
        { "/content/events/0/fields/text", null, "/content/events/0/fields", "where text is" },
        { "/content/events/0/needed", "[\"to\"]", "/content/events/0/needed/0", "not among the fields" },
        { "/content/events/0/each", "\"messages\"", "/content/events/0/each", "JSON pointer" },
        { "/content/events/0/envelope", "{\"to\":\"/to\"}", "/content/events/0/envelope", "each" },
        { "/content/events/0/status", "\"sent\"", "/content/events/0/status", "delivery reports" },
        { "/content/times", "\"rfc822\"", "/content/times", "unix-seconds" },
        { "/duplicates", null, "", "lacks duplicates" },
        { "/duplicates/inbound", "[]", "/duplicates/inbound", "must name" },
        { "/duplicates/inbound", "[\"from\"]", "/duplicates/inbound/0", "messageId or eventId" },
        { "/duplicates/inbound", "[\"from\",\"text\"]", "/duplicates/inbound", "same words" },
        { "/duplicates/inbound", "[\"messageId\"]", "/duplicates/inbound/0", "not among the fields" },
        { "/duplicates/inbound", "[\"text\",\"sentAt\",\"text\"]", "/duplicates/inbound/2", "twice" },
        { "/duplicates/inbound", "[\"text\",\"sentAt\",\"matchedRuleId\"]", "/duplicates/inbound/2", "none of" },
        { "/answers", "{\"rateLimitStatus\":400}", "/answers/rateLimitStatus", "429 or 503" },
        { "/answers", "{\"retryAfterSeconds\":0}", "/answers/retryAfterSeconds", "1 to 3600" },
        { "/answers", "{\"successBody\":\"x\"}", "/answers/successBody", "go together" },
        { "/answers", "{\"successBody\":\"x\",\"successContentType\":\"text\\n\"}", "/answers/successContentType", "content type" },
        { "/securityNote", "\"\"", "/securityNote", "characters" },
        { "/sending", Send("\"path\": \"send\""), "/sending/path", "slash" },
        { "/sending", Send("\"baseUrl\": \"ftp://x\""), "/sending/baseUrl", "http" },
        { "/sending", Send("\"baseUrl\": \"https://user:pass@x\""), "/sending/baseUrl", "http" },
        { "/sending", Send("\"fields\": {\"/to\":\"{to}\"}"), "/sending/fields", "{text}" },
        { "/sending", Send("\"fields\": {\"/to\":\"{to}\",\"/text\":\"{text}\",\"/x\":\"{secret}\"}"), "/sending/fields/~1x", "in braces" },
        { "/sending", Send("\"authentication\": {\"scheme\":\"header\"}"), "/sending/authentication/header", "header" },
        { "/sending", Send("\"handle\": {\"kind\":\"echo\"}"), "/sending/handle/longest", "16 to 256" },
        { "/sending", Send("\"answers\": [{\"means\":\"retry\"}]"), "/sending/answers/0", "status or an error" },
        { "/history", """{"path":"/x","query":{},"pageSize":10,"page":{"means":"inbound","each":"/data","fields":{"from":"/f","text":"/t"}}}""", "/history/page/fields", "sentAt" },
        { "/history", """{"path":"/x","query":{"a":"{secret}"},"pageSize":0,"page":{"means":"inbound","fields":{"from":"/f","text":"/t"}}}""", "/history/page", "each" },
        { "/history", """{"path":"/x","query":{},"pageSize":10,"givesUpAfterHours":0,"page":{"means":"inbound","each":"/data","fields":{"from":"/f","text":"/t","sentAt":"/s"}}}""", "/history/givesUpAfterHours", "1 to 720" },
        { "/redelivery", """{"path":"/x","fields":{"a":"{since}"}}""", "/redelivery/fields", "JSON pointers" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_profile_is_refused_with_the_field_and_the_reason(string at, string? json, string field, string reason)
    {
        var parsed = GatewayProfiles.Parse(With(at, json));
        parsed.Profile.ShouldBeNull();
        parsed.Problems.ShouldContain(p => p.Field == field && p.Reason.Contains(reason, StringComparison.Ordinal), string.Join("\n", parsed.Problems));
        foreach (var problem in parsed.Problems)
            problem.Reason.ShouldNotContain("Sms.GatewayProtocol");
    }

    [Fact]
    public void All_problems_are_told_at_once() =>
        GatewayProfiles.Parse(With("/duplicates/inbound", "[]").Replace("my-forwarder", "", StringComparison.Ordinal)).Problems.Count.ShouldBe(3);

    [Fact]
    public void A_name_written_twice_is_refused() =>
        GatewayProfiles.Parse(Mine.Replace("\"name\":", "\"name\":\"x\",\"name\":", StringComparison.Ordinal)).Problems.ShouldHaveSingleItem().Reason.ShouldBe("appears twice");

    [Fact]
    public void A_profile_that_no_user_would_write_is_not_looked_into() =>
        GatewayProfiles.Parse(Mine + new string(' ', GatewayProfiles.LongestProfile)).Problems.ShouldHaveSingleItem().Reason.ShouldContain("longer");

    [Theory]
    [InlineData("""{ "scheme": "jwt" }""", "/proof/mustExpire")]
    [InlineData("""{ "scheme": "jwt", "mustExpire": true }""", "/securityNote")]
    [InlineData("""{ "scheme": "jwt", "mustExpire": true, "leewaySeconds": 9999, "bodyDigestClaim": "h" }""", "/proof/leewaySeconds")]
    [InlineData("""{ "scheme": "jwt", "longestAgeSeconds": 0, "bodyDigestClaim": "h" }""", "/proof/longestAgeSeconds")]
    [InlineData("""{ "scheme": "jwt", "mustExpire": true, "bodyDigestClaim": "h", "key": { "reading": "public-key" } }""", "/proof/key/reading")]
    [InlineData("""{ "scheme": "first-present", "of": [] }""", "/proof/of")]
    [InlineData("""{ "scheme": "first-present", "of": [{ "algorithm": "hmac-sha256", "covers": "{body}", "header": "", "encoding": "hex" }] }""", "/proof/of/0/header")]
    public void Every_scheme_is_checked(string proof, string field) =>
        GatewayProfiles.Parse(With("/proof", proof)).Problems.ShouldContain(p => p.Field == field);

    [Fact]
    public void What_lies_in_an_array_that_is_gone_through_cannot_be_found_from_the_top() =>
        GatewayProfiles.Parse(With("/content", """
            { "format": "json", "event": "/e", "events": [
              { "is": ["one"], "means": "inbound", "fields": { "from": "/list/0/from", "text": "/text", "sentAt": "/at", "sim": "/sim" } },
              { "is": ["one", "many"], "means": "inbound", "each": "/list", "fields": { "from": "/from", "text": "/text", "sentAt": "/at", "sim": "/sim" } }] }
            """)).Problems.ShouldBe(
            [
                new ProfileProblem("/content/events/1/is/0", "is named twice"),
                new ProfileProblem("/content/events/0/fields/from", "lies in /list, which is gone through element by element"),
            ], ignoreOrder: true);

    [Fact]
    public void A_profile_with_problems_cannot_be_used() =>
        Should.Throw<ArgumentException>(() => (Parse(Mine) with { Name = "" }).Compile()).Message.ShouldContain("/name");

    [Theory]
    [InlineData(KeyReading.AsWritten, "sixteen bytes!!!", null)]
    [InlineData(KeyReading.AsWritten, "fifteen bytes!!", "shorter than 16 bytes")]
    [InlineData(KeyReading.AsWritten, "a secret with a line break behind it\n", "white space")]
    [InlineData(KeyReading.Base64, "whsec_AAECAwQFBgcICQoLDA0ODw==", null)]
    [InlineData(KeyReading.Base64, "AAECAwQFBgcICQoLDA0ODw", null)]
    [InlineData(KeyReading.Base64, "whsec_AAEC", "shorter than 16 bytes")]
    [InlineData(KeyReading.Base64, "whsec_not-base64-at-all-is-it", "not in base64")]
    [InlineData(KeyReading.Base64, "v1,whsec_AAECAwQFBgcICQoLDA0ODw==", "leave it out")] // standard-webhooks #235
    [InlineData(KeyReading.AsWrittenOrBase64, "v1,whsec_AAECAwQFBgcICQoLDA0ODw==", "leave it out")]
    [InlineData(KeyReading.Hex, "000102030405060708090a0b0c0d0e0F", null)]
    [InlineData(KeyReading.Hex, "000102030405060708090a0b0c0d0e0", "not in hexadecimal")]
    [InlineData(KeyReading.Hex, "000102030405060708090a0b0c0d0e0g", "not in hexadecimal")]
    [InlineData(KeyReading.PublicKey, "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=", null)]
    [InlineData(KeyReading.PublicKey, "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMQ==", "not 32 bytes")]
    [InlineData(KeyReading.PublicKey, "-----BEGIN PUBLIC KEY-----", "not 32 bytes")]
    public void A_secret_that_cannot_be_meant_is_refused_without_being_quoted(KeyReading reading, string secret, string? because)
    {
        if (because is null)
        {
            SigningKey.From(new KeyRules { Reading = reading }, secret).ShouldNotBeNull();
            return;
        }
        var message = Should.Throw<ArgumentException>(() => SigningKey.From(new KeyRules { Reading = reading }, secret)).Message;
        message.ShouldContain(because);
        message.ShouldNotContain(secret.Trim());
    }

    [Fact]
    public void Nobody_but_the_gateway_signs_with_a_public_key() =>
        Should.Throw<ArgumentException>(() => Proof.Sign(
            Requests.Profile("telnyx"), Requests.Post("{}"), Requests.Profile("telnyx").KeyOf("A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="), Requests.Now, ""));

    private static string Send(string instead)
    {
        var sending = JsonNode.Parse("""
            {
              "path": "/send", "authentication": { "scheme": "bearer" }, "format": "json", "fields": { "/to": "{to}", "/text": "{text}", "/ref": "{handle}" },
              "handle": { "kind": "echo", "longest": 36 }, "idAt": "/id", "answers": []
            }
            """)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse($"{{{instead}}}")!.AsObject())
            sending[name] = value?.DeepClone();
        return sending.ToJsonString();
    }

    private static GatewayProfile Parse(string json)
    {
        var parsed = GatewayProfiles.Parse(json);
        parsed.Problems.ShouldBeEmpty();
        return parsed.Profile!;
    }

    private static string With(string at, string? json)
    {
        var profile = JsonNode.Parse(Mine)!;
        var names = at[1..].Split('/');
        var parent = names[..^1].Aggregate(profile, (node, name) => node is JsonArray array ? array[int.Parse(name, null)]! : node[name]!);
        parent.AsObject().Remove(names[^1]);
        if (json is not null)
            parent[names[^1]] = JsonNode.Parse(json);
        return profile.ToJsonString();
    }
}
