namespace Sms.Console.Pages.Inbox;

/// <summary>Who did something, as streams name them: <c>operator:dana</c>, <c>rule:hours</c>.</summary>
public static class Actors
{
    /// <summary>The name people know them by.</summary>
    public static string Name(string? actor) => actor is null ? "" : actor[(actor.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether it is a person who is signed in.</summary>
    public static bool IsPerson(string? actor) => actor?.StartsWith("operator:", StringComparison.Ordinal) == true;

    /// <summary>Whether it is one of the rules that answer by themselves.</summary>
    public static bool IsRule(string? actor) => actor?.StartsWith("rule:", StringComparison.Ordinal) == true;
}
