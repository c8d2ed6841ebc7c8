namespace Sms.Console.Pages.Consent;

/// <summary>Whether a person may be texted, and every fact that says so, as Consent tells it.</summary>
public sealed record PersonConsent(
    string Number, string State, bool AutomationPaused, Guid PolicyId, IReadOnlyList<PersonConsent.AtPlace> Places, IReadOnlyList<PersonConsent.Fact> Facts, int? BrokenAt)
{
    /// <summary>What may leave from one number of ours; null for those the person has nothing to do with yet.</summary>
    public sealed record AtPlace(string? OurNumber, string? Endpoint, IReadOnlyList<ForPurpose> Purposes);

    /// <summary>Whether a text for a purpose may leave, and by which fact.</summary>
    public sealed record ForPurpose(string Purpose, bool Allowed, string Reason, DateTimeOffset? Since, Guid? FactId);

    /// <summary>One fact of the chain.</summary>
    public sealed record Fact(
        int No, Guid FactId, string Kind, string? OurNumber, string? Endpoint, string? Purpose, string? Scope, DateTimeOffset EffectiveAt, DateTimeOffset RecordedAt,
        string Actor, string Source, Guid? SmsId, string? Wrote, string? Word, string? MatchedBy, string? Shown, string? Reason, DateTimeOffset? Deadline, string Hash);
}

/// <summary>How facts count, from a moment on.</summary>
public sealed record Policy(Guid PolicyId, string Name, DateTimeOffset EffectiveFrom, string Scope, IReadOnlyList<string> NeedsOptIn, IReadOnlyList<Pool> Pools, string Reason);

/// <summary>Endpoints that are one to the person.</summary>
public sealed record Pool(string Name, IReadOnlyList<string> Endpoints);

/// <summary>A policy and where it stands: <c>past</c>, <c>in-force</c> or <c>scheduled</c>.</summary>
public sealed record PolicyRow(Policy Policy, string State, bool Applied);

/// <summary>An endpoint of Ingress, by its slug.</summary>
public sealed record Endpoint(string Slug);
