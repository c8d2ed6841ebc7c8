using Sms.GatewayProtocol;

namespace Sms.Ingress.Endpoints;

/// <summary>The profiles an endpoint can have: those built in, and its own.</summary>
public static class KnownProfiles
{
    /// <summary>Makes an endpoint's profile ready to prove and read with.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="custom">It itself, as JSON, where it is none of those built in.</param>
    /// <exception cref="InvalidOperationException">A profile that was checked when it was saved is not one any more.</exception>
    public static CompiledProfile Compile(string name, string? custom) =>
        (custom is null ? GatewayProfiles.BuiltIn.GetValueOrDefault(name) : GatewayProfiles.Parse(custom).Profile)?.Compile()
            ?? throw new InvalidOperationException($"The profile '{name}' is not known, or not right, to this version of the service.");
}
