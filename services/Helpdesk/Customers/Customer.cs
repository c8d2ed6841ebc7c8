using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Helpdesk.Customers;

/// <summary>A fact about a customer, as Contacts knows them.</summary>
public abstract record CustomerEvent
{
    /// <summary>Contacts has told how things stand.</summary>
    /// <param name="Version">Contacts' count: a lower one than was seen is old news.</param>
    /// <param name="Numbers">The numbers they write from.</param>
    /// <param name="Name">Their name.</param>
    /// <param name="MergedInto">The contact that stands for this one.</param>
    [StoredAs("helpdesk.customer-known.v1")]
    public sealed record CustomerKnown(long Version, IReadOnlyList<string> Numbers, string? Name, Guid? MergedInto) : CustomerEvent;
}

/// <summary>A customer, as Contacts knows them: a copy, kept so that no ticket waits for another service.</summary>
/// <param name="Version">Contacts' count.</param>
/// <param name="Numbers">The numbers they write from.</param>
public sealed record Customer(long Version, ImmutableArray<string> Numbers)
{
    /// <summary>One stream a contact.</summary>
    public static readonly StreamOf<Customer, CustomerEvent> Stream = new("customer", new Customer(0, []), Evolve);

    /// <summary>The contact a stream is about.</summary>
    public static Guid IdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    private static Customer Evolve(Customer customer, CustomerEvent happened) => happened switch
    {
        CustomerEvent.CustomerKnown e => new Customer(e.Version, [.. e.Numbers]),
        _ => customer,
    };
}
