using System.Globalization;

namespace Sms.GatewaySimulator;

/// <summary>What is remembered, as conversations: one for each customer and each of our numbers they text.</summary>
internal sealed partial class GatewayState
{
    private const int MostNumbers = 50;

    private readonly HashSet<string> _numbers = [];

    /// <summary>A message has changed, the one with this id; without one, all were forgotten. Called in the order it happens.</summary>
    public event Action<string?>? Changed;

    /// <summary>The webhook was set.</summary>
    public event Action<Setup>? Connected;

    public Setup Setup
    {
        get
        {
            lock (_lock)
                return new Setup(
                    [.. _numbers.Prepend(OwnNumber).Where(number => number.Length > 0).Distinct().Take(MostNumbers)], _webhook is { Enabled: true });
        }
    }

    private string OwnNumber => WithoutPlus(_options.Ingress.Number?.Trim() ?? "");

    /// <summary>A text, if it is remembered.</summary>
    public TextWritten? Text(string id)
    {
        lock (_lock)
            return _texts.TryGetValue(id, out var text) ? text.Written : null;
    }

    /// <summary>What was reported of a message. Kept in memory only, as attempts are.</summary>
    public void Reported(string messageId, MessageState state)
    {
        lock (_lock)
        {
            if (!_messages.TryGetValue(messageId, out var message))
                return;
            _messages[messageId] = message with { State = state };
            Changed?.Invoke(messageId);
        }
    }

    /// <summary>The newest message of each conversation, newest first.</summary>
    public IReadOnlyList<ConversationMessage> Conversations(int limit)
    {
        lock (_lock)
            return [.. _phones
                .SelectMany(phone => phone.Value.GroupBy(m => m.Number, (_, messages) => Shown(phone.Key, messages.Last())))
                .OrderByDescending(m => m.Cursor).Take(limit)];
    }

    /// <summary>The last messages of a conversation before a cursor; at its end also what is still on its way to the customer.</summary>
    public ConversationPart Conversation(string customer, string number, long before, int limit)
    {
        lock (_lock)
        {
            var messages = _phones.GetValueOrDefault(customer, []).Where(m => m.Number == number && m.Cursor < before)
                .TakeLast(limit + 1).Select(m => Shown(customer, m)).ToList();
            var more = messages.Count > limit;
            if (before == long.MaxValue && NumberTexting(customer) == number)
                messages.AddRange(_sent.Where(m => WithoutPlus(m.To) == customer && _messages[m.Id].Landed is null).Select(OnItsWay));
            return new ConversationPart(more ? messages[1..] : messages, more);
        }
    }

    /// <summary>A message as its conversation shows it; null when it is forgotten.</summary>
    public ConversationMessage? Message(string id)
    {
        lock (_lock)
        {
            if (_texts.TryGetValue(id, out var text))
                return Shown(text.Written.From, new PhoneMessage(text.Written.Cursor, id, "sent", text.Written.Text, text.Written.At, text.Written.To));
            if (!_messages.TryGetValue(id, out var message))
                return null;
            var customer = WithoutPlus(message.Accepted.To);
            return _phones.GetValueOrDefault(customer, []).FindLast(m => m.Id == id) is { } landed ? Shown(customer, landed) : OnItsWay(message.Accepted);
        }
    }

    private void Announce(Entry entry)
    {
        switch (entry)
        {
            case TextWritten written:
                Changed?.Invoke(written.Id);
                break;
            case TextSettled settled:
                Changed?.Invoke(settled.Id);
                break;
            case MessageAccepted accepted:
                Changed?.Invoke(accepted.Id);
                break;
            case MessageLanded landed:
                Changed?.Invoke(landed.Id);
                break;
            case WebhookSet:
                Connected?.Invoke(Setup);
                break;
            case Cleared:
                Changed?.Invoke(null);
                break;
        }
    }

    private ConversationMessage Shown(string customer, PhoneMessage m)
    {
        if (!_texts.TryGetValue(m.Id, out var text))
            return new(m.Cursor, m.Id, customer, m.Number, m.Direction, m.Text, m.At, _messages[m.Id].State);
        var trouble = text.Attempts.LastOrDefault() is { Status: not (>= 200 and < 300) } last
            ? last.Error ?? last.Status?.ToString(CultureInfo.InvariantCulture)
            : null;
        return new(m.Cursor, m.Id, customer, m.Number, m.Direction, m.Text, m.At, (MessageState)text.Status, text.Tries, trouble);
    }

    private ConversationMessage OnItsWay(MessageAccepted m) =>
        new(m.Cursor, m.Id, WithoutPlus(m.To), NumberTexting(WithoutPlus(m.To)), "received", m.Text, m.At, MessageState.OnItsWay);

    /// <summary>The gateway's API does not say which number a message leaves from: the one this customer texted last, else the phone's own.</summary>
    private string NumberTexting(string customer) =>
        _phones.GetValueOrDefault(customer, []).FindLast(m => m.Direction == "sent")?.Number ?? OwnNumber;
}
