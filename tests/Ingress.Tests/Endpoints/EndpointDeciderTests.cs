using Sms.EventStore;
using Sms.Ingress.Endpoints;

namespace Sms.Ingress.Tests.Endpoints;

public sealed class EndpointDeciderTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 12, 14, 32, 0, TimeSpan.Zero);
    private static readonly OurNumber Ours = new("+911234500000", null, null);
    private static readonly EndpointSettings Support = new("support", "IN", null, 50);
    private static readonly EndpointEvent.SecretAdded First = Secret(1), Second = Secret(2);
    private static readonly WebhookEndpoint Nothing = WebhookEndpoint.Stream.Initial;
    private static readonly WebhookEndpoint Registered =
        Given(new EndpointEvent.Registered("sms"), new EndpointEvent.NumbersSet([Ours]), new EndpointEvent.SettingsChanged(Support), First);

    [Fact]
    public void A_new_endpoint_is_registered_with_all_that_is_asked_for()
    {
        var decided = EndpointDecider.Decide(Nothing, Register() with
        {
            Profile = new EndpointEvent.ProfileChosen("textbee", null), Numbers = [Ours], Settings = Support, NewSecret = First,
        });
        decided.Where(e => e is not EndpointEvent.NumbersSet).ShouldBe(
            [new EndpointEvent.Registered("sms"), new EndpointEvent.ProfileChosen("textbee", null), new EndpointEvent.SettingsChanged(Support), First]);
        decided.OfType<EndpointEvent.NumbersSet>().ShouldHaveSingleItem().Numbers.ShouldBe([Ours]);
    }

    [Fact]
    public void Registering_it_again_as_it_is_changes_nothing() =>
        EndpointDecider.Decide(Registered, Register() with
        {
            Profile = new EndpointEvent.ProfileChosen(WebhookEndpoint.DefaultProfile, null), Numbers = [Ours], Settings = Support with { }, KnownSecret = First.SecretId,
        }).ShouldBeEmpty();

    [Fact]
    public void What_is_not_said_stays() => EndpointDecider.Decide(Registered, Register() with { NewSecret = Second }).ShouldBe([Second]);

    [Fact]
    public void What_is_said_takes_the_place_of_what_was()
    {
        var other = new OurNumber("+911234500001", "dev_1", 2);
        EndpointDecider.Decide(Registered, Register() with { Numbers = [other] }).ShouldHaveSingleItem()
            .ShouldBeOfType<EndpointEvent.NumbersSet>().Numbers.ShouldBe([other]);
        EndpointDecider.Decide(Registered, Register() with { Settings = EndpointSettings.None })
            .ShouldBe([new EndpointEvent.SettingsChanged(EndpointSettings.None)]);
    }

    [Fact]
    public void Five_secrets_count_at_once_and_a_sixth_is_refused_until_one_is_revoked()
    {
        var full = Given([new EndpointEvent.Registered("sms"), .. Enumerable.Range(1, 5).Select(Secret)]);
        Should.Throw<RefusedException>(() => EndpointDecider.Decide(full, Register() with { NewSecret = Secret(6) })).Message.ShouldContain("revoke");
        Should.Throw<RefusedException>(() => EndpointDecider.Decide(full, new EndpointCommand.RotateSecret(Secret(6), Now, Now)));
        EndpointDecider.Decide(full, Register() with { KnownSecret = Secret(5).SecretId }).ShouldBeEmpty();

        var room = WebhookEndpoint.Stream.Evolve(full, new EndpointEvent.SecretRevoked(Secret(2).SecretId));
        EndpointDecider.Decide(room, Register() with { NewSecret = Secret(6) }).ShouldBe([Secret(6)]);
    }

    [Fact]
    public void A_secret_whose_time_is_over_makes_room()
    {
        var full = Given(
            [new EndpointEvent.Registered("sms"), .. Enumerable.Range(1, 5).Select(Secret), new EndpointEvent.SecretLimited(Secret(3).SecretId, Now)]);
        EndpointDecider.Decide(full, Register() with { NewSecret = Secret(6) }).ShouldBe([new EndpointEvent.SecretRevoked(Secret(3).SecretId), Secret(6)]);
        Should.Throw<RefusedException>(() => EndpointDecider.Decide(full, Register() with { NewSecret = Secret(6), Now = Now.AddTicks(-1) }));
    }

    [Fact]
    public void A_new_secret_limits_those_before_and_lengthens_the_time_of_none()
    {
        var rotated = Given(new EndpointEvent.Registered("sms"), First, Second, new EndpointEvent.SecretLimited(Second.SecretId, Now.AddHours(1)));
        var decided = EndpointDecider.Decide(rotated, new EndpointCommand.RotateSecret(Secret(3), Now.AddHours(24), Now));
        decided.ShouldBe([Secret(3), new EndpointEvent.SecretLimited(First.SecretId, Now.AddHours(24))]);
    }

    [Fact]
    public void A_limited_secret_counts_until_its_time_and_not_at_it()
    {
        var secret = Given(new EndpointEvent.Registered("sms"), First, new EndpointEvent.SecretLimited(First.SecretId, Now)).Secrets[First.SecretId];
        secret.Counts(Now.AddTicks(-1)).ShouldBeTrue();
        secret.Counts(Now).ShouldBeFalse();
    }

    [Fact]
    public void A_limited_secret_that_is_asked_for_again_counts_for_good() =>
        EndpointDecider.Decide(
            Given(new EndpointEvent.Registered("sms"), First, new EndpointEvent.SecretLimited(First.SecretId, Now)),
            Register() with { KnownSecret = First.SecretId }).ShouldBe([new EndpointEvent.SecretLimited(First.SecretId, null)]);

    [Fact]
    public void A_secret_is_revoked_once() => Once(new EndpointCommand.RevokeSecret(First.SecretId), new EndpointEvent.SecretRevoked(First.SecretId));

    [Fact]
    public void An_endpoint_is_disabled_once() => Once(new EndpointCommand.Disable("lost"), new EndpointEvent.Disabled("lost"));

    [Fact]
    public void A_disabled_endpoint_is_enabled_once()
    {
        EndpointDecider.Decide(Registered, new EndpointCommand.Enable()).ShouldBeEmpty();
        var disabled = WebhookEndpoint.Stream.Evolve(Registered, new EndpointEvent.Disabled(null));
        disabled.IsDisabled.ShouldBeTrue();
        EndpointDecider.Decide(disabled, new EndpointCommand.Enable()).ShouldBe([new EndpointEvent.Enabled()]);
        WebhookEndpoint.Stream.Evolve(disabled, new EndpointEvent.Enabled()).IsDisabled.ShouldBeFalse();
    }

    [Fact]
    public void The_last_secret_may_be_revoked_so_that_nothing_is_accepted_any_more() =>
        Given(new EndpointEvent.Registered("sms"), First, new EndpointEvent.SecretRevoked(First.SecretId)).Secrets.ShouldBeEmpty();

    [Fact]
    public void Nothing_but_registering_can_be_asked_of_an_endpoint_that_does_not_exist()
    {
        foreach (var command in new EndpointCommand[]
        {
            new EndpointCommand.RevokeSecret(First.SecretId), new EndpointCommand.RotateSecret(First, Now, Now), new EndpointCommand.Disable(null), new EndpointCommand.Enable(),
        })
            Should.Throw<RefusedException>(() => EndpointDecider.Decide(Nothing, command), command.ToString());
    }

    [Fact]
    public void The_one_number_of_an_endpoint_stored_long_ago_is_its_numbers() =>
        new EndpointEvent.NumberSet(Ours.Number).Upcast().ShouldBeOfType<EndpointEvent.NumbersSet>().Numbers.ShouldBe([Ours]);

    [Fact]
    public void A_history_is_set_and_removed_once()
    {
        var access = new HistoryAccess("https://api.example.com", "dev_1", null, "closed", 15);
        var set = EndpointDecider.Decide(Registered, new EndpointCommand.SetHistory(access));
        set.ShouldBe([new EndpointEvent.HistorySet(access)]);
        var with = set.Aggregate(Registered, WebhookEndpoint.Stream.Evolve);
        with.History.ShouldBe(access);
        var removed = EndpointDecider.Decide(with, new EndpointCommand.SetHistory(null));
        removed.ShouldBe([new EndpointEvent.HistoryRemoved()]);
        EndpointDecider.Decide(removed.Aggregate(with, WebhookEndpoint.Stream.Evolve), new EndpointCommand.SetHistory(null)).ShouldBeEmpty();
    }

    private static void Once(EndpointCommand command, EndpointEvent expected)
    {
        var decided = EndpointDecider.Decide(Registered, command);
        decided.ShouldBe([expected]);
        EndpointDecider.Decide(decided.Aggregate(Registered, WebhookEndpoint.Stream.Evolve), command).ShouldBeEmpty();
    }

    private static EndpointCommand.Register Register() => new(new EndpointEvent.Registered("sms"), Now);

    private static EndpointEvent.SecretAdded Secret(int no) => new(new Guid(no, 0, 0, new byte[8]), $"closed {no}");

    private static WebhookEndpoint Given(params EndpointEvent[] happened) => happened.Aggregate(Nothing, WebhookEndpoint.Stream.Evolve);
}
