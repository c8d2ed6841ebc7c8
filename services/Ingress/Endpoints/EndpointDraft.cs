using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Sms.GatewayProtocol;
using Sms.PhoneNumbers;

namespace Sms.Ingress.Endpoints;

/// <summary>An endpoint as somebody asks for it. What is left out stays as it is; an empty text takes a setting away.</summary>
/// <param name="Slug">Its name: 1 to 63 lower-case letters, digits and dashes. Where the address names it, left out.</param>
/// <param name="Profile">The kind of gateway: the name of a built-in profile.</param>
/// <param name="CustomProfile">A profile of one's own in place of a built-in one.</param>
/// <param name="Number">Our number behind the endpoint, where it has one.</param>
/// <param name="Numbers">Our numbers, where it has several.</param>
/// <param name="Label">What it is for, in one word.</param>
/// <param name="Region">The country in which numbers without country code are written, ISO 3166-1.</param>
/// <param name="PublicUrl">Scheme and host by which the gateway reaches this platform.</param>
/// <param name="PerSecond">The most deliveries a second, 1 to 100000; 0 for as many as come.</param>
/// <param name="Secret">The gateway's signing secret; when missing and the endpoint has none, one is generated.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed partial record EndpointDraft(
    string? Slug = null, string? Profile = null, JsonElement? CustomProfile = null, string? Number = null, IReadOnlyList<OurNumber?>? Numbers = null,
    string? Label = null, string? Region = null, string? PublicUrl = null, int? PerSecond = null, string? Secret = null)
{
    private const int MostNumbers = 100, MostPerSecond = 100_000;

    /// <summary>Whether it may be the name of an endpoint.</summary>
    public static bool IsSlug(string? slug) => slug is not null && OneWord().IsMatch(slug);

    /// <summary>Everything that is wrong with it, by field. Empty when it can be.</summary>
    /// <param name="now">The endpoint as it is.</param>
    public IDictionary<string, string[]> Faults(WebhookEndpoint now)
    {
        var faults = new Dictionary<string, string[]>();
        var profile = ProfileFaults(now, Fault);
        if (Label is not (null or "") && !OneWord().IsMatch(Label))
            Fault("label", "must be 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit");
        if (Region is not (null or "") && !DiallingPlan.TryFind(Region, out _))
            Fault("region", $"must be one of {string.Join(", ", DiallingPlan.Regions)}");
        if (PublicUrl is not (null or "") && !IsAddress(PublicUrl))
            Fault("publicUrl", "must be http or https, with a host and without user, query and fragment");
        if (PerSecond is < 0 or > MostPerSecond)
            Fault("perSecond", $"must be 1 to {MostPerSecond}, or 0 for no limit");
        if (Number is not null && Numbers is not null)
            Fault("number", "must be left out where there are numbers");
        else if (Number is not null && Read(Number, now) is null)
            Fault("number", "must be a phone number or short code");
        if (Numbers is { Count: > MostNumbers })
            Fault("numbers", $"must not be more than {MostNumbers}");
        for (var i = 0; i < Numbers?.Count && i < MostNumbers; i++)
        {
            if (Numbers[i] is not { } ours || Read(ours.Number, now) is not { } number)
                Fault($"numbers[{i}].number", "must be a phone number or short code");
            else if (Enumerable.Range(0, i).Any(j => Numbers[j] is { } before && Read(before.Number, now) == number))
                Fault($"numbers[{i}].number", "is there twice");
            if (Numbers[i]?.Sim is < 1 or > 8)
                Fault($"numbers[{i}].sim", "must be a SIM slot, from 1");
            if (Numbers[i]?.DeviceId is { } device && (device.Length is 0 or > 320 || device.Any(char.IsControl)))
                Fault($"numbers[{i}].deviceId", "must be 1 to 320 characters");
        }
        if (profile is not null && SecretFault(profile, now) is { } reason)
            Fault("secret", reason);
        return faults;

        void Fault(string field, string what) => faults[field] = faults.TryGetValue(field, out var others) ? [.. others, what] : [what];
    }

    /// <summary>The profile asked for, once there are no faults; null when nothing is said about it.</summary>
    public EndpointEvent.ProfileChosen? ToProfile() =>
        CustomProfile is { } custom ? new EndpointEvent.ProfileChosen(GatewayProfiles.Parse(custom.GetRawText()).Profile!.Name, custom.GetRawText())
        : Profile is not null ? new EndpointEvent.ProfileChosen(Profile, null)
        : null;

    /// <summary>The numbers asked for, once there are no faults; null when nothing is said about them.</summary>
    public IReadOnlyList<OurNumber>? ToNumbers(WebhookEndpoint now) => Number is not null
        ? [new OurNumber(Read(Number, now)!.Value, null, null)]
        : Numbers?.Select(ours => ours! with { Number = Read(ours.Number, now)!.Value }).ToArray();

    /// <summary>The settings asked for, once there are no faults: those there are, with what is said about them.</summary>
    public EndpointSettings ToSettings(WebhookEndpoint now) => new(
        Said(Label, now.Settings.Label), Said(Region?.ToUpperInvariant(), now.Settings.Region),
        Said(PublicUrl?.TrimEnd('/'), now.Settings.PublicUrl), PerSecond is null ? now.Settings.PerSecond : PerSecond is 0 ? null : PerSecond);

    /// <summary>The profile it would have, once there are no faults.</summary>
    public CompiledProfile ProfileAfter(WebhookEndpoint now) => ProfileFaults(now, (_, _) => { })!;

    private PhoneNumber? Read(string? raw, WebhookEndpoint now)
    {
        DiallingPlan.TryFind(ToSettings(now).Region, out var plan);
        return PhoneNumber.TryParse(raw, plan, out var number) && number.CanBeReplied ? number : null;
    }

    /// <summary>The profile the endpoint would have; null when something is wrong with it, which is then said.</summary>
    private CompiledProfile? ProfileFaults(WebhookEndpoint now, Action<string, string> fault)
    {
        if (Profile is not null && CustomProfile is not null)
            fault("profile", "must be left out where there is a customProfile");
        else if (Profile is not null && !GatewayProfiles.BuiltIn.ContainsKey(Profile))
            fault("profile", $"must be one of {string.Join(", ", GatewayProfiles.BuiltIn.Keys.Order(StringComparer.Ordinal))}");
        else if (CustomProfile is { } custom)
        {
            var (own, problems) = GatewayProfiles.Parse(custom.GetRawText());
            foreach (var problem in problems)
                fault("customProfile" + problem.Field, problem.Reason);
            if (own is null)
                return null;
            if (GatewayProfiles.BuiltIn.ContainsKey(own.Name))
                fault("customProfile/name", "is the name of a built-in profile");
            return own.Compile();
        }
        else
        {
            return Profile is not null ? GatewayProfiles.BuiltIn[Profile].Compile() : KnownProfiles.Compile(now.Profile, now.Custom);
        }
        return null;
    }

    private string? SecretFault(CompiledProfile profile, WebhookEndpoint now)
    {
        if (Secret is null)
            return now.Secrets.IsEmpty && profile.Profile.Proof.Key.Reading is KeyReading.PublicKey
                ? "must be given: only the gateway has the private key that goes with it"
                : null;
        try
        {
            profile.KeyOf(Secret);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message.Split(" (Parameter")[0];
        }
    }

    private static string? Said(string? asked, string? now) => asked switch { null => now, "" => null, _ => asked };

    /// <summary>Whether it is a base address: scheme and host, and a path at most.</summary>
    public static bool IsAddress(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0
        && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0;

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}\\z")]
    private static partial Regex OneWord();
}
