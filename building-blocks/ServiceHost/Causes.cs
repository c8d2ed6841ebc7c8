using MassTransit;
using Microsoft.AspNetCore.Http;
using Sms.EventStore;

namespace Sms.ServiceHost;

/// <summary>Why something happens, as the edge knows it.</summary>
public static class Causes
{
    /// <summary>A bus message is being handled: its text, the fact it tells of, its id, and the queue it came from.</summary>
    public static Cause Cause(this ConsumeContext context) => new(
        context.CorrelationId, context.InitiatorId ?? context.MessageId, EventStore.Cause.System,
        new Handled(
            context.ReceiveContext.InputAddress.AbsolutePath.Split('/')[^1],
            context.MessageId ?? throw new RefusedException("The message has no id, so handling it twice could not be noticed.")));

    /// <summary>A person or a program with an API key asks for it.</summary>
    public static Cause Cause(this HttpContext http) => new(null, null, $"operator:{http.User.Identity?.Name}");
}
