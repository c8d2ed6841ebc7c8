namespace Sms.EventStore.Tests;

public abstract record AccountEvent
{
    [StoredAs("bank.deposited.v1")]
    public sealed record Deposited(int Amount, string Note) : AccountEvent;

    [StoredAs("bank.repeated.v1")]
    public sealed record Repeated(int Times) : AccountEvent;
}

/// <summary>The stream the store's own tests write to.</summary>
public sealed record Account(int Balance, int Repeats)
{
    public static readonly StreamOf<Account, AccountEvent> Stream = new("account", new Account(0, 0), (account, happened) => happened switch
    {
        AccountEvent.Deposited e => account with { Balance = account.Balance + e.Amount },
        AccountEvent.Repeated e => account with { Repeats = account.Repeats + e.Times },
        _ => account,
    });
}
