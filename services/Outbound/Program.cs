using Sms.Outbound.Gateway;
using Sms.Outbound.Recipients;
using Sms.Outbound.Replies;
using Sms.Outbound.UseCases;
using Sms.Outbound.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("outbound")
    .AddStream(Reply.Stream)
    .AddStream(Recipient.Stream)
    .AddView(new DueSends())
    .AddView(new SentLog());
GatewayClient.AddTo(builder.Services);
builder.Services.AddSingleton<DueSignal>();
builder.Services.AddHostedService<DispatchDueSms>();

var app = builder.Build();
var api = app.MapSmsService();
SentLog.Map(api);
app.Run();
