namespace Sms.Console.Pages.Policies;

/// <summary>The words of ticket policies, business hours and agents: <c>PolicyWords.resx</c>.</summary>
public sealed class PolicyWords;
