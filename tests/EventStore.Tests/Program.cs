using Xunit.Runner.InProc.SystemConsole;

namespace Sms.EventStore.Tests;

/// <summary>Runs the tests; or is the process that <see cref="CrashTests"/> starts and kills.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args) =>
        args is [CrashingService.Argument, var connectionString, var number]
            ? await CrashingService.Run(connectionString, number)
            : await ConsoleRunner.Run(args);
}
