namespace Sms.GatewaySimulator;

/// <summary>How the gateway misbehaves. All switches are off at first and independent of each other.</summary>
internal sealed record Behaviour
{
    public InboundBehaviour Inbound { get; init; } = new();
    public SendBehaviour Send { get; init; } = new();
    public ReportBehaviour Reports { get; init; } = new();

    /// <summary>What is wrong with a behaviour somebody asks for, or null.</summary>
    public string? Problem()
    {
        if (Inbound is null || Send is null || Reports is null)
            return "inbound, send and reports must be objects";
        foreach (var (name, value, most) in new (string, double, double)[]
        {
            ("inbound.slowMs", Inbound.SlowMs, 60_000), ("inbound.dropNext", Inbound.DropNext, int.MaxValue),
            ("inbound.dropPercent", Inbound.DropPercent, 100), ("inbound.duplicates", Inbound.Duplicates, 100),
            ("inbound.reorderMs", Inbound.ReorderMs, 60_000), ("send.slowMs", Send.SlowMs, 60_000),
            ("send.failNext", Send.FailNext, int.MaxValue), ("send.failPercent", Send.FailPercent, 100),
            ("send.acceptThenDropNext", Send.AcceptThenDropNext, int.MaxValue), ("send.retryAfterSeconds", Send.RetryAfterSeconds, 3_600),
            ("reports.slowMs", Reports.SlowMs, 60_000), ("reports.duplicates", Reports.Duplicates, 100), ("reports.failNext", Reports.FailNext, int.MaxValue),
        })
            if (!(value >= 0 && value <= most))
                return $"{name} must be from 0 to {most}";
        return null;
    }
}

/// <summary>Misbehaviour of the webhook deliveries.</summary>
/// <param name="SlowMs">Waits this long before every attempt.</param>
/// <param name="DropNext">Never delivers the next so many texts; counts down.</param>
/// <param name="DropPercent">Never delivers this share of the texts.</param>
/// <param name="Duplicates">Delivers every text this many times more than once.</param>
/// <param name="Concurrent">Delivers the copies of a text all at the same moment instead of one after the other.</param>
/// <param name="ReorderMs">Delivers every text after a random wait up to this long, without waiting for the sender's earlier ones.</param>
/// <param name="WrongSignature">Signs with a secret nobody has.</param>
/// <param name="MatchedRule">Delivers every text by the rule path as well, with a <c>matchedRuleId</c> in the body.</param>
internal sealed record InboundBehaviour(
    int SlowMs = 0, int DropNext = 0, double DropPercent = 0, int Duplicates = 0, bool Concurrent = false,
    int ReorderMs = 0, bool WrongSignature = false, bool MatchedRule = false);

/// <summary>Misbehaviour of <c>POST /v1/messages</c>.</summary>
/// <param name="SlowMs">Waits this long before answering.</param>
/// <param name="FailNext">Answers 500 to the next so many requests; counts down.</param>
/// <param name="FailPercent">Answers 500 to this share of the requests.</param>
/// <param name="NoDevice">
/// The phone is offline: Mobile API Connect answers 503 <c>no_active_device_for_tenant</c>, SMSGate takes the message, and nothing that
/// was taken leaves.
/// </param>
/// <param name="AcceptThenDropNext">Accepts the next so many messages but breaks the connection instead of saying so; counts down.</param>
/// <param name="RateLimited">Answers 429 with <c>Retry-After</c>.</param>
/// <param name="RetryAfterSeconds">What <c>Retry-After</c> says.</param>
internal sealed record SendBehaviour(
    int SlowMs = 0, int FailNext = 0, double FailPercent = 0, bool NoDevice = false, int AcceptThenDropNext = 0,
    bool RateLimited = false, int RetryAfterSeconds = 1);

/// <summary>Misbehaviour of SMSGate's delivery reports.</summary>
/// <param name="SlowMs">Waits this long before every attempt.</param>
/// <param name="Duplicates">Reports everything this many times more, each time as an event of its own.</param>
/// <param name="OutOfOrder">Reports that a text was delivered before that it was sent.</param>
/// <param name="FailNext">Reports of the next so many messages that they failed; counts down.</param>
internal sealed record ReportBehaviour(int SlowMs = 0, int Duplicates = 0, bool OutOfOrder = false, int FailNext = 0);

/// <summary>The behaviour there is now, and its countdowns.</summary>
internal sealed class Misbehaviour
{
    private readonly Lock _lock = new();

    /// <summary>It behaves differently now; called in the order it happens.</summary>
    public event Action<Behaviour>? Changed;

    public Behaviour Now
    {
        get { lock (_lock) return Current; }
        set { lock (_lock) Current = value; }
    }

    private Behaviour Current
    {
        get;
        set
        {
            field = value;
            Changed?.Invoke(value);
        }
    } = new();

    public bool DropsText()
    {
        lock (_lock)
        {
            if (Current.Inbound.DropNext == 0)
                return HappensIn(Current.Inbound.DropPercent);
            Current = Current with { Inbound = Current.Inbound with { DropNext = Current.Inbound.DropNext - 1 } };
            return true;
        }
    }

    public bool FailsSend()
    {
        lock (_lock)
        {
            if (Current.Send.FailNext == 0)
                return HappensIn(Current.Send.FailPercent);
            Current = Current with { Send = Current.Send with { FailNext = Current.Send.FailNext - 1 } };
            return true;
        }
    }

    public bool DropsConnection()
    {
        lock (_lock)
        {
            if (Current.Send.AcceptThenDropNext == 0)
                return false;
            Current = Current with { Send = Current.Send with { AcceptThenDropNext = Current.Send.AcceptThenDropNext - 1 } };
            return true;
        }
    }

    public bool FailsReport()
    {
        lock (_lock)
        {
            if (Current.Reports.FailNext == 0)
                return false;
            Current = Current with { Reports = Current.Reports with { FailNext = Current.Reports.FailNext - 1 } };
            return true;
        }
    }

    private static bool HappensIn(double percent) => Random.Shared.NextDouble() * 100 < percent;
}
