using Sms.ConsentWords;
using Sms.OptOut.Policies;

namespace Sms.OptOut.Consent;

/// <summary>The texts that consent itself answers with, as far as they come from the settings.</summary>
/// <param name="BusinessName">Who writes.</param>
/// <param name="English">English texts other than the usual ones.</param>
public sealed record ConsentAnswers(string BusinessName, LanguageAnswers English)
{
    /// <summary>Reads <c>BusinessName</c>, <c>Confirmation</c>, <c>Help</c> and <c>Welcome</c>.</summary>
    /// <exception cref="InvalidOperationException">A configured text must not be sent; says why.</exception>
    public static ConsentAnswers From(IConfiguration configuration)
    {
        var english = new LanguageAnswers("en", configuration["Confirmation"], null, configuration["Help"], configuration["Welcome"]);
        if (english.Lint().Errors is [var error, ..])
            throw new InvalidOperationException($"OptOut: {error}.");
        return new ConsentAnswers(configuration["BusinessName"] ?? "this number", english);
    }

    /// <summary>The confirmation of an opt-out, of everything or of one purpose.</summary>
    public string Confirmation(EndpointWords words, string language, string? purpose) => purpose is null
        ? Filled(words, language, answers => answers.Confirmation)
        : Filled(words, language, answers => answers.PartConfirmation).Replace("{what}", purpose is Purposes.Marketing ? "marketing" : "notifications", StringComparison.Ordinal);

    /// <summary>The answer to HELP.</summary>
    public string Help(EndpointWords words, string language) => Filled(words, language, answers => answers.Help);

    /// <summary>The confirmation that an opt-out was taken back.</summary>
    public string Welcome(EndpointWords words, string language) => Filled(words, language, answers => answers.Welcome);

    private string Filled(EndpointWords words, string language, Func<LanguageAnswers, string?> text) =>
        (words.Answers.Where(answers => answers.Language == language).Select(text).FirstOrDefault()
            ?? (language == "en" ? text(English) : null)
            ?? text(LanguageAnswers.Usual.First(usual => usual.Language == language))!)
        .Replace("{business}", BusinessName, StringComparison.Ordinal);
}
