using MassTransit;
using Microsoft.Extensions.Configuration;

namespace Sms.ServiceHost;

/// <summary>
/// The labels a service is limited to (<c>Consumes:Labels</c>, separated by commas): messages that carry another label, or none,
/// are passed over. Messages that know no label at all are consumed as ever.
/// </summary>
internal sealed class ConsumedLabels
{
    // Consent counts wherever it was given: a STOP that is passed over would be a text to somebody who said STOP.
    private static readonly string[] HearEverything = ["optout"];

    private readonly HashSet<string> _labels;

    private ConsumedLabels(IEnumerable<string> labels) => _labels = [.. labels];

    /// <summary>The limit that is configured, or null.</summary>
    /// <exception cref="InvalidOperationException">The service must not be limited.</exception>
    public static ConsumedLabels? Of(string service, IConfiguration configuration)
    {
        var labels = (configuration["Consumes:Labels"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return labels.Length == 0 ? null
            : HearEverything.Contains(service) ? throw new InvalidOperationException($"The setting 'Consumes:Labels' is not for {service}: consent is heard whatever the label.")
            : new ConsumedLabels(labels);
    }

    public bool Include(string? label) => label is not null && _labels.Contains(label);
}

/// <summary>Passes over what carries another label than those the service is limited to.</summary>
internal sealed class LabelFilter<T>(ConsumedLabels labels) : IFilter<ConsumeContext<T>>
    where T : class
{
    private static readonly Func<T, string?>? LabelOf = typeof(T).GetProperty("Label") is { CanRead: true } label && label.PropertyType == typeof(string)
        ? label.GetMethod!.CreateDelegate<Func<T, string?>>()
        : null;

    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next) =>
        LabelOf is null || labels.Include(LabelOf(context.Message)) ? next.Send(context)
        // Told that it has been consumed, or it would be taken for one that nobody wants, and kept in a queue of those.
        : context.NotifyConsumed(TimeSpan.Zero, nameof(LabelFilter<T>));

    public void Probe(ProbeContext context) => context.CreateFilterScope("label");
}
