namespace Sms.OptOut.Consent;

/// <summary>
/// The three texts that consent itself answers with. Law allows one confirmation of an opt-out, without marketing, so keep
/// them plain.
/// </summary>
/// <param name="Confirmation">Confirms an opt-out.</param>
/// <param name="Help">Answers HELP, also to someone who has opted out.</param>
/// <param name="Welcome">Confirms that an opt-out was taken back.</param>
public sealed record ConsentAnswers(string Confirmation, string Help, string Welcome)
{
    private const int LongestText = 1600;

    /// <summary>
    /// Reads <c>Confirmation</c>, <c>Help</c> and <c>Welcome</c>; <c>{business}</c> in them stands for <c>BusinessName</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A configured text is empty or longer than a text can be.</exception>
    public static ConsentAnswers From(IConfiguration configuration)
    {
        return new ConsentAnswers(
            Text("Confirmation", "You are unsubscribed and will get no more texts from {business}. Reply START to resubscribe."),
            Text("Help", "You are texting with {business}. Reply STOP to unsubscribe. Message and data rates may apply."),
            Text("Welcome", "You are resubscribed to texts from {business}. Reply HELP for help, STOP to unsubscribe."));

        string Text(string name, string otherwise)
        {
            var text = (configuration[name] ?? otherwise)
                .Replace("{business}", configuration["BusinessName"] ?? "this number", StringComparison.Ordinal);
            return !string.IsNullOrWhiteSpace(text) && text.Length <= LongestText
                ? text
                : throw new InvalidOperationException($"OptOut:{name} must be a text of 1 to {LongestText} characters.");
        }
    }
}
