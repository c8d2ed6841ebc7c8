using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sms.GatewaySimulator;

/// <summary>
/// Everything the gateway remembers. What happens is applied in memory and appended to the state file in one step; at start
/// the file is read back and rewritten to what is still remembered.
/// </summary>
internal sealed partial class GatewayState : IDisposable
{
    private const int MostAttempts = 100;

    private static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private readonly SimulatorOptions _options;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RememberedText> _texts = [];
    private readonly Dictionary<string, (MessageAccepted Accepted, MessageLanded? Landed, MessageState State)> _messages = [];
    private readonly List<MessageAccepted> _sent = [];
    private readonly Dictionary<string, List<PhoneMessage>> _phones = [];
    private readonly Dictionary<string, DateTimeOffset> _lastText = [];
    private readonly Dictionary<string, ReportHookSet> _reportHooks = [];
    private readonly int[] _counts = new int[Enum.GetValues<DeliveryStatus>().Length];
    private WebhookSet? _webhook;
    private long _cursor;
    private StreamWriter? _file;
    private int _lines;

    private sealed class RememberedText(TextWritten written)
    {
        public TextWritten Written { get; } = written;
        public DeliveryStatus Status { get; set; }
        public Queue<Attempt> Attempts { get; } = [];
        public int Tries { get; set; }
    }

    public GatewayState(SimulatorOptions options, ILogger<GatewayState> logger)
    {
        _options = options;
        if (options.StateFile is null)
            return;

        var damaged = 0;
        if (File.Exists(options.StateFile))
            foreach (var line in File.ReadLines(options.StateFile))
                if (Parse(line) is { } entry)
                    Apply(entry);
                else
                    damaged++;
        // A crash in the middle of a write leaves one half line, the last.
        if (damaged > 0)
            logger.LogWarning("The state file had {Lines} lines that cannot be read; they are gone.", damaged);
        ForgetOldest();
        Compact();
    }

    /// <summary>Where texts go, if anywhere.</summary>
    public WebhookSet? Webhook
    {
        get { lock (_lock) return _webhook; }
    }

