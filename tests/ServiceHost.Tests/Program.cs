using Xunit.Runner.InProc.SystemConsole;

namespace Sms.ServiceHost.Tests;

/// <summary>Runs the tests; or is the tally that a test starts and kills.</summary>
public static class Program
{
    public const string Argument = "tally";

    public static async Task<int> Main(string[] args)
    {
        if (args is not [Argument, var store, var bus, var address])
            return await ConsoleRunner.Run(args);
        await TallyUnderTest.Build(store, new Uri(bus), address, new Troubles()).RunAsync();
        return 0;
    }
}
