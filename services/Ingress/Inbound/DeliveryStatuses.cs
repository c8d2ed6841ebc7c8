using Sms.GatewayProtocol;

namespace Sms.Ingress.Inbound;

/// <summary>
/// What reports say of a text, in the platform's words, and which of two counts. Reports come late, twice and out of order, and
/// a text of several parts may have one for each, so the one with more weight counts, not the later one.
/// </summary>
public static class DeliveryStatuses
{
    /// <summary>The word for it, as it is stored and announced.</summary>
    public static string NameOf(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Sent => "sent",
        DeliveryStatus.Expired => "expired",
        DeliveryStatus.Failed => "failed",
        DeliveryStatus.Delivered => "delivered",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    /// <summary>
    /// How much it weighs: that it was sent is only the beginning; that it failed outweighs that it was given up; and what has
    /// reached the phone has reached it, whatever is reported besides.
    /// </summary>
    public static int WeightOf(string status) => status switch { "delivered" => 3, "failed" => 2, "expired" => 1, _ => 0 };
}
