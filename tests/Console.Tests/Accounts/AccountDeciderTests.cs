using Sms.Console.Accounts;
using Sms.EventStore;

namespace Sms.Console.Tests.Accounts;

public sealed class AccountDeciderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid InvitationId = Guid.NewGuid();
    private static readonly Account Nobody = Account.Stream.Initial;
    private static readonly Account Dana = After(Nobody, new AccountEvent.Opened("dana", "agent", InvitationId));
    private static readonly Invitation ForAnybody = new("agent", null, Noon.AddHours(24), false);

    [Fact]
    public void The_right_password_signs_in() => AccountDecider.SignIn(Dana, true, Noon).ShouldBe([new AccountEvent.SignedIn()]);

    [Fact]
    public void A_wrong_password_is_counted() => AccountDecider.SignIn(Dana, false, Noon).ShouldBe([new AccountEvent.SignInFailed(Noon)]);

    [Fact]
    public void Five_wrong_passwords_lock_for_a_quarter_of_an_hour_even_the_right_one()
    {
        var locked = Failed(Dana, 5);
        AccountDecider.LockedUntil(Failed(Dana, 4), Noon).ShouldBeNull();
        AccountDecider.LockedUntil(locked, Noon).ShouldBe(Noon.AddMinutes(15));
        AccountDecider.SignIn(locked, true, Noon.AddMinutes(14)).ShouldBeEmpty();
        AccountDecider.SignIn(locked, false, Noon.AddMinutes(14)).ShouldBeEmpty("who keeps trying would lock its owner out for ever");
        AccountDecider.SignIn(locked, true, Noon.AddMinutes(15)).ShouldBe([new AccountEvent.SignedIn()]);
    }

    [Fact]
    public void One_more_wrong_password_after_a_lock_locks_again() =>
        AccountDecider.LockedUntil(After(Failed(Dana, 5), new AccountEvent.SignInFailed(Noon.AddMinutes(20))), Noon.AddMinutes(21)).ShouldBe(Noon.AddMinutes(35));

    [Fact]
    public void The_right_password_clears_the_count() => After(Failed(Dana, 4), new AccountEvent.SignedIn()).Failures.ShouldBe(0);

    [Fact]
    public void Another_password_ends_the_lock_and_every_session()
    {
        var changed = After(Failed(Dana, 5), new AccountEvent.PasswordChanged());
        AccountDecider.LockedUntil(changed, Noon).ShouldBeNull();
        changed.Sessions.ShouldBe(Dana.Sessions + 1);
    }

    [Fact]
    public void Nobody_signs_in_where_there_is_no_account_or_it_is_closed()
    {
        AccountDecider.SignIn(Nobody, true, Noon).ShouldBeEmpty();
        AccountDecider.SignIn(After(Dana, new AccountEvent.Closed()), true, Noon).ShouldBeEmpty();
    }

    [Fact]
    public void An_invitation_opens_an_account_with_its_role() =>
        AccountDecider.Accept(Nobody, ForAnybody, InvitationId, "dana").ShouldBe([new AccountEvent.Opened("dana", "agent", InvitationId)]);

    [Fact]
    public void A_name_is_one_persons() =>
        Should.Throw<RefusedException>(() => AccountDecider.Accept(Dana, ForAnybody, InvitationId, "dana")).Message.ShouldContain("taken");

    [Fact]
    public void However_it_is_written() => Account.IdOf(" Dana ").ShouldBe(Account.IdOf("dana"));

    [Fact]
    public void A_link_for_an_account_only_changes_its_password() =>
        AccountDecider.Accept(Dana, ForAnybody with { For = "dana" }, InvitationId, "dana").ShouldBe([new AccountEvent.PasswordChanged()]);

    [Fact]
    public void Nobody_changes_their_own_role_or_closes_their_own_account()
    {
        Should.Throw<RefusedException>(() => AccountDecider.ChangeRole(Dana, "reader", "Dana"));
        Should.Throw<RefusedException>(() => AccountDecider.Close(Dana, "dana"));
    }

    [Fact]
    public void What_is_so_already_changes_nothing()
    {
        AccountDecider.ChangeRole(Dana, "agent", "kim").ShouldBeEmpty();
        AccountDecider.Close(After(Dana, new AccountEvent.Closed()), "kim").ShouldBeEmpty();
        AccountDecider.Reopen(Dana).ShouldBeEmpty();
    }

    [Fact]
    public void Another_role_a_closed_and_a_reopened_account_are_facts()
    {
        AccountDecider.ChangeRole(Dana, "admin", "kim").ShouldBe([new AccountEvent.RoleChanged("admin")]);
        AccountDecider.Close(Dana, "kim").ShouldBe([new AccountEvent.Closed()]);
        AccountDecider.Reopen(After(Dana, new AccountEvent.Closed())).ShouldBe([new AccountEvent.Reopened()]);
    }

    [Theory]
    [InlineData("d", false)]
    [InlineData("dana", true)]
    [InlineData("Dana.K-2_x", true)]
    [InlineData("dana k", false)]
    [InlineData("dänа", false)]
    [InlineData("operator:dana", false)]
    [InlineData("a123456789012345678901234567890123456789x", false)]
    public void A_name_can_stand_in_a_stream(string name, bool can) => (AccountDecider.FaultOfName(name) is null).ShouldBe(can);

    [Theory]
    [InlineData("short", "12 to 128")]
    [InlineData("aaaaaaaaaaaaaaaa", "different")]
    [InlineData("dana is my name", "your name")]
    [InlineData("correct horse battery", null)]
    [InlineData("пароль из слов", null)]
    public void A_password_is_long_and_not_ones_name(string password, string? fault)
    {
        if (fault is null)
            AccountDecider.FaultOfPassword(password, "dana").ShouldBeNull();
        else
            AccountDecider.FaultOfPassword(password, "dana").ShouldNotBeNull().ShouldContain(fault);
    }

    private static Account After(Account account, params AccountEvent[] events) => events.Aggregate(account, Account.Stream.Evolve);

    private static Account Failed(Account account, int times) =>
        After(account, [.. Enumerable.Repeat(new AccountEvent.SignInFailed(Noon), times)]);
}
