using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace Sms.ServiceHost;

/// <summary>
/// When the broker goes away while messages are being handled, they cannot be acknowledged. Told so, MassTransit 8.4 closes
/// the channel from inside each delivery, and RabbitMQ.Client 7.1 makes that wait until all deliveries have ended, its own
/// included. The channel never ends, and where the channel hears of the lost connection before MassTransit does, MassTransit
/// never hears of it: the consumer is deaf until it is restarted (MassTransit issue 6001, mended in 8.5). Told of any other
/// exception it leaves the channel alone; that is gone anyway, and the message comes again.
/// </summary>
internal sealed class LostDeliveries : IReceiveObserver
{
    public Task ReceiveFault(ReceiveContext context, Exception exception) => exception is OperationInterruptedException or EndOfStreamException
        ? Task.FromException(new IOException("The connection was lost while the message was being handled; it comes again.", exception))
        : Task.CompletedTask;

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;
}
