using Microsoft.Extensions.Configuration;
using Sms.OptOut.Consent;

namespace Sms.OptOut.Tests.Consent;

public sealed class ConsentAnswersTests
{
    [Fact]
    public void Without_settings_the_answers_are_neutral_and_fit_one_text()
    {
        var answers = ConsentAnswers.From(Settings());
        foreach (var text in new[] { answers.Confirmation, answers.Help, answers.Welcome })
        {
            text.ShouldContain("this number");
            text.Length.ShouldBeLessThanOrEqualTo(160);
        }
    }

    [Fact]
    public void The_name_of_the_business_appears_where_the_text_wants_it() =>
        ConsentAnswers.From(Settings(("BusinessName", "Asha's Bakery"), ("Help", "{business}: reply STOP to end.")))
            .Help.ShouldBe("Asha's Bakery: reply STOP to end.");

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void An_impossible_text_stops_the_service_from_starting(string? text) =>
        Should.Throw<InvalidOperationException>(() => ConsentAnswers.From(Settings(("Confirmation", text ?? new string('x', 1601)))))
            .Message.ShouldContain("OptOut:Confirmation");

    private static IConfiguration Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
}
