namespace Sms.GatewayProtocol;

/// <summary>
/// How a text is sent through the gateway. Templates hold <c>{to}</c>, <c>{from}</c>, <c>{text}</c>, <c>{handle}</c> (ours, see
/// <see cref="Handle"/>), <c>{device}</c>, <c>{sim}</c>, <c>{account}</c> (the user name or account id) and <c>{callback}</c>.
/// </summary>
public sealed record SendingRules
{
    /// <summary>Where the gateway's API is unless the endpoint says otherwise, without a slash at the end; null when each user has their own.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>The path to POST to.</summary>
    public required string Path { get; init; }

    /// <summary>How it knows who sends.</summary>
    public required SendingAuthentication Authentication { get; init; }

    /// <summary>How the body is written.</summary>
    public required BodyFormat Format { get; init; }

    /// <summary>
    /// What it holds: JSON pointer or form field to template. A field whose template names something that there is not is left out.
    /// In JSON every value is a string, but for the templates <c>true</c> and <c>false</c>, and <c>{sim}</c> where it is digits.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }

    /// <summary>How numbers are written in it.</summary>
    public NumberFormat Numbers { get; init; } = NumberFormat.Plus;

    /// <summary>The most characters (UTF-16 units) a text may have; null when the gateway names no limit.</summary>
    public int? LongestText { get; init; }

    /// <summary>What the gateway makes of an id of ours.</summary>
    public required SendingHandle Handle { get; init; }

    /// <summary>JSON pointer to the gateway's id of the text, in its answer.</summary>
    public required string IdAt { get; init; }

    /// <summary>JSON pointers to the code of what is wrong, in an answer that refuses; the first that is there counts.</summary>
    public IReadOnlyList<string> ErrorAt { get; init; } = [];

    /// <summary>What answers mean: the first that fits. One that none fits means what <see cref="SendingAnswers.Of"/> says.</summary>
    public required IReadOnlyList<SendingAnswer> Answers { get; init; }
}

/// <summary>How a gateway knows who sends.</summary>
/// <param name="Scheme">How the credentials are shown.</param>
/// <param name="Header">The header, with <see cref="AuthenticationScheme.Header"/>.</param>
public sealed record SendingAuthentication(AuthenticationScheme Scheme, string? Header = null);

/// <summary>How credentials are shown.</summary>
public enum AuthenticationScheme
{
    /// <summary><c>Authorization: Bearer</c> (RFC 6750).</summary>
    Bearer,

    /// <summary><c>Authorization: Basic</c> (RFC 7617), user name and password.</summary>
    Basic,

    /// <summary>The key in a header of its own.</summary>
    Header,
}

/// <summary>How numbers are written.</summary>
public enum NumberFormat
{
    /// <summary>E.164 with <c>+</c>.</summary>
    Plus,

    /// <summary>The same digits without it.</summary>
    Digits,
}

/// <summary>An id of ours that goes along with a text.</summary>
/// <param name="Kind">What the gateway makes of it.</param>
/// <param name="Longest">The most characters it may have; 0 when there is none.</param>
public sealed record SendingHandle(HandleKind Kind, int Longest = 0);

/// <summary>What a gateway makes of an id of ours.</summary>
public enum HandleKind
{
    /// <summary>There is no place for one: asking twice texts twice.</summary>
    None,

    /// <summary>It is echoed in reports, but asking twice texts twice.</summary>
    Echo,

    /// <summary>Asking twice with the same id texts once.</summary>
    Idempotent,
}

/// <summary>What an answer means. Names a status, an error, or both.</summary>
public sealed record SendingAnswer
{
    /// <summary>The HTTP status; null for any.</summary>
    public int? Status { get; init; }

    /// <summary>The code found at <see cref="SendingRules.ErrorAt"/>; null for any.</summary>
    public string? Error { get; init; }

    /// <summary>What it means.</summary>
    public required SendingMeaning Means { get; init; }
}

/// <summary>What an answer means to the text.</summary>
public enum SendingMeaning
{
    /// <summary>The gateway has it.</summary>
    Accepted,

    /// <summary>Worth trying again.</summary>
    Retry,

    /// <summary>No phone is online: worth trying when one may be.</summary>
    WaitForDevice,

    /// <summary>It will never go.</summary>
    GiveUp,

    /// <summary>The recipient has opted out with the gateway or the carrier, which we did not know.</summary>
    BlockedByRecipient,

    /// <summary>The credentials are refused: nothing goes until a person has seen to it.</summary>
    Unauthorised,
}

/// <summary>Reads the table of answers.</summary>
public static class SendingAnswers
{
    /// <summary>
    /// What an answer means. One that the table does not name means what its status says in HTTP (RFC 9110): 2xx accepted; 401 and 403
    /// unauthorised; 408, 425, 429 and 5xx to be tried again; everything else given up.
    /// </summary>
    /// <param name="rules">The gateway's.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">The code in the answer, if there is one.</param>
    public static SendingMeaning Of(SendingRules rules, int status, string? error)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return Named(rules, status, error) ?? status switch
        {
            >= 200 and < 300 => SendingMeaning.Accepted,
            401 or 403 => SendingMeaning.Unauthorised,
            408 or 425 or 429 or >= 500 => SendingMeaning.Retry,
            _ => SendingMeaning.GiveUp,
        };
    }

    /// <summary>What the gateway's own table says about an answer; null when it does not name it.</summary>
    /// <param name="rules">The gateway's.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">The code in the answer, if there is one.</param>
    public static SendingMeaning? Named(SendingRules rules, int status, string? error)
    {
        ArgumentNullException.ThrowIfNull(rules);
        foreach (var answer in rules.Answers)
            if ((answer.Status is null || answer.Status == status) && (answer.Error is null || answer.Error == error))
                return answer.Means;
        return null;
    }
}
