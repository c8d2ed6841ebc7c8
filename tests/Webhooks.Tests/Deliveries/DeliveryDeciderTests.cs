using Sms.Webhooks.Deliveries;

namespace Sms.Webhooks.Tests.Deliveries;

public sealed class DeliveryDeciderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly AttemptOutcome Broken = new("http-500", 500);

    [Fact]
    public void What_was_taken_is_over() => Decide(new AttemptOutcome("delivered", 200)).ShouldBe(new AttemptVerdict("delivered"));

    [Fact]
    public void What_nobody_has_to_be_told_is_over() => Decide(new AttemptOutcome("nothing-to-tell")).ShouldBe(new AttemptVerdict("dropped"));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 5 * 60)]
    [InlineData(3, 30 * 60)]
    [InlineData(4, 2 * 3600)]
    [InlineData(5, 5 * 3600)]
    [InlineData(6, 10 * 3600)]
    [InlineData(7, 14 * 3600)]
    [InlineData(8, 20 * 3600)]
    [InlineData(9, 24 * 3600)]
    public void What_failed_is_tried_again_at_the_specifications_pace(int tries, int seconds) =>
        Decide(Broken, tries).ShouldBe(new AttemptVerdict("waiting", Noon.AddSeconds(seconds)));

    [Fact]
    public void What_failed_ten_times_is_given_up() => Decide(Broken, DeliveryDecider.MostTries).ShouldBe(new AttemptVerdict("failed"));

    [Fact]
    public void What_failed_together_comes_again_apart() =>
        DeliveryDecider.Decide(Broken, 3, null, Noon, 0.5).NextAt.ShouldBe(Noon.AddMinutes(33));

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void A_receiver_with_too_much_to_do_is_left_alone_altogether(int status)
    {
        Decide(new AttemptOutcome($"http-{status}", status)).QuietUntil.ShouldBe(Noon.AddSeconds(30));
        var asked = Decide(new AttemptOutcome($"http-{status}", status, TimeSpan.FromMinutes(10)));
        (asked.NextAt, asked.QuietUntil).ShouldBe((Noon.AddMinutes(10), Noon.AddMinutes(10)));
    }

    [Fact]
    public void A_wish_counts_where_it_is_longer_than_what_is_due_anyway_and_no_longer_than_a_day()
    {
        Decide(new AttemptOutcome("http-500", 500, TimeSpan.FromSeconds(1)), 2).NextAt.ShouldBe(Noon.AddMinutes(5));
        Decide(new AttemptOutcome("http-500", 500, TimeSpan.FromDays(400)), 2).NextAt.ShouldBe(Noon.AddDays(1));
        Decide(new AttemptOutcome("http-500", 500, TimeSpan.FromSeconds(-5)), 2).NextAt.ShouldBe(Noon.AddMinutes(5));
    }

    [Fact]
    public void A_receiver_that_is_gone_is_paused_at_once_and_nothing_is_given_up() =>
        Decide(new AttemptOutcome("gone", 410), DeliveryDecider.MostTries).ShouldBe(new AttemptVerdict("waiting", Noon, null, "The receiver answered 410 Gone."));

    [Fact]
    public void A_receiver_that_takes_nothing_for_days_is_paused_with_the_reason_before_anything_is_given_up()
    {
        DeliveryDecider.Decide(Broken, 9, Noon - DeliveryDecider.PauseAfter + TimeSpan.FromSeconds(1), Noon, 0).PauseBecause.ShouldBeNull();
        var verdict = DeliveryDecider.Decide(Broken, DeliveryDecider.MostTries, Noon - DeliveryDecider.PauseAfter, Noon, 0);
        (verdict.State, verdict.PauseBecause).ShouldBe(("waiting", "The receiver has taken nothing since 2026-06-09 12:00 UTC; the last outcome was http-500."));
    }

    /// <summary>Receivers of chance: whatever one answers, nothing is tried before its time, for ever, or after it was paused for good reason.</summary>
    [Fact]
    public void In_worlds_of_chance_the_schedule_keeps_its_promises()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var (now, tries, failingSince, going) = (Noon, 0, (DateTimeOffset?)null, true);
            while (going)
            {
                tries++;
                tries.ShouldBeLessThanOrEqualTo(DeliveryDecider.MostTries, $"seed {seed}");
                var status = random.Next(12) switch { 0 => 200, 1 => 410, 2 => 429, 3 => 503, _ => 500 };
                var wish = random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(-10, 200_000)) : (TimeSpan?)null;
                var what = status switch { 200 => "delivered", 410 => "gone", _ => $"http-{status}" };
                var verdict = DeliveryDecider.Decide(new AttemptOutcome(what, status, wish), tries, failingSince, now, random.NextDouble());
                failingSince ??= now;
                going = verdict is { State: "waiting", PauseBecause: null };
                if (!going)
                {
                    verdict.State.ShouldBe(status == 200 ? "delivered" : verdict.PauseBecause is null ? "failed" : "waiting", $"seed {seed}");
                    if (verdict.State == "failed")
                        tries.ShouldBe(DeliveryDecider.MostTries, $"seed {seed}");
                    if (verdict.PauseBecause is not null)
                        (status == 410 || now - failingSince >= DeliveryDecider.PauseAfter).ShouldBeTrue($"seed {seed}");
                    continue;
                }
                var wait = verdict.NextAt.ShouldNotBeNull($"seed {seed}") - now;
                wait.ShouldBeGreaterThanOrEqualTo(wish is { } asked && asked <= DeliveryDecider.LongestRetryAfter && asked > TimeSpan.FromSeconds(5) ? asked : TimeSpan.FromSeconds(5), $"seed {seed}");
                wait.ShouldBeLessThan(TimeSpan.FromHours(24 * 1.2), $"seed {seed}");
                now += wait;
            }
            (now - Noon).ShouldBeLessThan(DeliveryDecider.PauseAfter + TimeSpan.FromHours(24 * 1.2), $"seed {seed}");
        }
    }

    private static AttemptVerdict Decide(AttemptOutcome outcome, int tries = 1) => DeliveryDecider.Decide(outcome, tries, null, Noon, 0);
}
