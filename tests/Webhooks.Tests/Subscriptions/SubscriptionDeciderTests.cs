using Sms.EventStore;
using Sms.Webhooks.Subscriptions;
using static Sms.Webhooks.Subscriptions.SubscriptionCommand;

namespace Sms.Webhooks.Tests.Subscriptions;

public sealed class SubscriptionDeciderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly SubscriptionTerms Terms = new("CRM", "https://crm.example/", ["a.b"], "standard", null, []);
    private static readonly SubscriptionEvent.Created Created = new(Terms);
    private static readonly SubscriptionEvent.SecretAdded First = new(Id(1), "one"), Second = new(Id(2), "two");

    [Fact]
    public void A_webhook_begins_with_its_terms_and_a_secret() =>
        Decide(After(), new Create(Created, null, First)).ShouldBe([Created, First]);

    [Fact]
    public void A_second_one_in_its_place_is_refused() => Refused(After(Created, First), new Create(Created, null, Second));

    [Fact]
    public void Nothing_can_be_asked_of_one_that_is_not_there_or_is_gone()
    {
        foreach (var webhook in new[] { After(), After(Created, First, new SubscriptionEvent.Deleted()) })
            foreach (var command in new SubscriptionCommand[]
            {
                new Change(Terms, null), new RotateSecret(Second, Noon, Noon), new RevokeSecret(Id(1), Noon), new Pause(null, false), new Resume(), new Delete(),
            })
                Refused(webhook, command);
        Refused(After(Created, First, new SubscriptionEvent.Deleted()), new Create(Created, null, Second));
    }

    [Fact]
    public void The_same_terms_change_nothing() =>
        Decide(After(Created, First), new Change(Terms with { EventTypes = ["a.b"], Settings = [] }, null)).ShouldBeEmpty();

    [Fact]
    public void Other_terms_do()
    {
        var other = Terms with { EventTypes = ["a.b", "a.c"] };
        Decide(After(Created, First), new Change(other, null)).ShouldBe([new SubscriptionEvent.Changed(other)]);
    }

    [Fact]
    public void Headers_are_set_where_they_are_given_and_taken_away_where_there_are_any()
    {
        var (some, none) = (new SubscriptionEvent.HeadersSet([new EncryptedHeader("X", "y")]), new SubscriptionEvent.HeadersSet([]));
        Decide(After(Created, First), new Change(Terms, some)).ShouldBe([some]);
        Decide(After(Created, First), new Change(Terms, none)).ShouldBeEmpty();
        Decide(After(Created, some, First), new Change(Terms, none)).ShouldBe([none]);
        Decide(After(Created, some, First), new Change(Terms, null)).ShouldBeEmpty();
    }

    [Fact]
    public void A_new_secret_signs_at_once_and_the_old_one_until_then()
    {
        var until = Noon.AddHours(24);
        var events = Decide(After(Created, First), new RotateSecret(Second, until, Noon));
        events.ShouldBe([Second, new SubscriptionEvent.SecretLimited(Id(1), until)]);
        var after = After([Created, First, .. events]);
        after.Secrets.Values.Count(secret => secret.Counts(until.AddSeconds(-1))).ShouldBe(2);
        after.Secrets.Values.Single(secret => secret.Counts(until)).Encrypted.ShouldBe("two");
    }

    [Fact]
    public void A_shorter_end_that_was_set_before_stays() =>
        Decide(After(Created, First, Second, new SubscriptionEvent.SecretLimited(Id(1), Noon.AddHours(1))), new RotateSecret(new(Id(3), "three"), Noon.AddHours(24), Noon))
            .ShouldBe([new SubscriptionEvent.SecretAdded(Id(3), "three"), new SubscriptionEvent.SecretLimited(Id(2), Noon.AddHours(24))]);

    [Fact]
    public void Secrets_whose_time_is_over_make_room_and_others_do_not()
    {
        var five = Enumerable.Range(1, 5).Select(n => new SubscriptionEvent.SecretAdded(Id(n), "x"));
        Refused(After([Created, .. five]), new RotateSecret(new(Id(6), "y"), Noon, Noon));
        Decide(After([Created, .. five, new SubscriptionEvent.SecretLimited(Id(1), Noon)]), new RotateSecret(new(Id(6), "y"), Noon.AddDays(1), Noon))[0]
            .ShouldBe(new SubscriptionEvent.SecretRevoked(Id(1)));
    }

    [Fact]
    public void The_last_secret_that_counts_cannot_be_revoked()
    {
        Refused(After(Created, First), new RevokeSecret(Id(1), Noon));
        Refused(After(Created, First, Second, new SubscriptionEvent.SecretLimited(Id(2), Noon)), new RevokeSecret(Id(1), Noon));
        Decide(After(Created, First, Second), new RevokeSecret(Id(1), Noon)).ShouldBe([new SubscriptionEvent.SecretRevoked(Id(1))]);
        Decide(After(Created, First), new RevokeSecret(Id(9), Noon)).ShouldBeEmpty();
    }

    [Fact]
    public void A_pause_is_a_pause_however_often_it_is_asked_for()
    {
        var paused = new SubscriptionEvent.Paused("gone", true);
        Decide(After(Created, First), new Pause("gone", true)).ShouldBe([paused]);
        Decide(After(Created, First, paused), new Pause("again", false)).ShouldBeEmpty();
        Decide(After(Created, First, paused), new Resume()).ShouldBe([new SubscriptionEvent.Resumed()]);
        Decide(After(Created, First), new Resume()).ShouldBeEmpty();
        After(Created, First, paused, new SubscriptionEvent.Resumed()).Paused.ShouldBeNull();
    }

    [Fact]
    public void A_deleted_webhook_is_gone()
    {
        Decide(After(Created, First), new Delete()).ShouldBe([new SubscriptionEvent.Deleted()]);
        After(Created, First, new SubscriptionEvent.Deleted()).Exists.ShouldBeFalse();
    }

    [Fact]
    public void An_id_in_a_receivers_system_is_known_until_it_is_denied()
    {
        var message = Id(7);
        Fold(new RemoteRecordEvent.RemoteIdLearned("ticket", "12", message)).Ids["ticket"].ShouldBe(new RemoteId("12", message));
        Fold(new RemoteRecordEvent.RemoteIdLearned("ticket", "12", message), new RemoteRecordEvent.RemoteIdForgotten("ticket")).Ids.ShouldBeEmpty();
    }

    private static RemoteRecord Fold(params RemoteRecordEvent[] events) => events.Aggregate(RemoteRecord.Stream.Initial, RemoteRecord.Stream.Evolve);

    private static Subscription After(params IEnumerable<SubscriptionEvent> events) => events.Aggregate(Subscription.Stream.Initial, Subscription.Stream.Evolve);

    private static SubscriptionEvent[] Decide(Subscription webhook, SubscriptionCommand command) => SubscriptionDecider.Decide(webhook, command);

    private static void Refused(Subscription webhook, SubscriptionCommand command) => Should.Throw<RefusedException>(() => Decide(webhook, command));

    private static Guid Id(int n) => new(n, 0, 0, new byte[8]);
}
