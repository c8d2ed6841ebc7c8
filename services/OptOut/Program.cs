using Sms.OptOut;
using Sms.OptOut.Consent;
using Sms.OptOut.Views;
using Sms.OptOut.Words;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("optout")
    .AddStream(ConsentStatus.Stream)
    .AddStream(Screening.Stream)
    .AddView(new ConsentLedger())
    .Publish(ConsentBus.From);
builder.Services.AddSingleton(ConsentAnswers.From(builder.Configuration.GetSection("OptOut")));
builder.Services.AddSingleton(new WordBook([.. LanguagePacks.Usual.Select(code => LanguagePacks.Find(code)!)]));

var app = builder.Build();
var api = app.MapSmsService();
ConsentLedger.Map(api);
app.Run();
