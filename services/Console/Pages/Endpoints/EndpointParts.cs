using System.Text.Json;

namespace Sms.Console.Pages.Endpoints;

/// <summary>The words of endpoints and of the quarantine: <c>EndpointsWords.resx</c>.</summary>
public sealed class EndpointsWords;

/// <summary>A door for texts, as Ingress tells of it.</summary>
public sealed record EndpointRow(
    string Slug, string Path, string Profile, JsonElement? CustomProfile, string? Number, List<EndpointNumber> Numbers, string? Label, string? Region,
    string? PublicUrl, int? PerSecond, bool Disabled, DateTimeOffset RegisteredAt, List<EndpointSecret> Secrets, EndpointHistory? History);

/// <summary>A number behind it.</summary>
public sealed record EndpointNumber(string Number, string? DeviceId, int? Sim);

/// <summary>One of its secrets, without showing it.</summary>
public sealed record EndpointSecret(Guid Id, DateTimeOffset AddedAt, DateTimeOffset? Until);

/// <summary>How missed texts are fetched.</summary>
public sealed record EndpointHistory(string BaseUrl, string? DeviceId, string? User, int? EveryMinutes, DateTimeOffset? FetchedUntil, string? Trouble);

/// <summary>A kind of gateway.</summary>
public sealed record ProfileRow(string Name, string? SecurityNote, bool Sends, bool HasHistory);

/// <summary>Its latest deliveries.</summary>
public sealed record DeliveryList(List<DeliveryRow> Items, string? Next, List<DeliveryCount> LastDay);

/// <summary>One delivery.</summary>
public sealed record DeliveryRow(DateTimeOffset At, bool Accepted, string Outcome, Guid? Id, string? Sender);

/// <summary>How many there were in a day.</summary>
public sealed record DeliveryCount(string Outcome, long Deliveries);

/// <summary>What was looked at to prove a request, and what was found.</summary>
public sealed record ProofStep(string Step, bool Ok, string? Expected, string? Found);

/// <summary>How a test went.</summary>
public sealed record TestResult(bool Ok, int Status, List<ProofStep> Steps);

/// <summary>What was found in a pasted request.</summary>
public sealed record TryResult(bool Genuine, string Rejection, List<ProofStep> Steps, List<TryNotice> Notices, string? Reason);

/// <summary>One thing it tells.</summary>
public sealed record TryNotice(string Kind, JsonElement Notice);
