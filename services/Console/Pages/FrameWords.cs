namespace Sms.Console.Pages;

/// <summary>The words of what is around every page, and of the parts that many pages have: <c>FrameWords.resx</c>.</summary>
public sealed class FrameWords;
