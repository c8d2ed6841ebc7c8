using Sms.ConsentWords;
using Sms.OptOut.Consent;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;

namespace Sms.OptOut.Tests.Consent;

public sealed class ConsentDeciderTests
{
    private static readonly ConsentAnswers Answers = new("Shop", new("en", "confirmation", "no more {what}", "help", "welcome"));
    private static readonly WordBook Words = new([LanguagePacks.English]);
    private static readonly PhoneNumber Asha = PhoneNumber.Parse("+919876543210"), Shop = PhoneNumber.Parse("+911234500000"), Branch = PhoneNumber.Parse("+911234500001"), Elsewhere = PhoneNumber.Parse("+911234500002");
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_ordinary_text_is_clear_and_the_first_one_is_the_ground_for_answering()
    {
        var person = new Person();
        var ruling = person.Texts("When do you open?", at: 0);
        ruling.ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.Clear), r => r.OptedOut.ShouldBeFalse(), r => r.Answer.ShouldBeNull(),
            r => r.Word.ShouldBeNull());
        person.Ledger.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Kind.ShouldBe(FactKind.WroteFirst), f => f.Wrote.ShouldBeNull(), f => f.FactId.ShouldBe(ruling.FactId!.Value), f => f.Hash.ShouldBe(ruling.FactHash));
        person.Texts("Hello?", at: 1).FactId.ShouldBe(ruling.FactId);
        person.Ledger.Count.ShouldBe(1);
    }

    [Fact]
    public void STOP_opts_out_and_is_confirmed()
    {
        var person = new Person();
        person.Texts("Stop!", at: 0).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.OptOut), r => r.OptedOut.ShouldBeTrue(), r => r.Answer.ShouldBe("confirmation"),
            r => r.Word.ShouldBe("STOP"), r => r.LedgerVersion.ShouldBe(0));
        person.Ledger.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            e => e.Kind.ShouldBe(FactKind.OptedOut), e => e.Wrote.ShouldBe("Stop!"), e => e.Shown.ShouldBe("confirmation"),
            e => e.No.ShouldBe(1), e => e.Hash.ShouldBe(FactChain.HashOf(e)), e => e.Announced.ShouldBeEmpty(),
            e => e.Person.ShouldBe(Asha.Value), e => e.OurNumber.ShouldBe(Shop.Value), e => e.Word.ShouldBe("STOP"),
            e => e.EffectiveAt.ShouldBe(Noon));
    }

    [Fact]
    public void A_STOP_ruled_on_more_than_five_minutes_after_it_came_in_holds_and_is_not_confirmed_any_more()
    {
        new Person().Texts("STOP", at: 0, late: TimeSpan.FromMinutes(5)).Answer.ShouldBe("confirmation");
        new Person().Texts("STOP", at: 0, late: TimeSpan.FromMinutes(5).Add(TimeSpan.FromTicks(1))).ShouldSatisfyAllConditions(
            r => r.OptedOut.ShouldBeTrue(), r => r.Answer.ShouldBeNull());
        new Person().Texts("HELP", at: 0, late: TimeSpan.FromHours(1)).Answer.ShouldBe("help");
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
            r => r.LedgerVersion.ShouldBe(1));
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
        person.Ledger.ShouldHaveSingleItem().Kind.ShouldBe(FactKind.OptedIn);
    }

    [Fact]
    public void YES_of_someone_not_opted_out_answers_a_question_and_proves_no_consent()
    {
        var person = new Person();
        person.Texts("YES", at: 0).Verdict.ShouldBe(Verdict.Clear);
        person.Ledger.ShouldHaveSingleItem().Kind.ShouldBe(FactKind.WroteFirst);
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

    [Theory]
    [InlineData("stop texting me please", MatchedBy.Phrase)]
    [InlineData("STIP", MatchedBy.Typo)]
    public void Clear_intent_opts_out_as_the_keyword_does_and_says_how_it_was_found(string text, string matchedBy)
    {
        var person = new Person();
        person.Texts(text, at: 0).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.OptOut), r => r.MatchedBy.ShouldBe(matchedBy), r => r.Answer.ShouldBe("confirmation"));
        person.Ledger[0].MatchedBy.ShouldBe(matchedBy);
    }

    [Fact]
    public void Possible_intent_pauses_automation_and_opens_one_review_with_its_deadline()
    {
        var person = new Person();
        person.Texts("stop it, I'm coming", at: 0).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.Review), r => r.AutomationPaused.ShouldBeTrue(), r => r.OptedOut.ShouldBeFalse(), r => r.Answer.ShouldBeNull());
        var opened = person.Ledger.Single(f => f.Kind is FactKind.ReviewOpened);
        opened.Deadline.ShouldBe(new DateTimeOffset(2026, 6, 27, 0, 0, 0, TimeSpan.Zero));
        opened.Announced.ShouldBe([new Announcement(null, null, Change.Paused)]);
        opened.Wrote.ShouldBe("stop it, I'm coming");
        person.Texts("wrong number", at: 1).Verdict.ShouldBe(Verdict.Review);
        person.Texts("Hello?", at: 2).ShouldSatisfyAllConditions(r => r.Verdict.ShouldBe(Verdict.Clear), r => r.AutomationPaused.ShouldBeTrue());
        person.Ledger.Count(f => f.Kind is FactKind.ReviewOpened).ShouldBe(1);
    }

    [Fact]
    public void Possible_intent_of_someone_who_has_opted_out_needs_no_review()
    {
        var person = new Person();
        person.Texts("STOP", at: 0);
        person.Texts("I said stop it already!!! damn", at: 1).Verdict.ShouldBe(Verdict.Blocked);
        person.Ledger.ShouldHaveSingleItem();
    }

    [Fact]
    public void STOP_ADS_ends_marketing_only_and_is_confirmed_as_such()
    {
        var person = new Person();
        person.Texts("STOP ads", at: 0).ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(Verdict.OptOut), r => r.OptedOut.ShouldBeFalse(), r => r.Answer.ShouldBe("no more marketing"));
        person.Ledger[0].ShouldSatisfyAllConditions(
            f => f.Purpose.ShouldBe(Purposes.Marketing), f => f.Announced.ShouldBe([new Announcement(Shop.Value, Purposes.Marketing, Change.OptedOut)]));
        person.Texts("stop the ads", at: 1).Answer.ShouldBeNull();
        person.Texts("When do you open?", at: 2).Verdict.ShouldBe(Verdict.Clear);
    }

    [Fact]
    public void A_STOP_counts_for_the_whole_pool_and_the_numbers_the_verdict_does_not_name_are_announced()
    {
        var person = new Person();
        person.Texts("hi", at: 0, to: Branch);
        person.Texts("hi", at: 0, to: Elsewhere, endpoint: "other");
        person.Texts("STOP", at: 1);
        person.Ledger[^1].Announced.ShouldBe([new Announcement(Branch.Value, null, Change.OptedOut)]);
        person.Texts("hello?", at: 2, to: Branch).Verdict.ShouldBe(Verdict.Blocked);
        person.Texts("hello?", at: 2, to: Elsewhere, endpoint: "other").Verdict.ShouldBe(Verdict.Clear);
    }

    [Fact]
    public void A_character_that_cannot_be_stored_does_not_keep_a_STOP_out_of_the_ledger()
    {
        var person = new Person();
        person.Texts("STOP\0", at: 0).Verdict.ShouldBe(Verdict.OptOut);
        person.Ledger[0].Wrote.ShouldBe("STOP");
    }

    /// <summary>Someone whose texts are ruled on in the order they are given here.</summary>
    private sealed class Person(PhoneNumber? number = null)
    {
        private PersonLedger _ledger = PersonLedger.Stream.Initial;

        public List<ConsentFact> Ledger { get; } = [];

        public ScreeningEvent.SmsScreened Texts(string text, int at, PhoneNumber? to = null, string endpoint = "sms", TimeSpan? late = null)
        {
            var sms = new ScreenSms(
                Guid.NewGuid(), endpoint, number ?? Asha, to ?? Shop, text, Noon.AddMinutes(at), Noon.AddMinutes(at),
                Noon.AddMinutes(at) + (late ?? TimeSpan.FromSeconds(1)));
            var (ruling, recorded) = ConsentDecider.Decide(_ledger, Rulebook.Stream.Initial, sms, Words.Read(text), Answers);
            _ledger = recorded.Aggregate(_ledger, PersonLedger.Stream.Evolve);
            Ledger.AddRange(recorded);
            FactChain.FirstBroken(_ledger.Facts).ShouldBeNull();
            return ruling;
        }
    }
}
