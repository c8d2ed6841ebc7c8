using Xunit.Runner.InProc.SystemConsole;

namespace Sms.EventStore.Tests;

/// <summary>Runs the tests; or is the process that one of them starts and kills.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args) =>
        args switch
        {
            [CrashingService.Argument, var connectionString, var number] => await CrashingService.Run(connectionString, number),
            [RebuildingService.Argument, var connectionString] => await RebuildingService.Run(connectionString),
            _ => await ConsoleRunner.Run(args),
        };
}
