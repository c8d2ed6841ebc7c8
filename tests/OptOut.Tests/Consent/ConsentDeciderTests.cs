using Sms.OptOut.Consent;
using Sms.OptOut.Words;
using Sms.PhoneNumbers;

namespace Sms.OptOut.Tests.Consent;

public sealed class ConsentDeciderTests
{
    private static readonly ConsentAnswers Answers = new("confirmation", "help", "welcome");
    private static readonly WordBook Words = new([LanguagePacks.English]);
    private static readonly PhoneNumber Asha = PhoneNumber.Parse("+919876543210"), Shop = PhoneNumber.Parse("+911234500000");
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_ordinary_text_is_clear_and_enters_nothing_into_the_ledger()
    {
        var person = new Person();
        var ruling = person.Texts("When do you open?", at: 0);
        ruling.ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.Clear), r => r.OptedOut.ShouldBeFalse(), r => r.Answer.ShouldBeNull(),
            r => r.Word.ShouldBeNull());
        person.Ledger.ShouldBeEmpty();
    }

    [Fact]
    public void STOP_opts_out_and_is_confirmed()
    {
        var person = new Person();
        person.Texts("Stop!", at: 0).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.OptOut), r => r.OptedOut.ShouldBeTrue(), r => r.Answer.ShouldBe("confirmation"),
            r => r.Word.ShouldBe("STOP"), r => r.ConsentVersion.ShouldBe(0));
        person.Ledger.ShouldHaveSingleItem().ShouldBeOfType<ConsentEvent.OptOutRequested>().ShouldSatisfyAllConditions(
            e => e.Person.ShouldBe(Asha.Value), e => e.OurNumber.ShouldBe(Shop.Value), e => e.Word.ShouldBe("STOP"),
            e => e.SentAt.ShouldBe(Noon));
    }

    [Fact]
    public void A_repeated_STOP_is_not_confirmed_again()
    {
        var person = new Person();
        person.Texts("STOP", at: 0);
        person.Texts("QUIT", at: 1).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.OptOut), r => r.OptedOut.ShouldBeTrue(), r => r.Answer.ShouldBeNull());
    }

    [Fact]
    public void An_ordinary_text_after_STOP_is_blocked()
    {
        var person = new Person();
        person.Texts("STOP", at: 0);
        person.Texts("When do you open?", at: 1).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.Blocked), r => r.OptedOut.ShouldBeTrue(), r => r.Answer.ShouldBeNull(),
            r => r.ConsentVersion.ShouldBe(1));
    }

    [Fact]
    public void An_ordinary_text_sent_before_STOP_but_ruled_on_after_it_is_blocked_too()
    {
        var person = new Person();
        person.Texts("STOP", at: 5);
        person.Texts("When do you open?", at: 1).Verdict.ShouldBe(Verdict.Blocked);
    }

    [Theory]
    [InlineData("START")]
    [InlineData("unstop")]
    [InlineData("Yes")]
    public void An_opt_in_word_takes_an_opt_out_back_and_is_welcomed(string word)
    {
        var person = new Person();
        person.Texts("STOP", at: 0);
        person.Texts(word, at: 1).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.OptIn), r => r.OptedOut.ShouldBeFalse(), r => r.Answer.ShouldBe("welcome"));
        person.Texts("When do you open?", at: 2).Verdict.ShouldBe(Verdict.Clear);
    }

    [Fact]
    public void START_of_someone_not_opted_out_is_an_ordinary_text_that_the_ledger_keeps()
    {
        var person = new Person();
        person.Texts("START", at: 0).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.Clear), r => r.OptedOut.ShouldBeFalse(), r => r.Answer.ShouldBeNull());
        person.Ledger.ShouldHaveSingleItem().ShouldBeOfType<ConsentEvent.OptInRequested>();
    }

    [Fact]
    public void YES_of_someone_not_opted_out_answers_a_question_and_proves_no_consent()
    {
        var person = new Person();
        person.Texts("YES", at: 0).Verdict.ShouldBe(Verdict.Clear);
        person.Ledger.ShouldBeEmpty();
    }

    [Fact]
    public void YES_sent_before_the_STOP_does_not_take_it_back()
    {
        var person = new Person();
        person.Texts("STOP", at: 5);
        person.Texts("YES", at: 1).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.Blocked), r => r.OptedOut.ShouldBeTrue(), r => r.Answer.ShouldBeNull());
        person.Ledger.Count.ShouldBe(1);
    }

    [Fact]
    public void A_STOP_overtaken_by_a_later_START_neither_opts_out_nor_is_confirmed()
    {
        var person = new Person();
        person.Texts("START", at: 5);
        person.Texts("STOP", at: 1).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.OptOut), r => r.OptedOut.ShouldBeFalse(), r => r.Answer.ShouldBeNull());
    }

    [Fact]
    public void A_second_opt_out_after_an_opt_in_is_confirmed_again()
    {
        var person = new Person();
        person.Texts("STOP", at: 0);
        person.Texts("START", at: 1);
        person.Texts("STOP", at: 2).Answer.ShouldBe("confirmation");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HELP_is_always_answered(bool optedOut)
    {
        var person = new Person();
        if (optedOut)
            person.Texts("STOP", at: 0);
        person.Texts("help", at: 1).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.Help), r => r.OptedOut.ShouldBe(optedOut), r => r.Answer.ShouldBe("help"));
    }

    [Theory]
    [InlineData("AD-AIRTEL")]
    [InlineData("+911234500000")]
    public void Senders_that_cannot_be_texted_and_our_own_number_are_ruled_on_but_not_answered(string from)
    {
        var person = new Person(PhoneNumber.Parse(from));
        person.Texts("HELP", at: 0).Answer.ShouldBeNull();
        person.Texts("STOP", at: 1).ShouldSatisfyAllConditions(r => r.OptedOut.ShouldBeTrue(), r => r.Answer.ShouldBeNull());
    }

    /// <summary>Every sequence of up to five words at three moments, ties included: 9,330 arrivals.</summary>
    [Fact]
    public void Whatever_the_order_of_arrival_the_word_sent_last_holds_and_every_change_is_confirmed_once()
    {
        (string Word, int At)[] texts = [("STOP", 0), ("STOP", 1), ("STOP", 2), ("START", 0), ("START", 1), ("START", 2)];
        foreach (var arrival in Enumerable.Range(1, 5).SelectMany(length => Sequences(texts, length)))
        {
            var person = new Person();
            var optedOut = false;
            foreach (var (word, at) in arrival)
            {
                var ruling = person.Texts(word, at);
                var because = string.Join(", ", arrival);
                ruling.Answer.ShouldBe(
                    ruling.OptedOut == optedOut ? null : ruling.OptedOut ? "confirmation" : "welcome", because);
                optedOut = ruling.OptedOut;
            }
            var last = arrival.OrderBy(t => t.At).ThenBy(t => t.Word == "STOP").Last();
            optedOut.ShouldBe(last.Word == "STOP", string.Join(", ", arrival));
        }
    }

    private static IEnumerable<T[]> Sequences<T>(T[] of, int length) =>
        length == 0 ? [[]] : Sequences(of, length - 1).SelectMany(start => of.Select(next => (T[])[.. start, next]));

    /// <summary>Someone whose texts are ruled on in the order they are given here.</summary>
    private sealed class Person(PhoneNumber? number = null)
    {
        private ConsentStatus _status = ConsentStatus.Stream.Initial;

        public List<ConsentEvent> Ledger { get; } = [];

        public ScreeningEvent.SmsScreened Texts(string text, int at)
        {
            var sms = new ScreenSms(
                Guid.NewGuid(), "sms", number ?? Asha, Shop, text, Noon.AddMinutes(at), Noon.AddMinutes(at).AddSeconds(1));
            var (ruling, recorded) = ConsentDecider.Decide(_status, sms, Words, Answers);
            _status = recorded.Aggregate(_status, ConsentStatus.Evolve);
            Ledger.AddRange(recorded);
            return ruling;
        }
    }
}
