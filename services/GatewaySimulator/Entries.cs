using System.Text.Json.Serialization;

namespace Sms.GatewaySimulator;

/// <summary>What can happen to the simulated gateway; one line of the state file.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(WebhookSet), "webhook-set")]
[JsonDerivedType(typeof(ReportHookSet), "report-hook-set")]
[JsonDerivedType(typeof(ReportHookRemoved), "report-hook-removed")]
[JsonDerivedType(typeof(TextWritten), "text-written")]
[JsonDerivedType(typeof(TextSettled), "text-settled")]
[JsonDerivedType(typeof(MessageAccepted), "message-accepted")]
[JsonDerivedType(typeof(MessageLanded), "message-landed")]
[JsonDerivedType(typeof(Cleared), "cleared")]
internal abstract record Entry;

/// <summary>Texts are forwarded to this URL, signed with this secret.</summary>
internal sealed record WebhookSet(string Url, bool Enabled, string Secret) : Entry;

/// <summary>An event of SMSGate's is reported to this URL.</summary>
internal sealed record ReportHookSet(string Id, string Url, string Event) : Entry;

/// <summary>It is not reported there any more.</summary>
internal sealed record ReportHookRemoved(string Id) : Entry;

/// <summary>A customer texted one of our numbers.</summary>
internal sealed record TextWritten(long Cursor, string Id, string From, string To, string Text, DateTimeOffset At) : Entry;

/// <summary>Its delivery to the webhook is over.</summary>
internal sealed record TextSettled(string Id, DeliveryStatus Status) : Entry;

/// <summary>A message to a customer was accepted; through SMSGate's API, what becomes of it is reported.</summary>
internal sealed record MessageAccepted(long Cursor, string Id, string To, string Text, DateTimeOffset At, string? Ref = null, bool Reported = false) : Entry;

/// <summary>It arrived on the customer's phone.</summary>
internal sealed record MessageLanded(long Cursor, string Id, DateTimeOffset At) : Entry;

/// <summary>Every text and message was forgotten.</summary>
internal sealed record Cleared : Entry;

/// <summary>Where a text's delivery to the webhook is.</summary>
internal enum DeliveryStatus { Pending, Delivered, Dropped, Failed, NotForwarded }

/// <summary>One try to post a copy of a text to the webhook. Copy 0 is the text itself, others are duplicates.</summary>
internal sealed record Attempt(int Copy, DateTimeOffset At, int? Status, string? Error, int TookMs);

/// <summary>How a text's delivery went. Attempts are kept in memory only, the last hundred of them.</summary>
internal sealed record TextDelivery(string Id, DeliveryStatus Status, IReadOnlyList<Attempt> Attempts);

/// <summary>A message as the customer's phone shows it: <c>sent</c> by the customer or <c>received</c>, to or from one of our numbers.</summary>
internal sealed record PhoneMessage(long Cursor, string Id, string Direction, string Text, DateTimeOffset At, string Number);

/// <summary>What has become of a message in a conversation: the first five of one the customer sent, the others of one sent to them.</summary>
internal enum MessageState { Pending, Delivered, Dropped, Failed, NotForwarded, OnItsWay, Received, ReportedDelivered, ReportedFailed }

/// <summary>
/// A message of a conversation between a customer and one of our numbers, all numbers without <c>+</c>; how often it was posted to the
/// webhook, and why the last attempt did not succeed: an HTTP status, or what broke the connection.
/// </summary>
internal sealed record ConversationMessage(
    long Cursor, string Id, string Customer, string Number, string Direction, string Text, DateTimeOffset At,
    MessageState State, int Attempts = 0, string? Trouble = null);

/// <summary>A part of a conversation, oldest first, and whether there is more before it.</summary>
internal sealed record ConversationPart(IReadOnlyList<ConversationMessage> Items, bool More);

/// <summary>What whoever texts has to know: our numbers, the phone's own one first, and whether texts are forwarded anywhere.</summary>
internal sealed record Setup(IReadOnlyList<string> Numbers, bool Connected);

/// <summary>A message sent through either API.</summary>
internal sealed record SentMessage(long Cursor, string Id, string To, string Text, string? Ref, DateTimeOffset CreatedAt, DateTimeOffset? LandedAt);
