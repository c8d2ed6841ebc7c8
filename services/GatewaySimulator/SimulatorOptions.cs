namespace Sms.GatewaySimulator;

/// <summary>The settings under <c>Simulator</c>.</summary>
internal sealed class SimulatorOptions
{
    /// <summary>The API key callers of <c>/v1</c> present; in development <c>sk_live_development000…</c>, 40 characters after <c>sk_live_</c>.</summary>
    public string ApiKey { get; init; } = "sk_live_" + "development".PadRight(40, '0');

    /// <summary>The key that SMSGate's phone signs its reports with; on a real phone a setting of the app.</summary>
    public string SigningKey { get; init; } = "development-signing-key";

    /// <summary>Where the webhook, its secret and the messages are kept, one JSON entry a line; without it a restart forgets them.</summary>
    public string? StateFile { get; init; }

    /// <summary>How many messages are kept; the oldest are forgotten first.</summary>
    public int KeepMessages { get; init; } = 50_000;

    /// <summary>Lets webhooks go to public addresses too. Off, because whoever can register one could make this machine call anywhere.</summary>
    public bool AllowAnyTarget { get; init; }

    /// <summary>Deliveries posted at the same time.</summary>
    public int Parallel { get; init; } = 16;

    /// <summary>Attempts before a delivery is given up. The real gateway publishes neither this nor its delays.</summary>
    public int MaxAttempts { get; init; } = 50;

    /// <summary>Milliseconds before the second attempt; doubles with each further one.</summary>
    public int RetryBaseMs { get; init; } = 500;

    /// <summary>The longest wait between two attempts, in milliseconds.</summary>
    public int RetryCapMs { get; init; } = 10_000;

    /// <summary>Milliseconds the receiver of a webhook has to answer.</summary>
    public int TimeoutMs { get; init; } = 10_000;

    /// <summary>Milliseconds between accepting a message and its arrival on the customer's phone.</summary>
    public int PhoneDelayMs { get; init; } = 300;

    /// <summary>Origins that may show the phone's page in a frame of theirs, with spaces between them; without one nobody may.</summary>
    public string? Console { get; init; }

    /// <summary>The Ingress it connects itself to when it starts; without one it waits to be connected.</summary>
    public IngressOptions Ingress { get; init; } = new();

    internal string[] Origins => Console?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <exception cref="InvalidOperationException">A setting makes no sense; says which.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(ApiKey))
            throw new InvalidOperationException("Simulator:ApiKey must not be empty.");
        if (string.IsNullOrWhiteSpace(SigningKey))
            throw new InvalidOperationException("Simulator:SigningKey must not be empty.");
        if (Ingress.Url is { } url && !(url.IsAbsoluteUri && url.Scheme is "http" or "https"))
            throw new InvalidOperationException("Simulator:Ingress:Url must be an http or https URL.");
        if (!Origins.All(IsOrigin))
            throw new InvalidOperationException("Simulator:Console must be origins such as http://127.0.0.1:8080, with spaces between them.");
        foreach (var (name, value, least) in new[]
        {
            (nameof(KeepMessages), KeepMessages, 1), (nameof(Parallel), Parallel, 1), (nameof(MaxAttempts), MaxAttempts, 1),
            (nameof(RetryBaseMs), RetryBaseMs, 1), (nameof(RetryCapMs), RetryCapMs, 1), (nameof(TimeoutMs), TimeoutMs, 1),
            (nameof(PhoneDelayMs), PhoneDelayMs, 0),
        })
            if (value < least)
                throw new InvalidOperationException($"Simulator:{name} must be {least} or more.");
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") && url.GetLeftPart(UriPartial.Authority) == text;
}

/// <summary>The settings under <c>Simulator:Ingress</c>.</summary>
internal sealed class IngressOptions
{
    /// <summary>Where Ingress answers, without a path.</summary>
    public Uri? Url { get; init; }

    /// <summary>An API key of Ingress that may register endpoints.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The endpoint's name.</summary>
    public string Endpoint { get; init; } = "sms";

    /// <summary>The simulated phone's own number.</summary>
    public string? Number { get; init; }
}
