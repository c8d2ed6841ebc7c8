using MassTransit;
using Sms.EventStore;

namespace Sms.ServiceHost;

/// <summary>Hands the relay's messages to the broker and waits until it has them safe.</summary>
internal sealed class Publisher(IBus bus, Topology topology)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task Publish(PublicMessage message, CancellationToken ct)
    {
        await topology.Ensure(ct);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(Patience);
        try
        {
            await bus.Publish(
                message.Body, message.Body.GetType(),
                context =>
                {
                    context.MessageId = message.MessageId;
                    context.CorrelationId = message.Fact.CorrelationId;
                    context.InitiatorId = message.Fact.CausationId;
                }, timeout.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            topology.Doubt();
            throw new TimeoutException($"The broker did not confirm a message within {Patience.TotalSeconds:0} s.");
        }
        catch
        {
            topology.Doubt();
            throw;
        }
    }
}
