namespace Sms.Ingress;

/// <summary>
/// The stop begins with being not ready (<c>/health/ready</c>) while everything is still taken, for as long as a balancer needs to
/// notice (<c>Ingress:DrainSeconds</c>, 3). Only then the door closes, what is inside is answered, and what was taken in is committed.
/// </summary>
public sealed class Draining(IHostApplicationLifetime lifetime, IConfiguration configuration) : IHostedLifecycleService
{
    private readonly TimeSpan _time = TimeSpan.FromSeconds(configuration.GetValue("Ingress:DrainSeconds", 3.0));

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lifetime.StopApplication();
        await Task.Delay(_time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
