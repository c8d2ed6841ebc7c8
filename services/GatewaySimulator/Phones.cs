using System.Threading.Channels;

namespace Sms.GatewaySimulator;

/// <summary>Lets accepted messages arrive on the customers' phones a moment later, in the order they were accepted.</summary>
internal sealed class Phones(GatewayState state, Misbehaviour misbehaviour, Reports reports, SimulatorOptions options) : BackgroundService
{
    private static readonly TimeSpan WhileOffline = TimeSpan.FromMilliseconds(50);

    private readonly Channel<MessageAccepted> _queued = Channel.CreateUnbounded<MessageAccepted>();

    /// <summary>Accepts a message for a customer's phone.</summary>
    public MessageAccepted Send(string to, string text, string? reference, string? id = null)
    {
        var accepted = state.AcceptMessage(to, text, reference, id);
        _queued.Writer.TryWrite(accepted);
        return accepted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A message accepted while this is read lands once all the same: landing again changes nothing.
        foreach (var queued in state.QueuedMessages())
            await Land(queued, stoppingToken);
        await foreach (var queued in _queued.Reader.ReadAllAsync(stoppingToken))
            await Land(queued, stoppingToken);
    }

    private async Task Land(MessageAccepted message, CancellationToken ct)
    {
        var wait = message.At.AddMilliseconds(options.PhoneDelayMs) - DateTimeOffset.UtcNow;
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, ct);
        while (misbehaviour.Now.Send.NoDevice)
            await Task.Delay(WhileOffline, ct);
        if (state.LandMessage(message.Id) && message.Reported)
            reports.Of(message);
    }
}
