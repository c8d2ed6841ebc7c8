namespace Sms.GatewayProtocol;

/// <summary>
/// How one kind of gateway proves, writes and answers, as data: reads and writes as JSON in camel case, so that a user can write
/// one for a gateway that is not built in (<see cref="GatewayProfiles.Parse"/> says what is wrong with it).
/// </summary>
public sealed record GatewayProfile
{
    /// <summary>Its name: 1 to 63 lower-case letters, digits and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>How a request is proven genuine.</summary>
    public required ProofScheme Proof { get; init; }

    /// <summary>What the body says, and where.</summary>
    public required ContentRules Content { get; init; }

    /// <summary>What makes two deliveries the same text, or the same report.</summary>
    public required DuplicateRules Duplicates { get; init; }

    /// <summary>How this gateway wants to be answered.</summary>
    public AnswerRules Answers { get; init; } = new();

    /// <summary>How texts are sent through the gateway; null when it can only receive.</summary>
    public SendingRules? Sending { get; init; }

    /// <summary>How texts that were missed are fetched; null when the gateway offers no history.</summary>
    public HistoryRules? History { get; init; }

    /// <summary>How the gateway is asked to deliver again; null when it cannot be.</summary>
    public RedeliveryRules? Redelivery { get; init; }

    /// <summary>What the proof does not protect from, in a sentence for the person who registers an endpoint; null when nothing stands out.</summary>
    public string? SecurityNote { get; init; }

    /// <summary>Makes it ready to verify and read with. Costs some microseconds: keep the result.</summary>
    /// <exception cref="ArgumentException">The profile has problems; <see cref="GatewayProfiles.Problems"/> lists them.</exception>
    public CompiledProfile Compile() => new(this);
}

/// <summary>What makes two deliveries the same. One id is its own key; anything else becomes a digest of the fields named.</summary>
public sealed record DuplicateRules
{
    /// <summary>
    /// The fields of a text. An id where the gateway's is reliable; otherwise what makes one SMS one SMS, and among it the time it
    /// was sent: words alone would take a person's second YES for a repetition of the first. Never what differs between the ways
    /// by which a gateway delivers the same SMS.
    /// </summary>
    public required IReadOnlyList<NoticeField> Inbound { get; init; }

    /// <summary>The fields of a delivery report.</summary>
    public IReadOnlyList<NoticeField> Reports { get; init; } = [];
}

/// <summary>How a gateway wants to be answered.</summary>
public sealed record AnswerRules
{
    /// <summary>When it delivers too fast: 429, or 503 for a gateway that drops a message on any 4xx.</summary>
    public int RateLimitStatus { get; init; } = 429;

    /// <summary>Seconds to ask it to wait (<c>Retry-After</c>) with a 429 or 503, 1 to 3600.</summary>
    public int RetryAfterSeconds { get; init; } = 5;

    /// <summary>The type of the body it expects with a 200; null when it does not look at it.</summary>
    public string? SuccessContentType { get; init; }

    /// <summary>That body.</summary>
    public string? SuccessBody { get; init; }
}
