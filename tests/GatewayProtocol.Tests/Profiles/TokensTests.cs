using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sms.GatewayProtocol.Tests.Profiles;

/// <summary>JSON Web Tokens that are signed with the right key and are still not good enough.</summary>
public sealed class TokensTests
{
    [Theory]
    [InlineData("""{"alg":"none"}""", """{"exp":1781275350,"nbf":0,"iat":0,"aud":"https://sms.example.com/hooks/shop"}""", "wrong-algorithm")]
    [InlineData("""{"alg":"HS512"}""", """{"exp":1781275350,"aud":"https://sms.example.com/hooks/shop"}""", "wrong-algorithm")]
    [InlineData("""{"alg":"HS256","crit":["x"]}""", """{"exp":1781275350,"aud":"https://sms.example.com/hooks/shop"}""", "wrong-algorithm")]
    [InlineData("""{"alg":7}""", "{}", "wrong-algorithm")]
    [InlineData("""{"alg":"HS256","alg":"none"}""", "{}", "malformed")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1781275350,"aud":"https://sms.example.com/hooks/other","aud":"https://sms.example.com/hooks/shop"}""", "malformed")]
    [InlineData("[]", "{}", "malformed")]
    [InlineData("""{"alg":"HS256"}""", "[]", "malformed")]
    [InlineData("""{"alg":"HS256"}""", """{"aud":"https://sms.example.com/hooks/shop"}""", "malformed")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":"1781275350","aud":"https://sms.example.com/hooks/shop"}""", "malformed")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1e99,"aud":"https://sms.example.com/hooks/shop"}""", "malformed")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1781275350}""", "wrong-audience")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1781275350,"aud":["https://sms.example.com/hooks/other"]}""", "wrong-audience")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1781275350,"aud":{"url":"https://sms.example.com/hooks/shop"}}""", "wrong-audience")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1781275350,"aud":["x",7,"HTTPS://SMS.example.com:443/hooks/shop"]}""", "genuine")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1781275350.5,"nbf":1781274810,"aud":"https://sms.example.com/hooks/shop"}""", "genuine")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1781275350,"nbf":1781274811,"aud":"https://sms.example.com/hooks/shop"}""", "from-the-future")]
    [InlineData("""{"alg":"HS256"}""", """{"exp":1781274690,"aud":"https://sms.example.com/hooks/shop"}""", "stale")]
    public void A_token_must_be_for_this_url_and_this_time_and_of_this_algorithm(string head, string claims, string expected) => Verified(head, claims).ShouldBe(expected);

    [Theory]
    [InlineData(100)]
    [InlineData(2_000)]
    [InlineData(10_000)]
    public void A_token_may_be_nested_as_deep_as_it_likes_and_is_malformed(int levels)
    {
        var nested = "{\"x\":" + new string('[', levels) + new string(']', levels) + "}";
        Verified("""{"alg":"HS256"}""", nested).ShouldBe("malformed");
        Verified(nested, "{}").ShouldBe("malformed");
    }

    private static string Verified(string head, string claims)
    {
        var profile = Requests.Profile("httpsms");
        const string secret = "a-signing-key-of-24-chars";
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(head))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed));
        var request = Requests.Post("{}", ("Authorization", $"bearer {signed}.{Base64Url.EncodeToString(mac)}"));
        return profile.Verify(request, Requests.Now, profile.KeyOf(secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Bearer a.b")]
    [InlineData("Bearer a.b.c.d")]
    [InlineData("Bearer ..")]
    [InlineData("Bearer e30.e30.")]
    [InlineData("Bearer e30=.e30.AAAA")]
    [InlineData("Bearer e 30.e30.AAAA")]
    [InlineData("Basic e30.e30.AAAA")]
    public void What_is_no_token_is_malformed(string header) =>
        Requests.Profile("httpsms").Verify(Requests.Post("{}", ("Authorization", header)), Requests.Now, Samplers.Key(Requests.Profile("httpsms")))
            .ShouldBeOneOf("malformed", "wrong-algorithm");

    [Fact]
    public void A_token_longer_than_any_is_not_looked_into() =>
        Requests.Profile("httpsms").Verify(
            Requests.Post("{}", ("Authorization", "Bearer " + new string('e', 9000) + ".e30.AAAA")), Requests.Now, Samplers.Key(Requests.Profile("httpsms"))).ShouldBe("malformed");

    [Fact]
    public void Vonage_proves_the_body_by_its_digest()
    {
        var profile = Requests.Profile("vonage-messages");
        profile.Verify(Samplers.Genuine(profile) with { Body = "{}"u8.ToArray() }, Requests.Now, Samplers.Key(profile)).ShouldBe("wrong-body");
    }
}
