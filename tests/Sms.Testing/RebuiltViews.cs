using Microsoft.Extensions.DependencyInjection;
using Sms.EventStore;
using Xunit;

namespace Sms.Testing;

/// <summary>A service's views beside what its log says: made anew from every event and compared row by row with the live ones.</summary>
public static class RebuiltViews
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    /// <summary>Fails when a row of a live view is not what its log says, and names the row; also while the service works on.</summary>
    public static Task ShouldEqualLive<TProgram>(ServiceUnderTest<TProgram> service)
        where TProgram : class =>
        ShouldEqualLive(service.Services);

    /// <inheritdoc cref="ShouldEqualLive{TProgram}"/>
    public static async Task ShouldEqualLive(IServiceProvider service)
    {
        var views = service.GetRequiredService<ViewRuns>();
        var started = await views.Start(ViewPurpose.Verify, "operator:tester", CancellationToken.None);
        var run = (await Eventually.Sees(
            () => views.Latest(ViewPurpose.Verify, CancellationToken.None), run => run!.Id == started.Id && run.State != ViewRunState.Running, Long))!;
        Assert.True(run.State == ViewRunState.Done, $"The views could not be compared: {run.State} {run.Reason}");
        Assert.True(
            run.Equal,
            $"The live views are not what the log says: {string.Join("; ", run.Differences!.Select(d => $"{d.Table} {d.Key} {d.Kind} {string.Join(", ", d.Columns)}"))}");
    }
}
