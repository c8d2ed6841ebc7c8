using Sms.Ingress;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Inbound;
using Sms.Ingress.UseCases;
using Sms.Ingress.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("ingress")
    .AddStream(InboundSms.Stream)
    .AddStream(ReportedDelivery.Stream)
    .AddStream(QuarantinedDelivery.Stream)
    .AddStream(WebhookEndpoint.Stream)
    .AddView(new EndpointList())
    .AddView(new QuarantineList())
    .AddView(new ReportedTexts())
    .Publish(IngressBus.From)
    .InLanes(IngressBus.LaneOf);
builder.Services.AddSingleton(_ => new SecretBox("Ingress:MasterKey", builder.Configuration["Ingress:MasterKey"]));
builder.Services.AddSingletonHosted<EndpointDirectory>().AddSingletonHosted<RawBodies>().AddSingletonHosted<DeliveryLog>().AddSingletonHosted<GroupCommit>()
    .AddHostedService<Draining>().AddSingleton<ReceiveWebhook>().AddSingleton<ChangeEndpoint>().AddSingleton<RegisterEndpoint>().AddSingleton<DecideQuarantined>()
    .AddSingleton<HistoryClient>().AddSingleton<FetchMissed>().AddHostedService<FetchingMissed>();
builder.ConfigureDoor();

var app = builder.Build();
app.UseTrustedProxies();
var api = app.MapSmsService();
ReceiveWebhook.Map(app);
RegisterEndpoint.Map(api);
RotateSecret.Map(api);
SwitchEndpoint.Map(api);
SetHistory.Map(api);
FetchMissed.Map(api);
TestEndpoint.Map(api);
TryProfile.Map(api);
DecideQuarantined.Map(api);
EndpointList.Map(api);
RecentDeliveries.Map(api);
QuarantineList.Map(api);
ReportedTexts.Map(api);
InboundLog.Map(api);
app.Run();
