using Sms.Ingress;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Inbound;
using Sms.Ingress.UseCases;
using Sms.Ingress.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("ingress")
    .AddStream(InboundSms.Stream)
    .AddStream(InboundSms.Unreadable)
    .AddStream(WebhookEndpoint.Stream)
    .AddView(new EndpointList())
    .Publish(IngressBus.From);
builder.Services.AddSingleton(_ => new SecretBox(builder.Configuration["Ingress:MasterKey"] ?? ""));
builder.Services.AddSingletonHosted<EndpointDirectory>().AddSingletonHosted<GroupCommit>().AddSingleton<ReceiveSms>();
builder.Services.AddSingleton<ChangeEndpoint>().AddSingleton<RegisterEndpoint>();

var app = builder.Build();
var api = app.MapSmsService();
ReceiveSms.Map(app);
RegisterEndpoint.Map(api);
RotateSecret.Map(api);
SwitchEndpoint.Map(api);
EndpointList.Map(api);
InboundLog.Map(api);
app.Run();
