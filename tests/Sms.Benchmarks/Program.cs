using System.Globalization;
using Sms.Benchmarks;
using Sms.Testing;

switch (args)
{
    case ["receiver", var kind, var port, var database]:
        await Receivers.Run(kind, int.Parse(port, CultureInfo.InvariantCulture), database);
        return 0;
    case ["load", var port, var seconds, .. var rate]:
        Console.WriteLine(await Load.Run(
            int.Parse(port, CultureInfo.InvariantCulture), 64, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)),
            rate is [var perSecond] ? int.Parse(perSecond, CultureInfo.InvariantCulture) : null));
        return 0;
}
if (!TestServers.Present)
{
    Console.Error.WriteLine("The benchmark needs PostgreSQL and RabbitMQ: run ./sms bench.");
    return 1;
}
if (args is ["--soak"])
{
    await Soak.Run(2_000_000);
    return 0;
}
if (args is ["--ledger", .. var rows])
{
    await ConsentLedger.Run(rows is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1_000_000);
    return 0;
}
if (args is ["--rules", .. var texts])
{
    await RuleTrials.Run(texts is [var many] ? int.Parse(many, CultureInfo.InvariantCulture) : 1_000_000);
    return 0;
}
if (args is ["--contacts", .. var contacts])
{
    await ManyContacts.Run(contacts is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1_000_000);
    return 0;
}
if (args is ["--tickets", .. var tickets])
{
    await TicketDesk.Run(tickets is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 100_000);
    return 0;
}
await Throughput.Run(rounds: args is ["--quick"] ? 1 : 3);
await BusDelay.Run();
return 0;
