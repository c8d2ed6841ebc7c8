namespace Sms.GatewayProtocol;

/// <summary>Why a request was not proven genuine. For logs, metrics and the endpoint's owner; a stranger is told nothing but 401.</summary>
public enum Rejection
{
    /// <summary>It was.</summary>
    None,

    /// <summary>A header that the proof needs is missing.</summary>
    MissingHeader,

    /// <summary>Such a header came twice: which of them a proxy or a later version looks at is anybody's guess.</summary>
    DoubledHeader,

    /// <summary>Such a header does not hold what it should.</summary>
    Malformed,

    /// <summary>The token names another algorithm than the one expected.</summary>
    WrongAlgorithm,

    /// <summary>The signature belongs to other bytes, or to another key.</summary>
    WrongSignature,

    /// <summary>Signed correctly, but over another body.</summary>
    WrongBody,

    /// <summary>Signed correctly, but not for this URL.</summary>
    WrongAudience,

    /// <summary>Signed correctly, but too long ago.</summary>
    Stale,

    /// <summary>Signed correctly, but for a time that has not come.</summary>
    FromTheFuture,

    /// <summary>There is no key to prove anything with.</summary>
    NoKey,

    /// <summary>The body is compressed (<c>Content-Encoding</c>): to be answered 415.</summary>
    Compressed,
}

/// <summary>Whether a request is genuine.</summary>
/// <param name="Rejection">Why not.</param>
/// <param name="Key">Which of the keys proved it, from 0; -1 where none did.</param>
public readonly record struct ProofResult(Rejection Rejection, int Key)
{
    private static readonly string[] Codes =
        [.. Enum.GetNames<Rejection>().Select(System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName)];

    /// <summary>Whether it was proven genuine.</summary>
    public bool IsGenuine => Rejection == Rejection.None && Key >= 0;

    /// <summary>The rejection as a word for metrics and lists: <c>wrong-signature</c>, <c>stale</c> …</summary>
    public string Code => Codes[(int)Rejection];

    internal static ProofResult Genuine(int key) => new(Rejection.None, key);

    internal static ProofResult Rejected(Rejection rejection) => new(rejection, -1);
}

/// <summary>One step of a proof, for the person who sets an endpoint up. Holds what a forger would like to know: for administrators only.</summary>
/// <param name="Step">What was looked at.</param>
/// <param name="Ok">Whether it was as it should be.</param>
/// <param name="Expected">What it should have been.</param>
/// <param name="Found">What it was.</param>
public sealed record ProofStep(string Step, bool Ok, string? Expected = null, string? Found = null);
