using System.Text.RegularExpressions;

namespace Sms.GatewayProtocol;

/// <summary>Everything a profile must be besides JSON of the right shape.</summary>
internal sealed partial class ProfileRules
{
    private readonly List<ProfileProblem> _problems = [];

    public static IReadOnlyList<ProfileProblem> Check(GatewayProfile profile)
    {
        var rules = new ProfileRules();
        rules.Expect(Name().IsMatch(profile.Name), "/name", "must be 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit");
        rules.CheckProof(profile.Proof, "/proof", profile.SecurityNote is not null);
        rules.Expect(profile.Proof.Key.Shortest is >= 8 and <= 64, "/proof/key/shortest", "must be 8 to 64");
        rules.CheckContent(profile.Content);
        rules.CheckDuplicates(profile);
        rules.CheckAnswers(profile.Answers);
        if (profile.Sending is { } sending)
            rules.CheckSending(sending);
        if (profile.History is { } history)
            rules.CheckHistory(history, profile);
        if (profile.Redelivery is { } redelivery)
            rules.CheckRedelivery(redelivery, profile);
        rules.Expect(profile.SecurityNote is null or { Length: > 0 and <= 1000 }, "/securityNote", "must be 1 to 1000 characters");
        return rules._problems;
    }

    private bool Expect(bool met, string pointer, string reason)
    {
        if (!met)
            _problems.Add(new ProfileProblem(pointer, reason));
        return met;
    }

    private void CheckProof(ProofScheme? proof, string at, bool noted)
    {
        switch (proof)
        {
            case ProofScheme.Signature signature:
                CheckSignature(signature, signature.Key, at, noted);
                break;
            case ProofScheme.Token token:
                Expect(HeaderName().IsMatch(token.Header), $"{at}/header", "is not the name of a header");
                Expect(token.Prefix.Length <= 32, $"{at}/prefix", "is longer than 32 characters");
                Expect(token.LeewaySeconds is >= 0 and <= 600, $"{at}/leewaySeconds", "must be 0 to 600");
                Expect(token.LongestAgeSeconds is null or (>= 1 and <= 604_800), $"{at}/longestAgeSeconds", "must be 1 to 604800");
                Expect(token.MustExpire || token.LongestAgeSeconds is not null, $"{at}/mustExpire", "must be true where no longestAgeSeconds is given: the token would count for ever");
                Expect(token.BodyDigestClaim is not null || noted, "/securityNote", "must say that the proof does not cover the body");
                Expect(token.Key.Reading is KeyReading.AsWritten or KeyReading.Base64 or KeyReading.Hex, $"{at}/key/reading", "must be as-written, base64 or hex for a token");
                break;
            case ProofScheme.FirstPresent several:
                Expect(several.Of.Count is >= 1 and <= 4, $"{at}/of", "must be 1 to 4 schemes");
                for (var i = 0; i < several.Of.Count; i++)
                    if (Expect(several.Of[i] is not null, $"{at}/of/{i}", "is null"))
                        CheckSignature(several.Of[i], several.Key, $"{at}/of/{i}", noted);
                break;
        }
    }

    private void CheckSignature(ProofScheme.Signature signature, KeyRules key, string at, bool noted)
    {
        Expect(HeaderName().IsMatch(signature.Header), $"{at}/header", "is not the name of a header");
        Expect(signature.Prefix is null or { Length: >= 1 and <= 32 }, $"{at}/prefix", "must be 1 to 32 characters");
        Expect(signature.Separator is null or { Length: 1 } && !char.IsAsciiLetterOrDigit((signature.Separator ?? " ")[0]),
            $"{at}/separator", "must be one character that is no letter and no digit");
        Expect((signature.Algorithm is SignatureAlgorithm.Ed25519) == (key.Reading is KeyReading.PublicKey),
            $"{at}/key/reading", "must be public-key with ed25519, and only with it");

        var left = SignedBytes.Placeholder().Replace(signature.Covers, "");
        Expect(signature.Covers.Length <= 500 && !left.AsSpan().ContainsAny('{', '}'), $"{at}/covers",
            "names something in braces that is none of body, timestamp, header:<name>, url, url-without-query, sorted-form, plivo-v3");
        bool Holds(string part) => signature.Covers.Contains($"{{{part}}}", StringComparison.Ordinal);
        Expect(Holds("body") || Holds("sorted-form") || Holds("plivo-v3") || noted, "/securityNote", "must say that the proof does not cover the body");
        Expect(Holds("body") || Holds("url") || Holds("url-without-query") || Holds("plivo-v3"), $"{at}/covers", "covers nothing of the request");
        Expect(!Holds("timestamp") || signature.Timestamp is not null, $"{at}/timestamp", "is missing, and covers holds {timestamp}");
        Expect(signature.BodyDigestParameter is null || (Holds("url") && Holds("sorted-form")), $"{at}/bodyDigestParameter", "is for signatures that cover {url} and {sorted-form}");
        if (signature.Timestamp is { } timestamp)
        {
            Expect(HeaderName().IsMatch(timestamp.Header), $"{at}/timestamp/header", "is not the name of a header");
            Expect(timestamp.ToleranceSeconds is >= 1 and <= 86_400, $"{at}/timestamp/toleranceSeconds", "must be 1 to 86400");
            Expect(Holds("timestamp") || Holds($"header:{timestamp.Header}"), $"{at}/covers", "does not cover the timestamp, so anybody could change it");
        }
    }

    private void CheckAnswers(AnswerRules answers)
    {
        Expect(answers.RateLimitStatus is 429 or 503, "/answers/rateLimitStatus", "must be 429 or 503");
        Expect(answers.RetryAfterSeconds is >= 1 and <= 3600, "/answers/retryAfterSeconds", "must be 1 to 3600");
        Expect(answers.SuccessBody is null == answers.SuccessContentType is null, "/answers/successBody", "and successContentType go together");
        Expect(answers.SuccessBody is null or { Length: <= 1000 }, "/answers/successBody", "is longer than 1000 characters");
        Expect(answers.SuccessContentType is null || ContentType().IsMatch(answers.SuccessContentType), "/answers/successContentType", "is not a content type");
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex Name();

    // A token of RFC 9110, 5.6.2.
    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$")]
    private static partial Regex HeaderName();

    [GeneratedRegex(@"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(; ?charset=[A-Za-z0-9-]+)?$")]
    private static partial Regex ContentType();
}
