using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Sms.Helpdesk.UseCases;
using Sms.Testing;

namespace Sms.Helpdesk.Tests;

/// <summary>Helpdesk, any number of instances, by a clock that the test sets.</summary>
public sealed class HelpdeskWithClock : ServiceUnderTest<Program>
{
    /// <summary>The clock of all instances.</summary>
    public SetClock Clock { get; } = new();

    /// <inheritdoc/>
    protected override void Configure(IWebHostBuilder host) =>
        host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock));

    /// <summary>Sets the clock on and attends to what became due.</summary>
    public async Task Later(TimeSpan by)
    {
        Clock.Now += by;
        while (await Services.GetRequiredService<AttendToDue>().Attend(default) > 0)
        {
            // Until nothing is due any more.
        }
    }

    /// <summary>Tells the time it was set to. Timers go on by the real one.</summary>
    public sealed class SetClock : TimeProvider
    {
        private long _ticks = DateTimeOffset.UtcNow.Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond;

        /// <summary>Now.</summary>
        public DateTimeOffset Now
        {
            get => new(Volatile.Read(ref _ticks), TimeSpan.Zero);
            set => Volatile.Write(ref _ticks, value.Ticks);
        }

        /// <inheritdoc/>
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
