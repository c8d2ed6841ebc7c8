using Sms.EventStore;
using Sms.Ingress.Endpoints;

namespace Sms.Ingress.Tests.Endpoints;

public sealed class EndpointDeciderTests
{
    private const string Ours = "+911234500000";
    private static readonly EndpointEvent.SecretAdded First = new(Guid.Parse("00000000-0000-0000-0000-000000000001"), "closed 1");
    private static readonly EndpointEvent.SecretAdded Second = new(Guid.Parse("00000000-0000-0000-0000-000000000002"), "closed 2");
    private static readonly WebhookEndpoint Nothing = WebhookEndpoint.Stream.Initial;
    private static readonly WebhookEndpoint Registered = Given(new EndpointEvent.Registered("sms"), new EndpointEvent.NumberSet(Ours), First);

    [Fact]
    public void A_new_endpoint_is_registered_with_its_number_and_secret() =>
        EndpointDecider.Decide(Nothing, new EndpointCommand.Register("sms", Ours, null, First))
            .ShouldBe([new EndpointEvent.Registered("sms"), new EndpointEvent.NumberSet(Ours), First]);

    [Fact]
    public void Registering_it_again_as_it_is_changes_nothing() =>
        EndpointDecider.Decide(Registered, new EndpointCommand.Register("sms", Ours, First.SecretId, null)).ShouldBeEmpty();

    [Fact]
    public void A_number_that_is_not_given_stays() =>
        EndpointDecider.Decide(Registered, new EndpointCommand.Register("sms", null, null, Second)).ShouldBe([Second]);

    [Fact]
    public void Another_number_takes_its_place() =>
        EndpointDecider.Decide(Registered, new EndpointCommand.Register("sms", "+911234500001", First.SecretId, null))
            .ShouldBe([new EndpointEvent.NumberSet("+911234500001")]);

    [Fact]
    public void Five_secrets_live_at_once_and_a_sixth_is_refused_until_one_is_revoked()
    {
        var full = Given([new EndpointEvent.Registered("sms"), .. Enumerable.Range(1, 5).Select(Secret)]);
        Should.Throw<RefusedException>(() => EndpointDecider.Decide(full, new EndpointCommand.Register("sms", null, null, Secret(6))))
            .Message.ShouldContain("revoke");
        EndpointDecider.Decide(full, new EndpointCommand.Register("sms", null, Secret(5).SecretId, null)).ShouldBeEmpty();

        var room = WebhookEndpoint.Stream.Evolve(full, new EndpointEvent.SecretRevoked(Secret(2).SecretId));
        EndpointDecider.Decide(room, new EndpointCommand.Register("sms", null, null, Secret(6))).ShouldBe([Secret(6)]);
    }

    [Fact]
    public void A_secret_is_revoked_once()
    {
        var revoke = new EndpointCommand.RevokeSecret(First.SecretId);
        var revoked = EndpointDecider.Decide(Registered, revoke);
        revoked.ShouldBe([new EndpointEvent.SecretRevoked(First.SecretId)]);
        EndpointDecider.Decide(revoked.Aggregate(Registered, WebhookEndpoint.Stream.Evolve), revoke).ShouldBeEmpty();
    }

    [Fact]
    public void The_last_secret_may_be_revoked_so_that_nothing_is_accepted_any_more() =>
        Given(new EndpointEvent.Registered("sms"), First, new EndpointEvent.SecretRevoked(First.SecretId)).Secrets.ShouldBeEmpty();

    [Fact]
    public void There_is_nothing_to_revoke_at_an_endpoint_that_does_not_exist() =>
        Should.Throw<RefusedException>(() => EndpointDecider.Decide(Nothing, new EndpointCommand.RevokeSecret(First.SecretId)));

    private static EndpointEvent.SecretAdded Secret(int no) => new(new Guid(no, 0, 0, new byte[8]), $"closed {no}");

    private static WebhookEndpoint Given(params EndpointEvent[] happened) => happened.Aggregate(Nothing, WebhookEndpoint.Stream.Evolve);
}
