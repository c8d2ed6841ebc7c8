using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Webhooks.Tests;

public abstract record OrderEvent
{
    [StoredAs("shop.order-placed.v1")]
    public sealed record Placed(string Customer) : OrderEvent;

    [StoredAs("shop.order-changed.v1")]
    public sealed record Changed(string Note) : OrderEvent;

    [StoredAs("shop.order-forgotten.v1")]
    public sealed record Forgotten : OrderEvent;

    [StoredAs("shop.order-whispered.v1")]
    public sealed record Whispered(Guid To) : OrderEvent;
}

public sealed record Order(string Customer, int Changes, bool Forgotten)
{
    public static readonly StreamOf<Order, OrderEvent> Stream = new("order", new Order("", 0, false), (order, happened) => happened switch
    {
        OrderEvent.Placed e => order with { Customer = e.Customer },
        OrderEvent.Changed => order with { Changes = order.Changes + 1 },
        _ => order with { Forgotten = true },
    });
}

/// <summary>A small service that tells webhooks of its orders.</summary>
public static class Shop
{
    public const string Argument = "--shop", Key = "key-of-boss-000000000000000000000000000", ReaderKey = "key-of-onlooker-00000000000000000000000";
    public const string Neighbours = "127.0.0.0/8";

    public static readonly string MasterKey = Convert.ToBase64String(Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef"));

    public static WebhookEvents Events() => new WebhookEvents(
            new WebhookEventType("order.placed", "An order has been placed."), new WebhookEventType("order.changed", "It has been changed."),
            new WebhookEventType("order.whispered", "For one webhook only."))
        .Tell(fact => fact.Data is OrderEvent.Whispered whispered ? new WebhookEvent("order.whispered", Id(fact), whispered.To) : null, _ => new { });

    private static WebhookEvents WithOrders(WebhookEvents events) => events.Tell(
        Order.Stream,
        fact => fact.Data switch
        {
            OrderEvent.Placed => new WebhookEvent("order.placed", Id(fact)),
            OrderEvent.Changed => new WebhookEvent("order.changed", Id(fact)),
            _ => null,
        },
        (fact, order) => order.Customer == "nobody" ? null : new
        {
            Order = new { Id = Id(fact), order.Customer, order.Changes },
            (fact.Data as OrderEvent.Changed)?.Note,
        });

    private static Guid Id(StoredEvent fact) => Guid.Parse(fact.StreamId.AsSpan("order-".Length));

    public static WebApplication Build(string store, string bus, string address, TimeProvider clock, string? allowedNetworks, string? masterKey = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls(address);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Store"] = store,
            ["ConnectionStrings:Bus"] = bus,
            ["ApiKeys:0"] = $"boss:{Roles.Admin}:{Hash(Key)}",
            ["ApiKeys:1"] = $"onlooker:{Roles.Reader}:{Hash(ReaderKey)}",
            ["Webhooks:MasterKey"] = masterKey ?? MasterKey,
            ["Webhooks:AllowedNetworks"] = allowedNetworks,
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(clock);
        builder.AddSmsService<Order>("shop").AddStream(Order.Stream).AddWebhooks(WithOrders(Events()));
        var shop = builder.Build();
        shop.MapSmsService().MapWebhooks();
        return shop;
    }

    private static string Hash(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
