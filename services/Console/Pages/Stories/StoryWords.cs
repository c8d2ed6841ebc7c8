namespace Sms.Console.Pages.Stories;

/// <summary>The words of the stories of messages: <c>StoryWords.resx</c>.</summary>
public sealed class StoryWords;
