using Microsoft.Extensions.Configuration;
using Sms.ConsentWords;
using Sms.OptOut.Consent;
using Sms.OptOut.Policies;

namespace Sms.OptOut.Tests.Consent;

public sealed class ConsentAnswersTests
{
    private static readonly EndpointWords Usual = EndpointWords.Initial;

    [Fact]
    public void Without_settings_there_are_neutral_answers_in_every_language_of_a_pack()
    {
        var answers = ConsentAnswers.From(Settings());
        foreach (var pack in LanguagePacks.All)
            foreach (var text in new[]
            {
                answers.Confirmation(Usual, pack.Code, null), answers.Confirmation(Usual, pack.Code, Purposes.Marketing), answers.Help(Usual, pack.Code), answers.Welcome(Usual, pack.Code),
            })
            {
                text.ShouldContain("this number");
                text.ShouldNotContain("{");
                text.Length.ShouldBeLessThanOrEqualTo(160);
            }
    }

    [Fact]
    public void The_usual_answers_have_nothing_against_them()
    {
        foreach (var usual in LanguageAnswers.Usual)
            usual.Lint().ShouldSatisfyAllConditions(l => l.Errors.ShouldBeEmpty(usual.Language), l => l.Advice.ShouldBeEmpty(usual.Language));
        LanguageAnswers.Usual.Select(usual => usual.Language).ShouldBe(LanguagePacks.All.Select(pack => pack.Code), ignoreOrder: true);
    }

    [Fact]
    public void The_name_of_the_business_appears_where_the_text_wants_it() =>
        ConsentAnswers.From(Settings(("BusinessName", "Asha's Bakery"), ("Help", "{business}: reply STOP to end.")))
            .Help(Usual, "en").ShouldBe("Asha's Bakery: reply STOP to end.");

    [Fact]
    public void An_endpoints_own_words_come_before_the_settings_and_those_before_the_usual_ones()
    {
        var answers = ConsentAnswers.From(Settings(("Confirmation", "From the settings, {business}. START")));
        var words = Usual with { Answers = [new LanguageAnswers("de", "Abgemeldet.")] };
        answers.Confirmation(words, "de", null).ShouldBe("Abgemeldet.");
        answers.Confirmation(words, "en", null).ShouldBe("From the settings, this number. START");
        answers.Help(words, "de").ShouldStartWith("Sie schreiben");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    [InlineData("Unsubscribed. Last chance: 20% off at https://example.com")]
    public void A_text_that_must_not_be_sent_stops_the_service_from_starting(string? text) =>
        Should.Throw<InvalidOperationException>(() => ConsentAnswers.From(Settings(("Confirmation", text ?? new string('x', 1601)))))
            .Message.ShouldContain("confirmation");

    [Theory]
    [InlineData("Text us any time.", "help must say how to stop: name STOP")]
    public void HELP_has_to_say_how_to_stop(string help, string error) =>
        new LanguageAnswers("en", Help: help).Lint().Errors.ShouldBe([error]);

    [Fact]
    public void What_had_better_be_said_otherwise_is_advice() =>
        new LanguageAnswers("en", Confirmation: new string('x', 161)).Lint().ShouldSatisfyAllConditions(l => l.Errors.ShouldBeEmpty(), l => l.Advice.Count.ShouldBe(3));

    private static IConfiguration Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
}
