namespace Sms.ConsentWords;

/// <summary>What a text of ours can be for, as far as consent tells it apart.</summary>
public static class Purposes
{
    /// <summary>A conversation: a person, or a rule on their behalf, answers.</summary>
    public const string Reply = "reply";

    /// <summary>Something the person needs to know: a parcel, an appointment.</summary>
    public const string Notification = "notification";

    /// <summary>Advertising.</summary>
    public const string Marketing = "marketing";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Reply, Notification, Marketing];
}
