using System.Security.Cryptography;
using Sms.EventStore;

namespace Sms.Ingress.Inbound;

/// <summary>Where a delivery in quarantine stands.</summary>
public enum QuarantineState
{
    /// <summary>There is no such delivery.</summary>
    None,

    /// <summary>Somebody has to look at it.</summary>
    Open,

    /// <summary>It was understood later.</summary>
    Released,

    /// <summary>A person decided that nothing follows from it.</summary>
    Discarded,
}

/// <summary>A genuine delivery that could not be understood.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Fact">What is known of it.</param>
/// <param name="Repeats">How often the same bytes came again.</param>
public sealed record QuarantinedDelivery(QuarantineState State, InboundEvent.DeliveryQuarantined? Fact, int Repeats)
{
    /// <summary>One stream for each body. It has the name it got when such deliveries were called unreadable: streams are never renamed.</summary>
    public static readonly StreamOf<QuarantinedDelivery, InboundEvent> Stream = new("unreadable", new(QuarantineState.None, null, 0), Evolve);

    /// <summary>Makes sure that it can still be decided about.</summary>
    /// <exception cref="RefusedException">It has been decided about already.</exception>
    public QuarantinedDelivery MustBeOpen() => State switch
    {
        QuarantineState.Open => this,
        QuarantineState.Released => throw new RefusedException("The delivery has been understood meanwhile."),
        QuarantineState.Discarded => throw new RefusedException("The delivery has been discarded."),
        _ => throw new RefusedException("There is no such delivery."),
    };

    /// <summary>The SHA-256 of a body, 64 hexadecimal digits.</summary>
    public static string DigestOf(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));

    private static QuarantinedDelivery Evolve(QuarantinedDelivery delivery, InboundEvent happened) => happened switch
    {
        InboundEvent.DeliveryQuarantined e => delivery with { State = QuarantineState.Open, Fact = e },
        InboundEvent.DeliveryRepeated => delivery with { Repeats = delivery.Repeats + 1 },
        InboundEvent.Released => delivery with { State = QuarantineState.Released },
        InboundEvent.Discarded => delivery with { State = QuarantineState.Discarded },
        _ => delivery,
    };
}
