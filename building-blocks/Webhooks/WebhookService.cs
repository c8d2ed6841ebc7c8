using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Webhooks.Deliveries;
using Sms.Webhooks.Subscriptions;
using Sms.Webhooks.UseCases;
using Sms.Webhooks.Views;

namespace Sms.Webhooks;

/// <summary>Outgoing webhooks for a service: one call before the host is built and one after.</summary>
public static class WebhookService
{
    private const string MasterKey = "Webhooks:MasterKey";

    /// <summary>
    /// Lets a service tell webhooks of its events. Settings: <c>Webhooks:MasterKey</c> (32 random bytes in base64, encrypts secrets and
    /// headers; without it there can be no webhook), <c>Webhooks:AllowedNetworks</c> (networks in CIDR notation where receivers may be
    /// beside the internet, by plain HTTP too), <c>Webhooks:LogDays</c> (30, how long deliveries that are over are kept).
    /// </summary>
    public static SmsServiceBuilder AddWebhooks(this SmsServiceBuilder service, WebhookEvents events)
    {
        var masterKey = service.Configuration[MasterKey];
        return service
            .AddStream(Subscription.Stream)
            .AddStream(RemoteRecord.Stream)
            .AddView(new WebhookList())
            .AddView(new DueDeliveries(events))
            .AddBlock(typeof(WebhookService).Assembly, services => services
                .AddSingleton(events)
                .AddSingleton(new Lazy<SecretBox>(() => new SecretBox(MasterKey, masterKey)))
                .AddSingleton<ReceiverClient>()
                .AddSingleton<TellReceiver>()
                .AddSingleton<DeliverWebhook>()
                .AddSingleton<CreateWebhook>()
                .AddSingleton<ChangeWebhook>()
                .AddHostedService<DispatchWebhooks>()
                .AddHostedService<WebhookUpkeep>());
    }

    /// <summary>Maps <c>/webhooks</c>.</summary>
    /// <param name="api">The service's group that needs an API key.</param>
    public static void MapWebhooks(this RouteGroupBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks");
        WebhookList.Map(webhooks);
        DeliveryLog.Map(webhooks);
        CreateWebhook.Map(webhooks);
        ChangeWebhook.Map(webhooks);
        RotateWebhookSecret.Map(webhooks);
        TestWebhook.Map(webhooks);
        Redeliver.Map(webhooks);
    }

    /// <summary>What secrets are kept in.</summary>
    /// <exception cref="RefusedException">The service has no master key.</exception>
    internal static SecretBox Open(this Lazy<SecretBox> box)
    {
        try
        {
            return box.Value;
        }
        catch (FormatException e)
        {
            throw new RefusedException(e.Message);
        }
    }
}
