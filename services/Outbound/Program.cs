using Sms.Outbound;
using Sms.Outbound.Gateway;
using Sms.Outbound.Recipients;
using Sms.Outbound.Sends;
using Sms.Outbound.UseCases;
using Sms.Outbound.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("outbound")
    .AddStream(Occasion.Reply)
    .AddStream(Occasion.Unprompted)
    .AddStream(Recipient.Stream)
    .AddStream(Person.Stream)
    .AddStream(GatewayText.Stream)
    .AddView(new DueSends())
    .AddView(new SentLog())
    .AddView(new Conversations())
    .AddView(new Waiting())
    .AddView(new UnmatchedReports())
    .Publish(OutboundBus.From)
    .Publish(Occasion.Reply, OutboundBus.Change)
    .Publish(Occasion.Unprompted, OutboundBus.Change);
GatewayClient.AddTo(builder.Services);
builder.Services.AddSingleton(Settings.SegmentLimits(builder.Configuration));
builder.Services.AddSingleton(Settings.QuietHours(builder.Configuration));
builder.Services.AddSingleton<Turns>();
builder.Services.AddSingleton<DueSignal>();
builder.Services.AddSingleton<AttendToSend>();
builder.Services.AddHostedService<DispatchDueSms>();
builder.Services.AddHostedService<Waiting.Gauge>();

var app = builder.Build();
var api = app.MapSmsService();
PostMessage.Map(api);
CancelMessage.Map(api);
ResendMessage.Map(api);
ResolveMessage.Map(api);
SentLog.Map(api);
SentWithoutConsent.Map(api);
UnmatchedReports.Map(api);
Waiting.Map(api);
app.Run();
