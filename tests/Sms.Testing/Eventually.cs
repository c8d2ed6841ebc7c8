using System.Diagnostics;

namespace Sms.Testing;

/// <summary>Waiting for what happens elsewhere, with a deadline and the last value seen.</summary>
public static class Eventually
{
    /// <summary>Looks again and again until what it sees is as it should be.</summary>
    /// <exception cref="TimeoutException">It never was; says what was seen last.</exception>
    public static async Task<T> Sees<T>(
        Func<Task<T>> look, Func<T, bool> asItShouldBe, TimeSpan? within = null,
        [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(asItShouldBe))] string? expectation = null)
    {
        var (deadline, watch) = (within ?? TimeSpan.FromSeconds(30), Stopwatch.StartNew());
        object? last = "nothing yet";
        while (true)
        {
            try
            {
                var seen = await look();
                if (asItShouldBe(seen))
                    return seen;
                last = seen;
            }
            catch (Exception e) when (watch.Elapsed < deadline)
            {
                last = e;
            }
            if (watch.Elapsed >= deadline)
                throw new TimeoutException($"Not within {deadline.TotalSeconds:0} s: {expectation}. Last seen: {Describe(last)}");
            await Task.Delay(20);
        }
    }

    /// <summary>The same for something that is at hand without waiting.</summary>
    public static Task<T> Sees<T>(
        Func<T> look, Func<T, bool> asItShouldBe, TimeSpan? within = null,
        [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(asItShouldBe))] string? expectation = null) =>
        Sees(() => Task.FromResult(look()), asItShouldBe, within, expectation);

    private static string Describe(object? value) =>
        value is System.Collections.IEnumerable and not string
            ? "[" + string.Join(", ", ((System.Collections.IEnumerable)value).Cast<object?>()) + "]"
            : value?.ToString() ?? "null";
}
