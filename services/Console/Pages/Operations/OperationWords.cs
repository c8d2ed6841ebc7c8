namespace Sms.Console.Pages.Operations;

/// <summary>The words of operating the platform: <c>OperationWords.resx</c>.</summary>
public sealed class OperationWords;
