namespace Sms.EventStore.Tests;

public abstract record AccountEvent
{
    [StoredAs("bank.opened.v2")]
    public sealed record Opened(string Owner, string Currency) : AccountEvent;

    [StoredAs("bank.deposited.v1")]
    public sealed record Deposited(int Amount, string Note) : AccountEvent;

    [StoredAs("bank.repeated.v1")]
    public sealed record Repeated(int Times) : AccountEvent;
}

/// <summary>How accounts were opened before there was more than one currency.</summary>
[StoredAs("bank.opened.v1")]
public sealed record OpenedV1(string Owner) : IEarlierVersion
{
    public object Upcast() => new AccountEvent.Opened(Owner, "EUR");
}

/// <summary>The stream the store's own tests write to.</summary>
public sealed record Account(int Balance, int Repeats, string? Owner = null, string? Note = null)
{
    public static readonly StreamOf<Account, AccountEvent> Stream = new("account", new Account(0, 0), (account, happened) => happened switch
    {
        AccountEvent.Opened e => account with { Owner = $"{e.Owner} ({e.Currency})" },
        AccountEvent.Deposited e => account with { Balance = account.Balance + e.Amount, Note = e.Note },
        AccountEvent.Repeated e => account with { Repeats = account.Repeats + e.Times },
        _ => account,
    });

    public static AccountEvent.Deposited Deposit(int amount, string note = "a note") => new(amount, note);
}

/// <summary>An account's balance as a row: what the events add up to, said by the view instead of by folding.</summary>
public sealed class Balances : IView
{
    public IReadOnlyList<string> Tables => ["balances"];

    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
        {
            var (amount, note) = fact.Data is AccountEvent.Deposited deposited ? (deposited.Amount, deposited.Note) : (0, "");
            write.Add($"""
                insert into balances (account, balance, version, note, changed)
                values ({fact.StreamId}, {amount}, {fact.Version}, {note}, {fact.At})
                on conflict (account) do update
                set balance = balances.balance + excluded.balance, version = excluded.version, note = excluded.note, changed = excluded.changed
                """);
        }
    }
}

/// <summary>A view with a bug: it cannot take a deposit of 13.</summary>
public sealed class UnluckyView : IView
{
    public IReadOnlyList<string> Tables => ["balances"];

    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        if (happened.Any(e => e.Data is AccountEvent.Deposited { Amount: 13 }))
            write.Add($"select 1 / {0}");
    }
}

/// <summary>A view with a key of its own: one receipt per amount.</summary>
public sealed class Receipts : IView
{
    public IReadOnlyList<string> Tables => ["receipts"];

    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
            if (fact.Data is AccountEvent.Deposited { Note: "receipt" } deposited)
                write.Add($"insert into receipts (number) values ({deposited.Amount})");
    }
}
