namespace Sms.Outbound.Sends;

/// <summary>It is night at the recipient's.</summary>
/// <param name="Until">When the night ends.</param>
/// <param name="Zone">The time zone it was reckoned in.</param>
/// <param name="Assumed">Whether that zone is only assumed, because the number does not tell.</param>
public sealed record QuietTime(DateTimeOffset Until, string Zone, bool Assumed);