    /// <summary>Registers the webhook. The secret is made the first time and stays.</summary>
    public WebhookSet SetWebhook(string url, bool enabled)
    {
        lock (_lock)
        {
            var set = new WebhookSet(url, enabled, _webhook?.Secret ?? "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)));
            if (set != _webhook)
                Record(set);
            return set;
        }
    }

    /// <summary>Where SMSGate's events are reported.</summary>
    public IReadOnlyList<ReportHookSet> ReportHooks
    {
        get { lock (_lock) return [.. _reportHooks.Values]; }
    }

    /// <summary>Reports an event to a URL, in place of whatever had this id.</summary>
    public ReportHookSet SetReportHook(string id, string url, string name)
    {
        lock (_lock)
        {
            var hook = new ReportHookSet(id, url, name);
            Record(hook);
            return hook;
        }
    }

    /// <summary>Stops reporting an event there.</summary>
    public void RemoveReportHook(string id)
    {
        lock (_lock)
            if (_reportHooks.ContainsKey(id))
                Record(new ReportHookRemoved(id));
    }

    /// <summary>A customer texts. Each text of one sender is at least a millisecond later than the one before, as on a real phone.</summary>
    public TextWritten WriteText(string from, string to, string text, DateTimeOffset? at)
    {
        lock (_lock)
        {
            if (at is null)
            {
                var (now, last) = (Milliseconds(DateTimeOffset.UtcNow), _lastText.GetValueOrDefault(from));
                at = _lastText[from] = now > last ? now : last.AddMilliseconds(1);
            }
            var written = new TextWritten(NextCursor(), NewId("text_"), from, to, text, Milliseconds(at.Value));
            Record(written);
            return written;
        }
    }

    public void Attempted(string textId, Attempt attempt)
    {
        lock (_lock)
        {
            if (!_texts.TryGetValue(textId, out var text))
                return;
            text.Attempts.Enqueue(attempt);
            text.Tries++;
            if (text.Attempts.Count > MostAttempts)
                text.Attempts.Dequeue();
            Changed?.Invoke(textId);
        }
    }

    public void Settle(string textId, DeliveryStatus status)
    {
        lock (_lock)
            if (_texts.ContainsKey(textId))
                Record(new TextSettled(textId, status));
    }

    public bool IsPending(string textId)
    {
        lock (_lock)
            return _texts.TryGetValue(textId, out var text) && text.Status == DeliveryStatus.Pending;
    }

    /// <summary>The texts whose delivery is not over, oldest first.</summary>
    public IReadOnlyList<TextWritten> PendingTexts()
    {
        lock (_lock)
            return [.. _texts.Values.Where(t => t.Status == DeliveryStatus.Pending).Select(t => t.Written).OrderBy(t => t.Cursor)];
    }

    public TextDelivery? Delivery(string textId)
    {
        lock (_lock)
            return _texts.TryGetValue(textId, out var text) ? new TextDelivery(textId, text.Status, [.. text.Attempts]) : null;
    }

    /// <summary>How many remembered texts have which status.</summary>
    public int Count(DeliveryStatus status)
    {
        lock (_lock)
            return _counts[(int)status];
    }

    /// <summary>Whether a message with this id was accepted before.</summary>
    public bool Knows(string messageId)
    {
        lock (_lock)
            return _messages.ContainsKey(messageId);
    }

    /// <summary>Accepts a message; with an id of the caller's, what becomes of it is reported.</summary>
    public MessageAccepted AcceptMessage(string to, string text, string? reference, string? id = null)
    {
        lock (_lock)
        {
            if (id is not null && _messages.TryGetValue(id, out var before))
                return before.Accepted;
            var accepted = new MessageAccepted(
                NextCursor(), id ?? NewId("msg_"), to, text, Milliseconds(DateTimeOffset.UtcNow), reference, Reported: id is not null);
            Record(accepted);
            return accepted;
        }
    }

    /// <returns>Whether it has not been there already.</returns>
    public bool LandMessage(string id)
    {
        lock (_lock)
        {
            if (!_messages.TryGetValue(id, out var message) || message.Landed is not null)
                return false;
            Record(new MessageLanded(NextCursor(), id, Milliseconds(DateTimeOffset.UtcNow)));
            return true;
        }
    }

    /// <summary>The messages that have not arrived on their phone, oldest first.</summary>
    public IReadOnlyList<MessageAccepted> QueuedMessages()
    {
        lock (_lock)
            return [.. _sent.Where(m => _messages[m.Id].Landed is null)];
    }

    /// <summary>What a customer's phone shows after a cursor, oldest first.</summary>
    public IReadOnlyList<PhoneMessage> OnPhone(string number, long after, int limit)
    {
        lock (_lock)
            return _phones.TryGetValue(number, out var phone) ? After(phone, m => m.Cursor, after, limit) : [];
    }

    /// <summary>What was sent through <c>/v1/messages</c> after a cursor, oldest first.</summary>
    public IReadOnlyList<SentMessage> Sent(long after, int limit)
    {
        lock (_lock)
            return [.. After(_sent, m => m.Cursor, after, limit)
                .Select(m => new SentMessage(m.Cursor, m.Id, m.To, m.Text, m.Ref, m.At, _messages[m.Id].Landed?.At))];
    }

    /// <summary>Forgets every text and message, also those still on their way.</summary>
    public void Clear()
    {
        lock (_lock)
            Record(new Cleared());
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    /// <summary>The one form a number is kept in: as the gateway's webhooks write it, without <c>+</c>.</summary>
    public static string WithoutPlus(string number) => number.StartsWith('+') ? number[1..] : number;

    private void Record(Entry entry)
    {
        if (_file is not null)
        {
            _file.WriteLine(Serialize(entry));
            _file.Flush();
            _lines++;
        }
        Apply(entry);
        if (_texts.Count + _sent.Count > _options.KeepMessages * 5L / 4)
            ForgetOldest();
        if (_lines > 1_000 + _options.KeepMessages * 5L)
            Compact();
        Announce(entry);
    }

    private void Apply(Entry entry)
    {
        switch (entry)
        {
            case WebhookSet set:
                _webhook = set;
                break;
            case ReportHookSet hook:
                _reportHooks[hook.Id] = hook;
                break;
            case ReportHookRemoved removed:
                _reportHooks.Remove(removed.Id);
                break;
            case TextWritten written:
                _texts[written.Id] = new RememberedText(written);
                _counts[(int)DeliveryStatus.Pending]++;
                PhoneOf(written.From).Add(new PhoneMessage(written.Cursor, written.Id, "sent", written.Text, written.At, written.To));
                _numbers.Add(written.To);
                _cursor = Math.Max(_cursor, written.Cursor);
                break;
            case TextSettled settled when _texts.TryGetValue(settled.Id, out var text):
                _counts[(int)text.Status]--;
                _counts[(int)settled.Status]++;
                text.Status = settled.Status;
                break;
            case MessageAccepted accepted:
                _messages[accepted.Id] = (accepted, null, MessageState.OnItsWay);
                _sent.Add(accepted);
                _cursor = Math.Max(_cursor, accepted.Cursor);
                break;
            case MessageLanded landed when _messages.TryGetValue(landed.Id, out var message):
                _messages[landed.Id] = (message.Accepted, landed, MessageState.Received);
                var customer = WithoutPlus(message.Accepted.To);
                PhoneOf(customer).Add(
                    new PhoneMessage(landed.Cursor, landed.Id, "received", message.Accepted.Text, landed.At, NumberTexting(customer)));
                _cursor = Math.Max(_cursor, landed.Cursor);
                break;
            case Cleared:
                _texts.Clear();
                _messages.Clear();
                _sent.Clear();
                _phones.Clear();
                _numbers.Clear();
                Array.Clear(_counts);
                break;
        }
    }

    /// <summary>Forgets the oldest of what is over until no more than the limit is left. What is on its way is never forgotten.</summary>
    private void ForgetOldest()
    {
        var tooMany = _texts.Count + _sent.Count - _options.KeepMessages;
        if (tooMany <= 0)
            return;
        var oldest = _texts.Values.Where(t => t.Status != DeliveryStatus.Pending).Select(t => (t.Written.Cursor, t.Written.Id))
            .Concat(_messages.Values.Where(m => m.Landed is not null).Select(m => (m.Accepted.Cursor, m.Accepted.Id)))
            .OrderBy(m => m.Cursor).Take(tooMany).Select(m => m.Id).ToHashSet();

        foreach (var id in oldest)
            if (_texts.Remove(id, out var text))
                _counts[(int)text.Status]--;
            else
                _messages.Remove(id);
        _sent.RemoveAll(m => oldest.Contains(m.Id));
        foreach (var (number, phone) in _phones)
            if (phone.RemoveAll(m => oldest.Contains(m.Id)) > 0 && phone.Count == 0)
            {
                _phones.Remove(number);
                _lastText.Remove(number);
            }
    }

    /// <summary>Writes the file anew with only what is still remembered.</summary>
    private void Compact()
    {
        if (_options.StateFile is not { } path)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var access = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            access.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // It holds the signing secret.
        var entries = Remembered().OrderBy(e => e.Cursor).Select(e => e.Entry).ToList();
        using (var compacted = new StreamWriter(path + ".new", access))
            foreach (var entry in entries)
                compacted.WriteLine(Serialize(entry));
        _file?.Dispose();
        File.Move(path + ".new", path, overwrite: true);
        _file = new StreamWriter(path, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read });
        _lines = entries.Count;
    }

    private IEnumerable<(long Cursor, Entry Entry)> Remembered()
    {
        if (_webhook is not null)
            yield return (0, _webhook);
        foreach (var hook in _reportHooks.Values)
            yield return (0, hook);
        foreach (var text in _texts.Values)
        {
            yield return (text.Written.Cursor, text.Written);
            if (text.Status != DeliveryStatus.Pending)
                yield return (text.Written.Cursor, new TextSettled(text.Written.Id, text.Status));
        }
        foreach (var (accepted, landed, _) in _messages.Values)
        {
            yield return (accepted.Cursor, accepted);
            if (landed is not null)
                yield return (landed.Cursor, landed);
        }
    }

    private static string Serialize(Entry entry) => JsonSerializer.Serialize(entry, Lines);

    private static Entry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(line, Lines);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private List<PhoneMessage> PhoneOf(string number) =>
        _phones.TryGetValue(number, out var phone) ? phone : _phones[number] = [];

    /// <summary>Cursors are clock readings made unique, so that they grow over restarts and clearing too.</summary>
    private long NextCursor() => Math.Max(_cursor + 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000);

    private static List<T> After<T>(List<T> oldestFirst, Func<T, long> cursor, long after, int limit)
    {
        var (low, high) = (0, oldestFirst.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (cursor(oldestFirst[middle]) <= after)
                low = middle + 1;
            else
                high = middle;
        }
        return oldestFirst.GetRange(low, Math.Min(limit, oldestFirst.Count - low));
    }

    private static string NewId(string prefix) => prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    private static DateTimeOffset Milliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
