using Xunit.Runner.InProc.SystemConsole;

namespace Sms.Webhooks.Tests;

/// <summary>Runs the tests; or is the shop that <see cref="CrashTests"/> starts and kills.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is not [Shop.Argument, var store, var bus, var address])
            return await ConsoleRunner.Run(args);
        await Shop.Build(store, bus, address, TimeProvider.System, Shop.Neighbours).RunAsync();
        return 0;
    }
}
